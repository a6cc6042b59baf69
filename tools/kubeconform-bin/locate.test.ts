import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { locate, onPath } = require('./locate.cjs');
const { fileOf } = require('./untar.cjs');
const pins = require('./pins.json');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconform-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function source(label: string, make: (work: string) => string | Promise<string>) {
  return Object.assign(async (work: string) => make(work), { label });
}

function saying(version: string, name = 'kubeconform') {
  mkdirSync(join(folder, version), { recursive: true });
  const file = join(folder, version, name);
  writeFileSync(file, `#!/bin/sh\necho ${version}\n`);
  chmodSync(file, 0o755);
  return file;
}

const built = source('go install', (work) => {
  writeFileSync(join(work, 'kubeconform'), 'binary');
  return join(work, 'kubeconform');
});

describe('on PATH |', () => {
  test('a kubeconform of the pinned version is taken', async () => {
    const old = saying('v0.1.0');
    const right = saying(`v${pins.version}`);
    expect(await locate({ env: { PATH: `${join(old, '..')}:${join(right, '..')}` }, sources: [] })).toBe(right);
  });

  test('the shim of this package is not taken for one', () => {
    expect(onPath(join(__dirname, 'bin'))).toBeUndefined();
  });
});

describe('cache |', () => {
  test('the first source that works fills it and later uses ask none', async () => {
    const broken = source('release', () => {
      throw new Error('no network');
    });
    const options = { cache: folder, env: {} };
    const binary = await locate({ ...options, sources: [broken, built] });
    expect(readFileSync(binary, 'utf8')).toBe('binary');
    expect(await locate({ ...options, sources: [] })).toBe(binary);
  });

  test('first uses at the same time leave one whole file and nothing else', async () => {
    const slow = source('release', async (work) => {
      await new Promise((done) => setTimeout(done, 10));
      writeFileSync(join(work, 'kubeconform'), 'binary');
      return join(work, 'kubeconform');
    });
    const all = await Promise.all([1, 2, 3, 4].map(() => locate({ cache: folder, env: {}, sources: [slow] })));
    expect(new Set(all).size).toBe(1);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(readFileSync(all[0], 'utf8')).toBe('binary');
  });

  test('fails with what every source said', async () => {
    const broken = source('release', () => {
      throw new Error('the archive has the checksum x, pinned is y');
    });
    await expect(locate({ cache: folder, env: {}, sources: [broken] })).rejects.toThrow(
      /release: the archive has the checksum x, pinned is y/,
    );
  });
});

test('a file is read from a .tar.gz', () => {
  writeFileSync(join(folder, 'LICENSE'), 'words');
  writeFileSync(join(folder, 'kubeconform'), 'b'.repeat(1500));
  execFileSync('tar', ['-czf', 'a.tar.gz', 'LICENSE', 'kubeconform'], { cwd: folder });
  const archive = readFileSync(join(folder, 'a.tar.gz'));
  expect(fileOf(archive, 'kubeconform').toString()).toBe('b'.repeat(1500));
  expect(() => fileOf(archive, 'missing')).toThrow('the archive has no file missing');
});
