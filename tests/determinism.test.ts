import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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
const filesOf = (
  data: Readonly<Record<string, unknown>>,
  rearrange?: Parameters<typeof repository.outcome>[0],
): Files => {
  const outcome = repository.replace(data).outcome(rearrange);
  expect(complaints(outcome)).toEqual([]);
  return Object.fromEntries(outcome.results.flatMap((result) => [...result.files()]));
};
/** With teams that stand in another order in Lithuanian, which has y behind i, and in Estonian, which has z before t. */
const data: Readonly<Record<string, unknown>> = {
  ...shippedFiles(),
  ...Object.fromEntries(
    ['ty', 'tl', 'zt', 'tz'].map((name) => [
      `environments/dev/teams/${name}.yaml`,
      { name, displayName: name, costCentre: 'cc-1', quota: { cpu: 1, memory: '4Gi', storage: '100Gi' } },
    ]),
  ),
};
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

  test('of environments and of teams, all is the same', () => {
    const backwards = filesOf(data, (environments) =>
      environments.map((environment) => ({ ...environment, teams: environment.teams.toReversed() })).toReversed(),
    );
    expect(backwards).toEqual(expected);
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

/** What `npm run synth` writes into a folder of its own, by a process with another idea of time and language. */
async function written(
  { root }: Repository,
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly files: Files; readonly again: string }> {
  const synth = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['--require', require.resolve('tsx/cjs'), join(ROOT, 'main.ts'), ...args], {
      cwd: root,
      env: { PATH: process.env.PATH, ...environment },
    });
  await synth();
  const { stdout: again } = await synth('--check');
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('environments'));
  return { files: Object.fromEntries(names.map((name) => [name, readFileSync(join(root, name), 'utf8')])), again };
}

const elsewhere = [new Repository(data), new Repository(data)] as const;

test('in another folder, time zone and language, and a second time, all is the same', async () => {
  const [here, there] = await Promise.all([
    written(elsewhere[0], { TZ: 'Pacific/Kiritimati', LC_ALL: 'lt_LT.UTF-8', LANG: 'tr_TR' }),
    written(elsewhere[1], { TZ: 'America/St_Johns', LC_ALL: 'et_EE.UTF-8', FORCE_COLOR: '1' }),
  ]);
  expect(there.files).toEqual(here.files);
  expect(here.files).toMatchObject(expected);
  const others = Object.keys(here.files).filter((file) => !(file in expected));
  expect(others.sort()).toEqual([
    ...['local', 'nonprod', 'prod'].flatMap((cluster) =>
      ['argocd-cm', 'bootstrap'].map((name) => `argocd/${cluster}/${name}.yaml`),
    ),
    ...jsonSchemas()
      .map(({ path }) => path)
      .sort(),
  ]);
  for (const { again } of [here, there]) expect(again).toContain('nothing would change');
}, 60_000);
