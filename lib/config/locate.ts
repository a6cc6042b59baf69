import { type Document, isCollection, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { Problem } from './problem.ts';
import { documentOf, keyOf, positionAt } from './yaml-file.ts';

/** Where in which file a problem is shown. */
export interface Place {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** Characters that are meant, at least 1. */
  readonly length: number;
  /** The whole line; absent when there is no such file, or nothing in it. */
  readonly text?: string;
}

export type Locate = (problem: Problem) => Place;

export interface Source {
  readonly text: string;
  /** File that this one was merged over. */
  readonly over?: string;
}

/**
 * Finds the place of a problem. A path that no file holds leads to what is there of it: the deepest key above.
 * Files are parsed again, but only those that a problem is in: keeping every tree would cost more than all else.
 */
export function locator(sources: ReadonlyMap<string, Source>): Locate {
  const parsed = new Map<string, Document.Parsed>();
  const tree = (file: string | undefined): Found | undefined => {
    const source = file === undefined ? undefined : sources.get(file);
    if (file === undefined || source === undefined) return undefined;
    const document = parsed.get(file) ?? documentOf(source.text);
    parsed.set(file, document);
    return { file, key: undefined, value: document.contents };
  };
  return ({ file, path, at, position }) => {
    const source = sources.get(file);
    if (position || !source) return placeAt(file, source?.text, position ?? { line: 1, column: 1 });
    const { found, exact } = follow(path, tree(file), tree(source.over));
    // The whole file lacks it: no line of it is to blame.
    if (!exact && found?.key === undefined && isMap(found?.value) && path.length === 1) {
      return placeAt(file, undefined, { line: 1, column: 1 });
    }
    const node = exact ? meant(found, at) : (found?.key ?? found?.value);
    const text = sources.get(found?.file ?? file)?.text ?? '';
    const [start, end] = rangeOf(node);
    return placeAt(found?.file ?? file, text, positionAt(text, start), end - start);
  };
}

/** A node of a file, and its key where it has one. */
interface Found {
  readonly file: string;
  readonly key: unknown;
  readonly value: unknown;
}

/** Goes down both files at once, as `merge` does: what the upper one holds hides the lower, except map over map. */
function follow(path: Problem['path'], upper: Found | undefined, lower: Found | undefined) {
  let found = upper ?? lower;
  let above = upper;
  let below = lower;
  for (const segment of path) {
    if (above && !isMap(above.value) && !isNothing(above.value)) below = undefined;
    above = step(above, segment);
    below = step(below, segment);
    const next = above ?? below;
    if (!next) return { found, exact: false };
    found = next;
  }
  return { found, exact: true };
}

function step(from: Found | undefined, segment: string | number): Found | undefined {
  if (from && isMap(from.value)) {
    const pair = from.value.items.find((candidate) => keyOf(candidate) === String(segment));
    return pair && { file: from.file, key: pair.key, value: pair.value };
  }
  if (from && isSeq(from.value) && typeof segment === 'number' && segment in from.value.items) {
    return { file: from.file, key: undefined, value: from.value.items[segment] };
  }
  return undefined;
}

/** A map or list on lines of its own is shown by its key, which is what a person looks for. */
function meant(found: Found | undefined, at: Problem['at']): unknown {
  if (found?.key === undefined) return found?.value;
  const onLinesOfItsOwn = isCollection(found.value) && found.value.flow !== true;
  return at === 'key' || isNothing(found.value) || onLinesOfItsOwn ? found.key : found.value;
}

const isNothing = (node: unknown): boolean => !isNode(node) || (isScalar(node) && node.value === null);

function rangeOf(node: unknown): readonly [number, number] {
  const range = isNode(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : [0, 0];
}

function placeAt(file: string, text: string | undefined, at: { line: number; column: number }, length = 1): Place {
  const line = text?.split('\n', at.line)[at.line - 1]?.replace(/\r$/, '');
  return {
    file,
    line: at.line,
    column: at.column,
    length: Math.max(1, Math.min(length, (line?.length ?? 0) - at.column + 1)),
    ...(line !== undefined && line !== '' && { text: line }),
  };
}
