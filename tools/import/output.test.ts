import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, MARK, Output } from './output.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'output-'));
  mkdirSync(join(root, 'imports'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('what did not change is not touched, what nothing makes any more is removed, what is written by hand stays', () => {
  writeFileSync(join(root, 'imports', 'same.ts'), 'same');
  writeFileSync(join(root, 'imports', 'stale.ts'), `// ${MARK} x`);
  writeFileSync(join(root, 'imports', 'own.ts'), 'export type Own = {};');
  const output = new Output();
  output.add('imports/same.ts', 'same');
  output.add('imports/new.ts', 'new');
  expect(output.write(root, ['imports', 'missing'])).toEqual(['imports/new.ts', 'imports/stale.ts']);
  expect(readdirSync(join(root, 'imports')).sort()).toEqual(['new.ts', 'own.ts', 'same.ts']);
  expect(readFileSync(join(root, 'imports', 'new.ts'), 'utf8')).toBe('new');
});

test('two sources of one file are an error', () => {
  const output = new Output();
  output.add('a', '');
  expect(() => output.add('a', '')).toThrow('two sources write a');
});

test('JSON has a line for every entry down to a depth', () => {
  expect(json({ a: { b: { c: 1 } }, d: [1, { e: 2 }], f: {} }, 2)).toBe(
    '{\n "a": {\n  "b": {"c":1}\n },\n "d": [1,{"e":2}],\n "f": {}\n}',
  );
});
