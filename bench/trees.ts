import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** What a synth writes. */
const WRITTEN = ['dist', 'argocd', 'docs', 'schemas'] as const;

/** As if nothing had ever been synthesized. */
export function clear(root: string): void {
  for (const tree of WRITTEN) rmSync(join(root, tree), { recursive: true, force: true });
}

/** Texts of the files below a directory, by their paths in it. */
export const textsIn = (directory: string): ReadonlyMap<string, string> =>
  new Map(filesIn(directory).map((file) => [relative(directory, file), readFileSync(file, 'utf8')]));

export const filesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** A file as the data in it, or, where it holds no objects, as it is. */
export type Content = { readonly documents: readonly unknown[] } | { readonly text: string };

/** All that was synthesized, as data. */
export const written = (root: string): Readonly<Record<string, Content>> =>
  Object.fromEntries(
    WRITTEN.flatMap((tree) =>
      [...textsIn(join(root, tree))].map(([path, text]) => [join(tree, path), contentOf(path, text)]),
    ),
  );

const contentOf = (path: string, text: string): Content =>
  path.endsWith('.yaml')
    ? { documents: parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS()) }
    : { text };

/** Fails unless two directories hold the same files. */
export function mustEqual(a: string, b: string): void {
  const [those, these] = [textsIn(a), textsIn(b)];
  const paths = [...new Set([...those.keys(), ...these.keys()])];
  const unlike = paths.filter((path) => those.get(path) !== these.get(path));
  if (unlike.length > 0) throw new Error(`${a} and ${b} differ in ${unlike.slice(0, 5).join(', ')}`);
}
