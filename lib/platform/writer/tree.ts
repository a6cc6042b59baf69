import { compareText } from '../../collections.ts';

/** Files by their path below a directory, with forward slashes. */
export type Tree = ReadonlyMap<string, string>;

/** What would change, in order; paths below the directory. */
export interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export const NO_CHANGES: Changes = { added: [], changed: [], removed: [] };

/** Number of files that change. */
export const size = ({ added, changed, removed }: Changes): number => added.length + changed.length + removed.length;

export const isEmpty = (changes: Changes): boolean => size(changes) === 0;

/**
 * Compares what is there with what is wanted.
 *
 * @param current files that are there, and whether each holds exactly what is wanted of it.
 */
export function compareTrees(current: ReadonlyMap<string, boolean>, wanted: Tree): Changes {
  const added: string[] = [];
  const changed: string[] = [];
  for (const path of wanted.keys()) {
    const same = current.get(path);
    if (same === undefined) added.push(path);
    else if (!same) changed.push(path);
  }
  const removed = [...current.keys()].filter((path) => !wanted.has(path));
  return { added: added.sort(compareText), changed: changed.sort(compareText), removed: removed.sort(compareText) };
}
