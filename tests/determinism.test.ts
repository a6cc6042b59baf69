import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { environmentOutput } from '../lib/cli/environment-output.ts';
import { KINDS } from '../lib/components/index.ts';
import { loadEnvironments } from '../lib/config/load.ts';
import { EXTERNAL_KINDS } from '../lib/externals/index.ts';
import { argoCdManifests } from '../lib/gitops/argo-cd.ts';
import { SCHEMAS } from '../lib/platform/environment-schema.ts';

const repository = join(__dirname, '..');

/** Every file that a synth in a process of its own writes, by path. */
function written(env: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const root = mkdtempSync(join(tmpdir(), 'keelson-determinism-'));
  try {
    cpSync(join(repository, 'environments'), join(root, 'environments'), { recursive: true });
    const args = ['--require', require.resolve('tsx/cjs'), join(repository, 'main.ts')];
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
    return new Map(paths.map((path) => [relative(root, path), readFileSync(path, 'utf8')]));
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('another time zone and locale give the same bytes', () => {
  const here = written({ TZ: 'UTC', LC_ALL: 'C' });
  const there = written({ TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'de_DE.UTF-8' });
  expect([...here.keys()].filter((path) => path.startsWith('dist/')).length).toBeGreaterThan(200);
  expect(there).toEqual(here);
});

describe('the order in which parts are listed', () => {
  const { environments } = loadEnvironments(repository, SCHEMAS);
  const outputs = (list: typeof environments) =>
    list.map((environment) => {
      const dependents = environments.filter(
        ({ config }) => config.operators !== 'install' && config.operators.providedBy === environment.name,
      );
      const output = environmentOutput(environment, dependents);
      if (!output.complete) throw new Error(`${environment.name} has problems`);
      const { delivery, catalogue } = output;
      const manifests = delivery.manifests.entries.map(({ manifest }) => manifest);
      return JSON.stringify([manifests, argoCdManifests(delivery), catalogue]);
    });

  test('changes nothing: neither that of kinds and externals nor that of teams', () => {
    const before = outputs(environments);
    const lists = [KINDS, EXTERNAL_KINDS].map((list) =>
      Object.assign([], list, { reverse: Array.prototype.reverse.bind(list) }),
    );
    try {
      for (const { reverse } of lists) reverse();
      expect(outputs(environments.map((one) => ({ ...one, teams: [...one.teams].reverse() })))).toEqual(before);
    } finally {
      for (const { reverse } of lists) reverse();
    }
  });
});
