import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Changes, compareTrees, type Tree } from './tree.ts';

/** Something is where the writer would write, and it is not the writer's. */
export class NotOursError extends Error {
  override readonly name = 'NotOursError';
}

/** What writing a tree would change. Reads, and changes nothing. */
export function changesOfTree(directory: string, wanted: Tree): Changes {
  const current = new Map<string, boolean>();
  if (kindOf(directory, 'directory') === 'directory') compareInto(current, directory, '', wanted);
  return compareTrees(current, wanted);
}

export function changesOfFile(path: string, name: string, content: string): Changes {
  const current = kindOf(path, 'file') === 'file' ? [[name, readFileSync(path, 'utf8') === content] as const] : [];
  return compareTrees(new Map(current), new Map([[name, content]]));
}

/** What stands at a path, which must be of the kind that the writer makes there: it does not follow links or replace strangers. */
export function kindOf(path: string, expected: 'directory' | 'file'): 'directory' | 'file' | 'absent' {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return 'absent';
  const kind = found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'link or device';
  if (kind === expected) return expected;
  throw new NotOursError(`${path} is a ${kind}, and a ${expected} is to be written there; move it away`);
}

/** Links and devices count as files that are not as wanted: they go, and what they point at stays. */
function compareInto(current: Map<string, boolean>, directory: string, prefix: string, wanted: Tree): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory()) {
      compareInto(current, join(directory, entry.name), `${path}/`, wanted);
    } else {
      const content = entry.isFile() ? wanted.get(path) : undefined;
      current.set(path, content !== undefined && readFileSync(join(directory, entry.name), 'utf8') === content);
    }
  }
}
