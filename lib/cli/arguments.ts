import { parseArgs } from 'node:util';
import { guess } from '../config/nearest.ts';

export interface SynthArguments {
  /** Environments to synthesize; empty for all. */
  readonly environments: readonly string[];
  /** Writes nothing, and fails when something would change. */
  readonly check: boolean;
  readonly help: boolean;
}

export const USAGE = `usage: npm run synth -- [environment ...] [--check]

  environment   synthesize these environments only; without a name, all in environments/
  --check       write nothing, and fail when dist/, argocd/, docs/catalogue/ or schemas/ would change
  --help        show this`;

const OPTIONS = {
  check: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What was asked for, or a sentence about what cannot be understood. */
export function parseSynthArguments(argv: readonly string[]): SynthArguments | string {
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (!(token.name in OPTIONS)) {
      const options = Object.keys(OPTIONS).map((name) => `--${name}`);
      return `there is no option "${token.rawName}"${guess(token.rawName, options)}; the options are ${options.join(' and ')}`;
    }
    if (token.value !== undefined) return `${token.rawName} takes no value, and "${token.value}" was given`;
  }
  return { environments: [...new Set(positionals)], check: values.check === true, help: values.help === true };
}
