import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/*
 * What the documentation points to is there: files, headings, scripts, paths. A sentence that was true once is found when
 * what it names is renamed.
 */

const root = join(__dirname, '..');
const SKIPPED = new Set(['node_modules', '.git', '.cache', 'build']);

/** Every file of the repository, by its path from the root. */
const FILES = walk(root);
const DOCUMENTS = FILES.filter((file) => file === 'README.md' || /^docs\/.*\.md$/.test(file));
/** Folders of the repository: what begins with one of them, in backticks, is a path. */
const FOLDERS = [...new Set(FILES.flatMap((file) => (file.includes('/') ? [file.slice(0, file.indexOf('/'))] : [])))];
const SCRIPTS = Object.keys(JSON.parse(read('package.json')).scripts);

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [relative(root, path)];
  });
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

const withoutCode = (text: string): string => text.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, '');

/** Where headings are reached by, as GitHub makes it of them; the second of the same name has a number. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutCode(text).matchAll(/^#{1,6} +(.*?) *$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let copy = 1; anchors.has(anchor); copy++) anchor = `${slug}-${copy}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Links of a document that lead nowhere. */
function brokenLinks(document: string, text: string): string[] {
  const prose = withoutCode(text).replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? join(root, document) : resolve(root, dirname(document), path);
    if (!existsSync(file)) return [`${target}: there is no such file`];
    if (anchor === undefined) return [];
    return anchorsOf(readFileSync(file, 'utf8')).has(anchor) ? [] : [`${target}: there is no such heading`];
  });
}

/** Scripts that a document tells to run and package.json does not have; `verify:*` stands for all that begin so. */
const unknownScripts = (text: string): string[] =>
  [...text.matchAll(/npm run ([a-z][a-z0-9:-]*\*?)/g)].flatMap(([, name = '']) => {
    const known = name.endsWith('*')
      ? SCRIPTS.some((script) => script.startsWith(name.slice(0, -1)))
      : SCRIPTS.includes(name);
    return known ? [] : [name];
  });

/** Paths in backticks that lead to nothing: `<name>`, `*` and `…` stand for a part, and what ends in `/` is a folder. */
function unknownPaths(text: string): string[] {
  const spans = [...withoutCode(text).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return spans.filter((span) => {
    const [first = '', ...rest] = span.split('/');
    const isPath = rest.length > 0 ? FOLDERS.includes(first) : /^[\w.-]+\.(json|cjs|yaml|md|ts)$/.test(span);
    if (!isPath || /[\s:{}()]/.test(span)) return false;
    // A file named alone may be in any folder.
    const start = rest.length > 0 ? '^' : '(^|/)';
    const pattern = span
      .split(/(<[^>/]+>|\*+|…)/)
      .map((part, index) => (index % 2 === 1 ? '[^/]+' : part.replace(/[.+?^$|[\]\\]/g, '\\$&')))
      .join('');
    const end = span.endsWith('/') ? '' : '(/|$)';
    const matching = new RegExp(`${start}${pattern}${end}`);
    return !FILES.some((file) => matching.test(file));
  });
}

test('there is documentation', () => {
  expect(DOCUMENTS).toEqual(expect.arrayContaining(['README.md', 'docs/architecture.md', 'docs/catalogue/prod.md']));
});

test.each(DOCUMENTS)('%s names only what there is', (document) => {
  const text = read(document);
  expect({
    links: brokenLinks(document, text),
    scripts: unknownScripts(text),
    paths: unknownPaths(text),
  }).toEqual({ links: [], scripts: [], paths: [] });
});

test('what is not there is found', () => {
  const text = [
    '# A `heading`: here',
    'See [that](#a-heading-here), [this](#another), [a file](docs/nowhere.md) and [one](README.md#start).',
    'Run `npm run synth`, `npm run verify:*` or `npm run sinth`; read `lib/nowhere.ts`, `lib/components/<name>.ts`,',
    '`docs/catalogue/`, `lib/<name>/nowhere/` and `nowhere.json`, but not `a/b.ts`.',
    '```\n[code](nowhere.md) `lib/nowhere.ts`\n```',
  ].join('\n');
  expect([...anchorsOf(text)]).toEqual(['a-heading-here']);
  expect(brokenLinks('README.md', text)).toEqual([
    // README.md has other headings than this text.
    '#a-heading-here: there is no such heading',
    '#another: there is no such heading',
    'docs/nowhere.md: there is no such file',
  ]);
  expect(unknownScripts(text)).toEqual(['sinth']);
  expect(unknownPaths(text)).toEqual(['lib/nowhere.ts', 'lib/<name>/nowhere/', 'nowhere.json']);
});
