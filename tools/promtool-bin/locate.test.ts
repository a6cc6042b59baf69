import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const { locate, onPath } = require('./locate.cjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'promtool-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function saying(version: string, directory = join(folder, version)) {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'promtool');
  writeFileSync(file, `#!/bin/sh\necho 'promtool, version ${version} (branch: x)'\n`);
  chmodSync(file, 0o755);
  return file;
}

const source = (label: string, make: (work: string) => string) =>
  Object.assign((work: string) => make(work), { label });

test('one on PATH is taken when it is new enough', () => {
  const path = [saying('2.41.1'), saying('1.99.0'), saying('2.42.0+ds')].map((file) => dirname(file)).join(':');
  expect(locate({ env: { PATH: path }, sources: [] })).toBe(join(folder, '2.42.0+ds', 'promtool'));
  expect(onPath(dirname(saying('3.1.0')))).toBe(join(folder, '3.1.0', 'promtool'));
});

test('the shim of this package is not taken for one', () => {
  expect(onPath(join(__dirname, 'bin'))).toBeUndefined();
});

test('the first source that yields one fills the cache, later uses ask none, and nothing else is left', () => {
  const broken = source('package', () => {
    throw new Error('no lists');
  });
  const old = source('old', (work) => saying('2.30.0', work));
  const built = source('build', (work) => saying('', work));
  const cache = join(folder, 'cache');
  const binary = locate({ cache, env: {}, sources: [broken, old, built] });
  expect(locate({ cache, env: {}, sources: [] })).toBe(binary);
  expect(readdirSync(cache)).toHaveLength(1);
});

test('fails with what every source said', () => {
  const old = source('old', (work) => saying('2.30.0', work));
  expect(() => locate({ cache: folder, env: {}, sources: [old] })).toThrow(/old: it is older than 2.42.0/);
});
