import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from 'yaml';
import type { Problem } from './problem.ts';

/** Stands in the data where nothing usable was written, so that no second mistake is reported for the first. */
export const UNREADABLE = Symbol('unreadable');

export interface ParsedYaml {
  /** Plain maps, lists and scalars; undefined when the file cannot be read as YAML at all. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** Reads the part of YAML that a configuration needs: one document of maps with text as keys, lists and scalars. */
export function parseYaml(file: string, text: string): ParsedYaml {
  const document = documentOf(text);
  const [broken] = document.errors;
  if (broken) {
    const position = positionAt(text, visible(text, broken.pos[0]));
    const message = syntaxMessage(broken.code, broken.message);
    return { value: undefined, problems: [{ file, path: [], at: 'value', message, position }] };
  }
  const reader = new Reader(file, text);
  const value = reader.read(document.contents, []);
  if (value === null) reader.report([], 'value', 'the file is empty');
  for (const warning of document.warnings) {
    const message = `${warning.message.replace(/^Unresolved tag: (.*)$/, 'the tag $1 means nothing here')}; leave it out`;
    reader.report([], 'value', message, warning.pos[0]);
  }
  if (document.directives?.yaml.explicit) reader.report([], 'value', 'a %YAML directive; leave it out', 0);
  return { value: value === null ? undefined : value, problems: reader.problems };
}

/** Syntax tree with the positions of everything in it. */
export function documentOf(text: string): Document.Parsed {
  // Duplicate keys are found by the reader, which knows where they are.
  return parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
}

/** Line and column of an offset, both from 1. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line++;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

/** The next place from an offset at which there is something to see, or the last one. */
function visible(text: string, offset: number): number {
  const after = text.slice(offset).search(/\S/);
  return after < 0
    ? Math.max(0, text.trimEnd().length - 1)
    : text.slice(offset, offset + after).includes('\n')
      ? offset + after
      : offset;
}

/** Key of a pair as text: `8` and `true` are text when they are keys. Undefined for keys that are not plain. */
export function keyOf(pair: Pair<unknown, unknown>): string | undefined {
  if (!isScalar(pair.key)) return undefined;
  const { value, source } = pair.key;
  if (typeof value === 'string') return value;
  return value === null ? undefined : (source ?? String(value));
}

class Reader {
  readonly problems: Problem[] = [];

  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  read(node: unknown, path: readonly (string | number)[]): unknown {
    if (isAlias(node)) {
      this.report(path, 'value', `*${node.source} is an alias; write the value itself`, offsetOf(node));
      return UNREADABLE;
    }
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) {
      const message = `&${node.anchor} is an anchor; write the value where it is used, or in environments/defaults.yaml`;
      this.report(path, 'value', message, this.#anchorOffset(node, node.anchor));
    }
    if (isMap(node)) return this.#readMap(node.items, path);
    if (isSeq(node)) return node.items.map((item, index) => this.read(item, [...path, index]));
    return isScalar(node) ? node.value : null;
  }

  #readMap(pairs: readonly Pair<unknown, unknown>[], path: readonly (string | number)[]): unknown {
    const map: Record<string, unknown> = {};
    const first = new Map<string, Pair<unknown, unknown>>();
    let unreadable = false;
    for (const pair of pairs) {
      const key = keyOf(pair);
      const offset = offsetOf(pair.key) ?? offsetOf(pair.value);
      if (key === undefined) {
        const message = isScalar(pair.key)
          ? 'a value without a key'
          : 'a key that is not text; if braces are meant as text, put the value in quotes';
        this.report(path, 'value', message, offset);
        unreadable = true;
      } else if (key === '<<') {
        this.report([...path, key], 'key', 'merge keys are not taken; write the values where they are used', offset);
        unreadable = true;
      } else if (first.has(key)) {
        const { line } = positionAt(this.text, offsetOf(first.get(key)?.key) ?? 0);
        this.report([...path, key], 'key', `duplicate key; it is first written in line ${line}`, offset);
      } else {
        first.set(key, pair);
        // Not an assignment: a key called __proto__ is to be a key.
        const value = this.read(pair.value, [...path, key]);
        Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
      }
    }
    return unreadable ? UNREADABLE : map;
  }

  report(path: readonly (string | number)[], at: Problem['at'], message: string, offset?: number): void {
    const position = offset === undefined ? undefined : positionAt(this.text, offset);
    this.problems.push({ file: this.file, path, at, message, ...(position && { position }) });
  }

  /** An anchor stands before its node, with nothing but spaces, a tag and line ends between. */
  #anchorOffset(node: unknown, anchor: string): number | undefined {
    const end = offsetOf(node);
    const found = end === undefined ? -1 : this.text.lastIndexOf(`&${anchor}`, end);
    return found < 0 ? end : found;
  }
}

const offsetOf = (node: unknown): number | undefined => (isNode(node) ? (node.range?.[0] ?? undefined) : undefined);
const isNode = (node: unknown): node is Node => isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);

/** What the parser found, in the words of this program where the parser's own are hard to act on. */
function syntaxMessage(code: string, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab; YAML is indented with spaces';
    case 'MULTIPLE_DOCS':
      return 'a second document begins here; one file holds one document';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'a map cannot begin here; if the colon belongs to the text, put the text in quotes';
    case 'BAD_SCALAR_START':
      return `text cannot begin with ${message.slice(-1)}; put it in quotes`;
    case 'MULTILINE_IMPLICIT_KEY':
      return 'a key without a colon and a value';
    case 'BAD_INDENT':
      return message.startsWith('Flow')
        ? `a ${message.startsWith('Flow map') ? 'map' : 'list'} is not closed with ${message.slice(-1)} before this`
        : 'indented unlike its neighbours; keys of one map begin in the same column';
    case 'MISSING_CHAR':
      if (message.startsWith('Missing closing'))
        return `a quote is not closed with ${message.slice(16, 17)} before this`;
      return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
    default:
      return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  }
}
