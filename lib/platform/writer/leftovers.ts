import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the writer keeps beside a target while it works, as `.<name>.<pid>.<state>`; the dot keeps it out of Argo CD's
 * view, which passes over such directories, and out of git, by .gitignore.
 *
 * - `new`: being written; worth nothing until it is done.
 * - `ready`: complete, and about to take the target's place where that takes two steps. Decides: the target is as good as replaced.
 * - `old`: what was replaced or removed, about to be deleted.
 */
export type State = 'new' | 'ready' | 'old';

const LEFTOVER = /^\.(?<name>.+)\.\d+\.(?<state>new|ready|old)$/;

export const besideName = (name: string, state: State): string => `.${name}.${process.pid}.${state}`;

const isLeftover = (name: string): boolean => LEFTOVER.test(name);

/** Ends what a killed run began in a directory: what it had decided is done, the rest is undone. */
export function clearLeftovers(directory: string): void {
  if (!existsSync(directory)) return;
  const found = readdirSync(directory).filter(isLeftover);
  for (const leftover of found.filter((name) => name.endsWith('.ready'))) {
    const name = LEFTOVER.exec(leftover)?.groups?.name;
    if (name === undefined) continue;
    rmSync(join(directory, name), { recursive: true, force: true });
    renameSync(join(directory, leftover), join(directory, name));
  }
  for (const leftover of found.filter((name) => !name.endsWith('.ready'))) {
    rmSync(join(directory, leftover), { recursive: true, force: true });
  }
}
