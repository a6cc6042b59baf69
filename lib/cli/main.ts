import { parseSynthArguments, USAGE } from './arguments.ts';
import { placesOf } from './places.ts';
import { synth } from './synth.ts';

/** `npm run synth`: returns the exit code. A mistake of the user gives a message and 1; a stack means a mistake of ours. */
export function main(argv: readonly string[]): number {
  const parsed = parseSynthArguments(argv);
  if (typeof parsed === 'string') {
    process.stderr.write(`${parsed}\n\n${USAGE}\n`);
    return 1;
  }
  if (parsed.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  return synth(parsed, placesOf(process.cwd(), process.env.CDK8S_OUTDIR), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    seconds: () => performance.now() / 1000,
  });
}
