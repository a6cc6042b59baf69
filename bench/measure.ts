import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export interface Sample {
  readonly seconds: number;
  /** Most memory that the process had at once. */
  readonly mebibytes: number;
}

/** Runs a program once and times it from outside, as a person waiting for it would. Fails when it fails. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Sample {
  const start = process.hrtime.bigint();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`);
  return { seconds, mebibytes: Number(/maxrss (\d+)/.exec(stderr)?.[1] ?? 0) / 1024 };
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

/** The middle one of several runs; the first, which fills caches, does not count. */
export function median(times: number, sample: () => Sample): Sample {
  sample();
  const samples = Array.from({ length: times }, sample).sort((a, b) => a.seconds - b.seconds);
  const middle = samples[Math.floor(times / 2)];
  if (!middle) throw new Error(`cannot take the median of ${times} runs`);
  return middle;
}
