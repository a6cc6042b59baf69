import type { z } from 'zod';
import { isMapping } from './merge.ts';
import { guess } from './nearest.ts';
import type { Problem } from './problem.ts';
import { UNREADABLE } from './yaml-file.ts';

/** Begins a message that holds what the schema knows, instead of a sentence of the schema's author. */
export const HINT = '\u0000';

/** What a schema knows of a value, and an issue about it does not say. */
export interface Hint {
  /** Its description. */
  readonly words: string;
  /** Keys of a map, and those of them that cannot be left out. */
  readonly keys?: readonly string[];
  readonly required?: readonly string[];
  /** Bounds of a number. */
  readonly least?: number | null;
  readonly most?: number | null;
}

export const toHint = (hint: Hint): string => `${HINT}${JSON.stringify(hint)}`;

/** Undefined of a message that the schema's author wrote. */
const hintOf = ({ message }: { readonly message: string }): Hint | undefined =>
  message.startsWith(HINT) ? (JSON.parse(message.slice(HINT.length)) as Hint) : undefined;

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** Every issue in words: one problem for each mistake that a person made. */
export function problemsOf(file: string, issues: readonly Issue[], data: unknown): Problem[] {
  return describe(issues, data, []).map((problem) => ({ file, ...problem }));
}

type Finding = Omit<Problem, 'file'>;

function describe(issues: readonly Issue[], data: unknown, above: Path): Finding[] {
  const findings = issues
    .filter((issue) => !isEcho(issue, issues))
    .flatMap((issue) => {
      const path = [...above, ...issue.path.filter((key) => typeof key !== 'symbol')];
      const found = valueAt(data, path);
      const asAWhole = issue.code === 'invalid_union' || issue.code === 'custom';
      const unreadable = asAWhole ? holdsUnreadable(found) : found === UNREADABLE;
      return unreadable ? [] : findingsOf(issue, path, found, data);
    });
  return withoutEchoes(findings);
}

/**
 * Of a value that is something else altogether, no more is to be said; and of one that is wrong by itself, not how it
 * goes together with others.
 */
const isEcho = (issue: Issue, issues: readonly Issue[]): boolean =>
  issue.code !== 'invalid_type' &&
  issues.some(
    (other) =>
      (other.code === 'invalid_type' ||
        (issue.code === 'custom' && other.code !== 'custom' && other.code !== 'unrecognized_keys')) &&
      other.path.join('\n') === issue.path.join('\n'),
  );

function findingsOf(issue: Issue, path: Path, found: unknown, data: unknown): Finding[] {
  const hint = hintOf(issue);
  const at = (message: string, allowed?: string): Finding => ({
    path,
    at: found === undefined ? 'key' : 'value',
    message,
    ...(allowed && { allowed }),
  });
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], key, hint?.keys ?? []));
  }
  if (issue.code === 'invalid_key') {
    const message = issue.issues[0]?.message ?? 'is not a key that can stand here';
    return [{ path, at: 'key', message: `${show(path.at(-1))} ${message}` }];
  }
  if (issue.code === 'invalid_union' && hint !== undefined) return fromUnion(issue, path, found, data);
  if (found === undefined) return [missing(issue, hint, at)];
  if (hint === undefined) {
    const { message } = issue;
    if (found === null) return [at(message.replace(/^is not [^;]*; /, 'is empty; '))];
    return [at(message.startsWith('is ') && !isCollection(found) ? `${show(found)} ${message}` : message)];
  }
  if (issue.code === 'invalid_value') return [at(...notAmong(found, issue.values.map(String)))];
  if (issue.code === 'invalid_type') {
    return [at(wrongType(found, issue.expected, hint), hint.keys?.join(', '))];
  }
  return [at(outOfBounds(issue, found))];
}

function unknownKey(path: Path, key: string, keys: readonly string[]): Finding {
  return {
    path,
    at: 'key',
    message: `unknown key${guess(key, keys)}`,
    ...(keys.length > 0 && { allowed: keys.join(', ') }),
  };
}

/** What follows the semicolon in a scalar's message says how it is written. */
function missing(issue: Issue, hint: Hint | undefined, at: (message: string, allowed?: string) => Finding): Finding {
  if (issue.code === 'invalid_value') return at('missing', issue.values.map(String).join(', '));
  if (hint === undefined) {
    const { message } = issue;
    return at(message.startsWith('missing') ? message : `missing; ${message.slice(message.indexOf('; ') + 2)}`);
  }
  const { keys, required = [] } = hint;
  const least = keys && required.length > 0 ? `write a map with ${required.join(', ')}` : '';
  return at(['missing', asClause(hint.words), least].filter((part) => part !== '').join('; '), keys?.join(', '));
}

/** A description as a part of a sentence. */
function asClause(words: string): string {
  const lower = /^[A-Z][a-z ]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
  return lower.replace(/\.$/, '');
}

function notAmong(found: unknown, values: readonly string[]): [string, string] {
  return [notAllowed(found, values), values.join(', ')];
}

const notAllowed = (found: unknown, values: readonly string[]): string =>
  found === null ? 'is empty' : `${show(found)} is not allowed here${guess(String(found), values)}`;

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
};
const noun = (expected: string): string => NOUNS[expected] ?? expected;

function wrongType(found: unknown, expected: string, hint: Hint): string {
  if (found === null) return `is empty; ${noun(expected)} belongs here`;
  return [`${show(found)} is not ${noun(expected)}`, ...mend(found, expected, hint)].join('; ');
}

/** How a value of the wrong kind is to be written. */
function mend(found: unknown, expected: string, hint: Hint): string[] {
  if (isCollection(found)) return [];
  switch (expected) {
    case 'string':
      return ['put it in quotes'];
    case 'number':
    case 'int':
      return [`write ${numberLike(found, hint)}`];
    case 'boolean':
      return [`write ${booleanLike(String(found))}`];
    case 'array':
      return String(found).length > 40 ? [] : [`write ${JSON.stringify([found])}`];
    default:
      return [];
  }
}

/** The number that a text begins with, when it could be the one that is meant. */
function numberLike(found: unknown, { least, most }: Hint): string {
  const lowest = least ?? Number.NEGATIVE_INFINITY;
  const highest = most ?? Number.POSITIVE_INFINITY;
  const text = String(found).trim();
  const number = Number.parseInt(text, 10);
  const fits = number >= lowest && number <= highest;
  if (fits && String(number) === text) return `it without quotes: ${number}`;
  return `one like ${fits ? number : Math.min(Math.max(1, lowest), highest)}`;
}

function booleanLike(text: string): string {
  if (/^(true|false)$/i.test(text)) return `it without quotes: ${text.toLowerCase()}`;
  if (/^(yes|on|y|1)$/i.test(text)) return 'true';
  return /^(no|off|n|0)$/i.test(text) ? 'false' : 'the one or the other, without quotes';
}

function outOfBounds(issue: Issue, found: unknown): string {
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    const small = issue.code === 'too_small';
    const limit = `${small ? 'at least' : 'at most'} ${small ? issue.minimum : issue.maximum}`;
    if (issue.origin === 'array')
      return small && found !== null ? `too few entries; ${limit}` : `too many entries; ${limit}`;
    if (issue.origin === 'string' && found === '') return 'is empty text; write something, or leave the key out';
    if (issue.origin === 'string') return `${show(found)} is too ${small ? 'short' : 'long'}; ${limit} characters`;
    return `${show(found)} is too ${small ? 'small' : 'large'}; ${limit}`;
  }
  if (issue.code === 'invalid_format') {
    return issue.format === 'url'
      ? `${show(found)} is not a URL; write it like https://ml.example.com`
      : `${show(found)} is not written as it must be (${issue.format})`;
  }
  if (issue.code === 'not_multiple_of') return `${show(found)} is not a multiple of ${issue.divisor}`;
  return `${show(found)} cannot stand here`;
}

/** One sensible answer for alternatives: the one that was most likely meant. */
function fromUnion(issue: z.core.$ZodIssueInvalidUnion, path: Path, found: unknown, data: unknown): Finding[] {
  if (issue.errors.length === 0) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    if (found === undefined) return [{ path, at: 'key', message: 'missing', allowed: options.join(', ') }];
    const [message, allowed] = notAmong(found, options);
    return [{ path, at: 'value', message, allowed }];
  }
  if (found === undefined) return [{ path, at: 'key', message: 'missing', allowed: alternatives(issue.errors) }];
  const fitting = issue.errors
    .filter((branch) => !branch.some(isOtherThing))
    .map((branch) => describe(branch, data, path))
    .sort((a, b) => a.length - b.length);
  const [likeliest, other] = fitting;
  const together = other && mixed(issue.errors, path, data);
  if (together) return together;
  if (likeliest) return other && lackOneKey(fitting) ? [oneOf(path, fitting.flat())] : likeliest;
  const values = issue.errors
    .flat()
    .flatMap((other) => (other.code === 'invalid_value' ? other.values.map(String) : []));
  return [{ path, at: 'value', message: notAllowed(found, values), allowed: alternatives(issue.errors) }];
}

/** What belongs to different alternatives, in one map: it fits none, and each of them alone would be right. */
function mixed(branches: readonly (readonly Issue[])[], path: Path, data: unknown): Finding[] | undefined {
  const found = valueAt(data, path);
  if (!isMapping(found)) return undefined;
  const known = branches.map(([first, ...more]) =>
    first?.code === 'unrecognized_keys' && first.path.length === 0 && more.length === 0
      ? (hintOf(first)?.keys ?? [])
      : undefined,
  );
  const alternatives = known.flatMap((keys) => (keys ? [keys.filter((key) => Object.hasOwn(found, key))] : []));
  if (alternatives.length < known.length || alternatives.some((keys) => keys.length === 0)) return undefined;
  const keys = new Set(known.flat().flatMap((key) => key ?? []));
  const message = `${alternatives.map((those) => those.join(' with ')).join(' or ')}, not both; remove one of them`;
  return [
    { path, at: 'value', message },
    ...Object.keys(found).flatMap((key) => (keys.has(key) ? [] : [unknownKey([...path, key], key, [...keys])])),
  ];
}

/** Whether all that any of the alternatives lacks is one key. */
const lackOneKey = (branches: readonly (readonly Finding[])[]): boolean =>
  branches.every(([first, ...more]) => more.length === 0 && first?.message.startsWith('missing'));

const oneOf = (path: Path, missing: readonly Finding[]): Finding => ({
  path,
  at: 'value',
  message: 'one key is missing',
  allowed: missing.map((finding) => String(finding.path.at(-1))).join(', '),
});

/** Whether an alternative wants something else altogether at this place. */
const isOtherThing = (issue: Issue): boolean =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');

function alternatives(branches: readonly (readonly Issue[])[]): string {
  const words = branches.flatMap(([first]) => {
    if (first?.code === 'invalid_value') return first.values.map(String);
    if (first?.code !== 'invalid_type') return [];
    const keys = hintOf(first)?.keys;
    return [keys === undefined ? noun(first.expected) : `${noun(first.expected)} of ${keys.join(', ')}`];
  });
  return [...new Set(words)].join(', or ');
}

/** A key that was only mistyped is not missing as well. */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const meant = new Set<string>();
  for (const { path, message } of findings) {
    const key = /^unknown key; did you mean "(.*)"\?$/.exec(message)?.[1];
    if (key !== undefined) meant.add(JSON.stringify([...path.slice(0, -1), key]));
  }
  return findings.filter(({ path, message }) => !(message.startsWith('missing') && meant.has(JSON.stringify(path))));
}

/** A value as a person would recognise it. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (Array.isArray(value)) return 'a list';
  return isMapping(value) ? 'a map' : String(value);
}

const isCollection = (value: unknown): boolean => Array.isArray(value) || isMapping(value);

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const key of path) {
    if (Array.isArray(value) && typeof key === 'number') value = value[key];
    else if (isMapping(value)) value = Object.hasOwn(value, String(key)) ? value[String(key)] : undefined;
    else return value === UNREADABLE ? UNREADABLE : undefined;
  }
  return value;
}

function holdsUnreadable(value: unknown): boolean {
  if (value === UNREADABLE) return true;
  if (Array.isArray(value)) return value.some(holdsUnreadable);
  return isMapping(value) && Object.values(value).some(holdsUnreadable);
}
