import type { EnvironmentContext } from '../config/context.ts';
import { DATABASE, OIDC, RANKING, VISION } from '../constructs/notebooks/testing.ts';
import { oidc } from '../contracts/oidc.ts';
import { postgres } from '../contracts/postgres.ts';
import { NOTEBOOK_PORT, type TeamWorkspaceHandle, teamWorkspace } from '../contracts/team-workspace.ts';
import { offer } from '../graph/contract.ts';
import { node } from '../graph/testing.ts';
import { bound, objectsOf, testContext, testGateway } from '../platform/testing.ts';
import type { AnyComponent } from './component.ts';
import { notebooksKind } from './jupyterhub.ts';

const plain = testContext();
const withGpus: EnvironmentContext = {
  ...plain,
  cluster: {
    ...plain.cluster,
    nodePools: [
      ...plain.cluster.nodePools,
      {
        name: 'gpu',
        instanceType: 'g5.2xlarge',
        cpu: '8',
        memory: '32Gi',
        gpu: { model: 'a10g', count: 1 },
        min: 0,
        max: 4,
        spot: false,
        labels: { pool: 'gpu' },
        taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
      },
    ],
  },
};
const small = { name: 'small', cpu: 1, memory: '2Gi' };
const a10g = { name: 'a10g', cpu: 4, memory: '16Gi', gpu: { model: 'a10g' } };

const team = (workspace: TeamWorkspaceHandle): AnyComponent => ({
  ...node(`team-${workspace.team}`, {
    namespace: workspace.namespace,
    offers: { workspace: offer(teamWorkspace, { ports: [NOTEBOOK_PORT], handle: () => workspace }) },
  }),
  build: () => undefined,
});

const componentOf = (settings: object, context = plain): AnyComponent => {
  const origin = { file: 'environment.yaml', path: ['components', 'notebooks'] };
  const [component] = notebooksKind.components(notebooksKind.settings.parse(settings), context, origin);
  if (!component) throw new Error('no component');
  return component;
};

/** What the hub reads. */
const hub = (settings: object = {}, context = plain, teams: readonly TeamWorkspaceHandle[] = [RANKING, VISION]) => {
  const objects = objectsOf(
    componentOf(settings, context),
    [testGateway, ...teams.map(team)],
    [bound(postgres, DATABASE), bound(oidc, OIDC)],
  );
  const map = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'jupyterhub-hub');
  const data: unknown = map?.data;
  return JSON.parse(String(Object(data)['settings.json']));
};

const problems = (settings: object, context = plain): string[] => {
  const parsed = notebooksKind.settings.safeParse(settings);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return [...(notebooksKind.problems?.(parsed.data, context) ?? [])].map((problem) =>
    typeof problem === 'string' ? problem : `${problem.path.join('.')}: ${problem.message}`,
  );
};
const keys = (settings: object, context = plain): string[] =>
  hub(settings, context).profiles.map(({ key }: { key: string }) => key);

test('needs no settings: a catalogue for CPUs, in two sizes', () => {
  expect(problems({})).toEqual([]);
  expect(keys({})).toEqual(['minimal', 'scipy', 'pytorch']);
});

test('what needs a GPU is there where a size has one, on such sizes alone', () => {
  const { profiles } = hub({ sizes: [small, a10g] }, withGpus);
  expect(
    Object.fromEntries(profiles.map(({ key, sizes }: { key: string; sizes: string[] }) => [key, sizes.join()])),
  ).toEqual({
    minimal: 'small',
    scipy: 'small',
    pytorch: 'small',
    'pytorch-gpu': 'a10g',
    'tensorflow-gpu': 'a10g',
  });
});

test('a size with a GPU asks for it by its resource, past the taints of its nodes', () => {
  const [, size] = hub({ sizes: [small, a10g] }, withGpus).sizes;
  expect(size).toMatchObject({
    displayName: '4 CPU, 16Gi memory, 1 × a10g',
    devices: { 'nvidia.com/gpu': 1 },
    tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
    nodes: [{ matchExpressions: [{ key: 'pool', operator: 'In', values: ['gpu'] }] }],
  });
});

test('people choose among versions, the newest first', () => {
  const [minimal] = hub().profiles;
  expect(minimal.images.map(({ key }: { key: string }) => key)).toEqual(['2026-08-10', '2026-04-02']);
});

test('profiles of your own stand behind those of the catalogue, and their images are known to the platform', () => {
  const own = {
    name: 'vscode',
    displayName: 'VS Code',
    images: [{ version: 'v1', reference: 'registry.example.com/vscode:1.0.0' }],
    url: '/vscode',
  };
  expect(hub({ profiles: [own] }).profiles.at(-1)).toMatchObject({
    key: 'vscode',
    url: '/vscode',
    sizes: ['small', 'medium'],
  });
  expect(componentOf({ profiles: [own] }).images).toEqual(['registry.example.com/vscode:1.0.0']);
});

test('RStudio has its own home and user', () => {
  expect(hub({ catalogue: ['rstudio'] }).profiles[0]).toMatchObject({ url: '/rstudio', home: '/home/rstudio' });
});

test('starts servers for every team of the environment, and goes without any', () => {
  const teams = (given: readonly TeamWorkspaceHandle[]) =>
    hub({}, plain, given).teams.map(({ team: name }: { team: string }) => name);
  expect(teams([RANKING, VISION])).toEqual(['ranking', 'vision']);
  expect(teams([])).toEqual([]);
});

test('servers with a GPU end sooner', () => {
  expect(hub({ culling: { gpu: { idle: '30m' } } }).culling).toEqual({
    cpu: { idle: 14400, maxAge: 604800 },
    gpu: { idle: 1800, maxAge: 86400 },
    warning: 900,
  });
});

test('a request may take as long as a kernel lives', () => {
  expect(componentOf({}).exposes).toEqual([{ offer: 'web', host: 'notebooks', timeout: '0s' }]);
});

describe('is refused:', () => {
  test.each([
    [
      'a size that no node can hold',
      { sizes: [{ name: 'huge', cpu: 64, memory: '2Gi' }] },
      'sizes.0: no node pool can hold a pod of 64 CPU and 2Gi memory: "general" has 8 CPU a node',
    ],
    [
      'a GPU that the cluster does not have',
      { sizes: [small, a10g] },
      'sizes.1.gpu: no node pool of the cluster has a GPU',
    ],
    [
      'a profile of a size that there is not',
      {
        profiles: [
          {
            name: 'own',
            displayName: 'Own',
            images: [{ version: 'v1', reference: 'a.example.com/b:1' }],
            sizes: ['big'],
          },
        ],
      },
      'profiles.0.sizes.0: is no size here; there is small, medium',
    ],
    [
      'a profile called as one of the catalogue',
      {
        profiles: [{ name: 'scipy', displayName: 'Own', images: [{ version: 'v1', reference: 'a.example.com/b:1' }] }],
      },
      'profiles.0.name: is a profile of the catalogue already; take another name',
    ],
    [
      'a catalogue of GPUs where there is none',
      { catalogue: ['pytorch-gpu'] },
      'catalogue: leaves nothing to start; add minimal, or a size with a GPU',
    ],
    ['two sizes of one name', { sizes: [small, small] }, 'sizes.1: is the name of two sizes; each has one of its own'],
    [
      'no time to start at all',
      { startTimeout: '5s' },
      'startTimeout: is no time for this; write at least 60 seconds, like 90s or 2h',
    ],
  ])('%s', (_, settings, message) => {
    expect(problems(settings)).toEqual([message]);
  });
});

test('asks teams for room for the smallest server', () => {
  const sizes = [
    { name: 'a', cpu: 2, memory: '2Gi' },
    { name: 'b', cpu: '500m', memory: '4Gi' },
  ];
  expect(componentOf({ sizes }).needs.workspaces.ask).toEqual({ least: { cpu: '500m', memory: '2Gi' } });
});
