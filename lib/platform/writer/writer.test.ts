import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadNative } from './native.ts';
import { changesOfTree } from './read.ts';
import { type Mode, NEW, OLD, withoutExchange, write } from './testing.ts';
import type { Tree } from './tree.ts';
import { Writer } from './writer.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'keelson-writer-')));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What is there, links and leftovers too. */
function found(directory: string): Tree {
  const files = new Map<string, string>();
  if (!existsSync(directory)) return files;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory()) files.set(path.slice(directory.length + 1), readFileSync(path, 'utf8'));
  }
  return new Map([...files].sort());
}

function put(directory: string, tree: Tree): void {
  for (const [path, content] of tree) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
    utimesSync(join(directory, path), 1_000_000, 1_000_000);
  }
}

function writing<T>(write: (writer: Writer) => T, options?: ConstructorParameters<typeof Writer>[1]): T {
  const writer = new Writer(root, options);
  try {
    const result = write(writer);
    writer.commit();
    return result;
  } finally {
    writer.close();
  }
}

describe.each<Mode>(['exchange', 'renames'])('with %s', (mode) => {
  const options = { native: mode === 'exchange' ? loadNative() : withoutExchange() };

  test('a tree becomes what is wanted, and nothing else is left', () => {
    const dist = join(root, 'dist');
    put(join(dist, 'prod'), OLD);
    expect(writing((writer) => writer.stageTree(join(dist, 'prod'), NEW), options)).toEqual({
      added: ['teams/vision/d.yaml'],
      changed: ['data/postgres/b.yaml'],
      removed: ['platform/mlflow/c.yaml'],
    });
    expect(found(join(dist, 'prod'))).toEqual(NEW);
    expect(readdirSync(dist)).toEqual(['prod']);
    expect(readdirSync(join(dist, 'prod')).sort()).toEqual(['data', 'teams']);
  });

  test('files that stay are not touched', () => {
    const prod = join(root, 'dist/prod');
    put(prod, OLD);
    const before = statSync(join(prod, 'data/postgres/a.yaml'));
    writing((writer) => writer.stageTree(prod, NEW), options);
    const after = statSync(join(prod, 'data/postgres/a.yaml'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test('killed before any step, every target is wholly old or wholly new, and the next run ends what was begun', () => {
    const begin = (): void => {
      rmSync(root, { recursive: true });
      for (const [name, tree] of [
        ['dist/changes', OLD],
        ['dist/goes', OLD],
        ['docs', new Map([['changes.md', 'old\n']])],
      ] as const) {
        put(join(root, name), tree);
      }
    };
    const steps: string[] = [];
    begin();
    write(root, mode, (step) => steps.push(step.replaceAll(root, '')));
    expect(steps.length).toBeGreaterThan(10);

    const seen = new Set<string>();
    for (const [index, step] of steps.entries()) {
      begin();
      const child = spawnSync(process.execPath, [
        '--require',
        'tsx/cjs',
        join(__dirname, 'testing.ts'),
        root,
        mode,
        String(index),
      ]);
      expect([step, child.signal]).toEqual([step, 'SIGKILL']);
      const state = ['dist/changes', 'dist/comes', 'dist/goes'].map((name) => nameOf(found(join(root, name))));
      const file = readFileSync(join(root, 'docs/changes.md'), 'utf8');
      seen.add([...state, file.trim()].join(' '));
      expect(['old\n', 'new\n']).toContain(file);
      const [changes] = state;
      // Without an exchange there is one moment at which a tree is away; the next run ends it.
      const away = mode === 'renames' && step.startsWith('rename /dist/.changes.') && step.endsWith('to /dist/changes');
      expect([step, ...state]).toEqual([
        step,
        away ? 'absent' : expect.stringMatching(/^(old|new)$/),
        expect.stringMatching(/^(absent|new)$/),
        expect.stringMatching(/^(old|absent)$/),
      ]);
      if (changes === 'absent') {
        writing((writer) => writer.stageTree(join(root, 'dist/comes'), NEW), options);
        expect(nameOf(found(join(root, 'dist/changes')))).toBe('new');
      }
      write(root, mode, () => {});
      expect(['dist/changes', 'dist/comes', 'dist/goes'].map((name) => nameOf(found(join(root, name))))).toEqual([
        'new',
        'new',
        'absent',
      ]);
      expect(readdirSync(join(root, 'dist')).sort()).toEqual(['changes', 'comes']);
      expect(readdirSync(join(root, 'docs'))).toEqual(['changes.md']);
    }
    // The kills fell before, between and after the swaps.
    expect(seen).toContain('old absent old old');
    expect(seen).toContain('new absent old old');
    expect(seen).toContain('new new absent new');
  }, 60_000);
});

const nameOf = (tree: Tree): string => {
  const text = JSON.stringify([...tree]);
  if (text === '[]') return 'absent';
  if (text === JSON.stringify([...OLD])) return 'old';
  return text === JSON.stringify([...NEW]) ? 'new' : `mixed: ${text}`;
};

test('nothing changes before commit, and what is not committed leaves no trace', () => {
  put(join(root, 'dist/prod'), OLD);
  const writer = new Writer(root);
  writer.stageTree(join(root, 'dist/prod'), NEW);
  writer.stageFile(join(root, 'dist/file'), 'x');
  expect(found(join(root, 'dist/prod'))).toEqual(OLD);
  writer.close();
  expect(readdirSync(join(root, 'dist'))).toEqual(['prod']);
});

test('when nothing changes, not a step is taken', () => {
  put(join(root, 'dist/prod'), OLD);
  const steps: string[] = [];
  writing(
    (writer) => {
      writer.stageTree(join(root, 'dist/prod'), OLD);
      writer.stageFile(join(root, 'dist/prod/data/postgres/a.yaml'), 'stays\n');
    },
    { onStep: (step) => steps.push(step) },
  );
  expect(steps).toEqual([]);
});

test('a link in a tree is replaced by what belongs there, and what it points at stays', () => {
  const outside = join(root, 'outside');
  put(outside, new Map([['precious', 'x']]));
  put(join(root, 'dist/prod'), OLD);
  symlinkSync(outside, join(root, 'dist/prod/teams'));
  rmSync(join(root, 'dist/prod/data/postgres/a.yaml'));
  symlinkSync(join(outside, 'precious'), join(root, 'dist/prod/data/postgres/a.yaml'));
  writing((writer) => writer.stageTree(join(root, 'dist/prod'), NEW));
  expect(found(join(root, 'dist/prod'))).toEqual(NEW);
  expect(found(outside)).toEqual(new Map([['precious', 'x']]));
});

test('a link in the place of a tree is not followed', () => {
  put(join(root, 'outside'), OLD);
  mkdirSync(join(root, 'dist'));
  symlinkSync(join(root, 'outside'), join(root, 'dist/prod'));
  expect(() => writing((writer) => writer.stageTree(join(root, 'dist/prod'), NEW))).toThrow(
    `${root}/dist/prod is a link or device, and a directory is to be written there; move it away`,
  );
  expect(found(join(root, 'outside'))).toEqual(OLD);
});

test('comparing only reads', () => {
  put(join(root, 'dist/prod'), OLD);
  expect(changesOfTree(join(root, 'dist/prod'), OLD)).toEqual({ added: [], changed: [], removed: [] });
  expect(changesOfTree(join(root, 'dist/other'), OLD).added).toHaveLength(3);
  expect(readdirSync(join(root, 'dist'))).toEqual(['prod']);
});

test('a second writer waits for the first', () => {
  const native = loadNative();
  if (!native) return;
  const calls: string[] = [];
  const writer = new Writer(root, {
    native: { ...native, lock: () => calls.push('lock') },
    onWait: () => calls.push('wait'),
  });
  const second = new Writer(root, {
    native: { ...native, lock: () => calls.push('lock') },
    onWait: () => calls.push('wait'),
  });
  expect(calls).toEqual(['wait', 'lock']);
  second.close();
  writer.close();
  const third = new Writer(root, {
    native: { ...native, lock: () => calls.push('lock') },
    onWait: () => calls.push('wait'),
  });
  third.close();
  expect(calls).toEqual(['wait', 'lock']);
});
