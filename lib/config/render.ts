import { compareText } from '../collections.ts';
import type { Locate, Place } from './locate.ts';
import type { Problem } from './problem.ts';

/** Longest piece of a line that is shown: a sealed value has many hundred characters. */
const WIDTH = 120;

/**
 * Problems as a person reads them: one entry each, by file and line, with the line in question. A mistake in what
 * several environments share is said once.
 */
export function renderProblems(problems: readonly Problem[], locate: Locate): string {
  const entries = problems.map((problem) => ({ problem, place: locate(problem) })).sort(byPlace);
  return [...new Set(entries.map(({ problem, place }) => renderEntry(problem, place)))].join('\n');
}

function renderEntry({ path, message, allowed }: Problem, place: Place): string {
  const where = `${place.file}:${place.line}:${place.column}`;
  const what = path.length === 0 ? message : `${renderPath(path)}: ${message}`;
  return [
    `${where}  ${printable(what)}`,
    ...excerpt(place),
    ...(allowed === undefined ? [] : [`  allowed: ${allowed}`]),
    '',
  ].join('\n');
}

/** The line, and below it what of it is meant. */
function excerpt({ line, column, length, text }: Place): string[] {
  if (text === undefined) return [];
  const cut = column > WIDTH ? column - WIDTH / 2 : 0;
  const shown = printable(text.slice(cut, cut + WIDTH)).trimEnd();
  const indent = column - 1 - cut;
  const marks = '^'.repeat(Math.max(1, Math.min(length, shown.length - indent)));
  const margin = ' '.repeat(String(line).length);
  return [
    `  ${line} | ${cut > 0 ? '...' : ''}${shown}`,
    `  ${margin} | ${' '.repeat(indent + (cut > 0 ? 3 : 0))}${marks}`,
  ];
}

/** Nothing that would move the cursor of a terminal, one character for one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const printable = (text: string): string => text.replaceAll('\t', '→').replace(/[\u0000-\u001f\u007f-\u009f]/g, '·');

/** `cluster.nodePools[0].cpu`; keys that are not words in brackets and quotes. */
export function renderPath(path: Problem['path']): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

type Located = { readonly problem: Problem; readonly place: Place };

const byPlace = (a: Located, b: Located): number =>
  compareText(a.place.file, b.place.file) ||
  a.place.line - b.place.line ||
  a.place.column - b.place.column ||
  compareText(renderPath(a.problem.path), renderPath(b.problem.path)) ||
  compareText(a.problem.message, b.problem.message);
