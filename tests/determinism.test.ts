import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { jsonSchemas } from '../lib/cli/json-schemas.ts';
import { KINDS } from '../lib/components/index.ts';
import { EXTERNAL_KINDS } from '../lib/externals/index.ts';
import { RULES } from '../lib/rules/index.ts';
import { complaints, Repository } from './support/outcome.ts';
import { ROOT, shippedFiles } from './support/shipped.ts';

/* The same input makes the same bytes: whatever the order of things in our lists and in people's files, wherever and whenever it runs. */

type Files = Readonly<Record<string, string>>;

const repository = new Repository();
const filesOf = (data: Readonly<Record<string, unknown>>): Files => {
  const outcome = repository.replace(data).outcome();
  expect(complaints(outcome)).toEqual([]);
  return Object.fromEntries(outcome.results.flatMap((result) => [...result.files()]));
};
const data = shippedFiles();
const expected = filesOf(data);

test('there is something to compare', () => {
  expect(Object.keys(expected).length).toBeGreaterThan(250);
});

describe('in another order', () => {
  const lists: readonly unknown[][] = [KINDS as unknown[], EXTERNAL_KINDS as unknown[], RULES as unknown[]];
  const originals = lists.map((list) => [...list]);
  const rearrange = (orders: readonly (readonly unknown[])[]): void =>
    orders.forEach((order, index) => void lists[index]?.splice(0, order.length, ...order));
  afterEach(() => rearrange(originals));

  const all = (list: readonly unknown[]): fc.Arbitrary<unknown[]> =>
    fc.shuffledSubarray([...list], { minLength: list.length });

  test('of kinds of components, of externals and of rules, all is the same', () => {
    fc.assert(
      fc.property(fc.tuple(...originals.map(all)), (orders) => {
        rearrange(orders);
        expect(filesOf(data)).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  /** The same data, its keys in an order that a number decides. */
  const shuffled = (value: unknown, seed: number): unknown => {
    if (Array.isArray(value)) return value.map((item) => shuffled(item, seed));
    if (typeof value !== 'object' || value === null) return value;
    const place = (key: string): number =>
      [...key].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % seed, 7);
    const keys = Object.entries(value).sort(([a], [b]) => place(a) - place(b));
    return Object.fromEntries(keys.map(([key, item]) => [key, shuffled(item, seed)]));
  };

  test('of what people write, all is the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 1000 }), (seed) => {
        const files = Object.fromEntries(
          Object.entries(data)
            .map(([file, content]) => [file, shuffled(content, seed)] as const)
            .sort(() => (seed % 2 === 0 ? 1 : -1)),
        );
        expect(filesOf(files)).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });
});

/** What `npm run synth` writes in a folder of its own, by a process with another idea of time and language. */
async function written(environment: NodeJS.ProcessEnv): Promise<{ readonly files: Files; readonly again: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-'));
  try {
    cpSync(join(ROOT, 'environments'), join(folder, 'environments'), { recursive: true });
    const synth = (...args: string[]) =>
      promisify(execFile)(process.execPath, ['--require', require.resolve('tsx/cjs'), join(ROOT, 'main.ts'), ...args], {
        cwd: folder,
        env: { PATH: process.env.PATH, ...environment },
      });
    await synth();
    const { stdout } = await synth('--check');
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter((file) => !file.startsWith('environments'));
    return {
      files: Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
      again: stdout,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('in another folder, time zone and language, and a second time, all is the same', async () => {
  const [here, there] = await Promise.all([
    written({ TZ: 'UTC', LC_ALL: 'C' }),
    written({ TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'de_DE', FORCE_COLOR: '1' }),
  ]);
  expect(there.files).toEqual(here.files);
  expect(here.files).toMatchObject(expected);
  const others = Object.keys(here.files).filter((file) => !(file in expected));
  expect(others.sort()).toEqual([
    ...['local', 'nonprod', 'prod'].map((cluster) => `argocd/${cluster}/bootstrap.yaml`),
    ...jsonSchemas()
      .map(({ path }) => path)
      .sort(),
  ]);
  for (const { again } of [here, there]) expect(again).toContain('nothing would change');
}, 60_000);
