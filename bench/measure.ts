import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export interface Sample {
  readonly seconds: number;
  /** Most memory that the process had at once, in MiB. */
  readonly memory: number;
  /** Packages that it loaded, sorted. */
  readonly packages: readonly string[];
}

/** Runs a program once and times it from outside, as a person waiting for it would. Fails when it fails. */
export function run(command: string, args: readonly string[], cwd: string): Sample {
  const start = process.hrtime.bigint();
  const { stderr } = output(command, args, cwd);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { maxRss = 0, packages = [] } = JSON.parse(/^usage (.*)$/m.exec(stderr)?.[1] ?? '{}');
  return { seconds, memory: maxRss / 1024, packages };
}

/**
 * Most memory that a script needed at once, in MiB: what is left after each of its garbage collections, all of them made
 * complete. The memory that a process takes says less: it grows while nobody else wants the machine's.
 */
export function memoryInUse(script: string, cwd: string): number {
  const { stdout } = output('node', ['--gc-global', '--trace-gc', ...node(script)], cwd);
  return Math.max(...[...stdout.matchAll(/Mark-Compact.* -> ([\d.]+) \(/g)].map(([, mebibytes]) => Number(mebibytes)));
}

function output(command: string, args: readonly string[], cwd: string): { stdout: string; stderr: string } {
  const { CDK8S_OUTDIR: _, ...env } = process.env;
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`);
  return { stdout, stderr };
}

/** Node with TypeScript, as the npm scripts start it. */
export const node = (script: string, ...args: readonly string[]): readonly string[] => [
  '--require',
  require.resolve('tsx/cjs'),
  '--require',
  join(__dirname, 'usage.cjs'),
  script,
  ...args,
];

/**
 * The fastest of several runs of each, since empty caches and whatever else the machine does only ever add. They take
 * turns, so that all of them see it at its best.
 */
export function fastest<Name extends string>(
  turns: number,
  samples: Readonly<Record<Name, () => Sample>>,
): Readonly<Record<Name, Sample>> {
  const best: Partial<Record<Name, Sample>> = {};
  for (let turn = 0; turn < turns; turn++) {
    for (const name in samples) {
      const sample = samples[name]();
      const known = best[name];
      if (known === undefined || sample.seconds < known.seconds) best[name] = sample;
    }
  }
  return best as Record<Name, Sample>;
}
