import { execFile, execFileSync, spawnSync } from 'node:child_process';

/** Runs a command to its end and returns what it printed; throws with what it said when it fails. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv } = {},
): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
    ...options,
  });
}

/** The same, without holding up everything else meanwhile. */
export const runAside = (command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(command, args, { encoding: 'utf8', env, timeout: 300_000 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout.trim()),
    );
  });

/** Runs a command that may fail because there is nothing left to do. */
export const attempt = (command: string, args: readonly string[]): void =>
  void spawnSync(command, args, { stdio: 'ignore' });

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks again until the answer is yes. */
export async function until(what: string, seconds: number, ask: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(250);
  }
}
