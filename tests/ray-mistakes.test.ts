import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironments } from '../lib/config/load.ts';
import { renderProblems } from '../lib/config/render.ts';
import { SCHEMAS } from '../lib/platform/environment-schema.ts';
import { plan } from '../lib/platform/plan.ts';
import { ROOT } from './support/shipped.ts';

/* What people get wrong in the parts of a team's file that are about Ray, and what they are told. */

const TEAM = `name: vision
displayName: Vision
costCentre: cc-1
quota: {cpu: 64, memory: 256Gi, storage: 1Ti, gpus: 8}
`;
const GROUP = 'name: w, cpu: 4, memory: 8Gi';
const APPLICATIONS = 'applications: [{name: a, importPath: "a:app"}]';

/** The messages for an environment like prod with these team files, without the lines they quote. */
function said(vision: string, others: Readonly<Record<string, string>> = {}): string[] {
  const root = mkdtempSync(join(tmpdir(), 'keelson-ray-'));
  try {
    const folder = join(root, 'environments/prod');
    mkdirSync(join(folder, 'teams'), { recursive: true });
    for (const file of ['environments/defaults.yaml', 'environments/prod/environment.yaml']) {
      writeFileSync(join(root, file), readFileSync(join(ROOT, file), 'utf8'));
    }
    for (const [name, text] of Object.entries({ vision: TEAM + vision, ...others })) {
      writeFileSync(join(folder, 'teams', `${name}.yaml`), text);
    }
    const { environments, problems, locate } = loadEnvironments(root, SCHEMAS);
    const all = [...problems, ...environments.flatMap((environment) => plan(environment).problems)];
    return renderProblems(all, locate)
      .split('\n')
      .filter((line) => line.startsWith('environments/'))
      .map((line) => line.replace('environments/prod/', ''));
  } finally {
    rmSync(root, { recursive: true });
  }
}

const cluster = (group: string) => said(`rayClusters:\n  - name: train\n    workerGroups:\n      - {${group}}\n`);

test('a group that fits is taken', () => {
  expect(cluster(`${GROUP}, max: 2`)).toEqual([]);
  expect(cluster(`${GROUP}, gpu: {model: a10g}, max: 2`)).toEqual([]);
});

test.each([
  [
    'a worker that no node can hold',
    'name: w, cpu: 16, memory: 64Gi, max: 2',
    'teams/vision.yaml:8:9  rayClusters[0].workerGroups[0]: no node pool can hold a pod of 16 CPU and 64Gi memory: "general" has 7910m CPU a node, has 29Gi memory a node; "gpu" is kept for pods with a GPU; "gpu-spot" is kept for pods with a GPU',
  ],
  [
    'a GPU model that does not exist',
    `${GROUP}, gpu: {model: a10}, max: 2`,
    'teams/vision.yaml:8:45  rayClusters[0].workerGroups[0].gpu: no node pool of the cluster has a GPU "a10"; there is a10g',
  ],
  [
    'GPUs that are there on spot nodes alone',
    `${GROUP}, gpu: {model: a10g, count: 4}, max: 2`,
    'teams/vision.yaml:8:9  rayClusters[0].workerGroups[0]: no node pool can hold a pod of 4 CPU, 8Gi memory and 4 a10g: "general" has no GPU; "gpu" has 1 a node; "gpu-spot" is spot, which has to be allowed with spot: true',
  ],
  [
    'more workers than nodes for them',
    `${GROUP}, gpu: {model: a10g}, max: 9`,
    'teams/vision.yaml:8:65  rayClusters[0].workerGroups[0].max: 9 workers do not fit the nodes that can hold them, which take 8 at most; lower max, or raise max of the node pools',
  ],
  [
    'fewest above most',
    `${GROUP}, min: 3, max: 2`,
    'teams/vision.yaml:8:45  rayClusters[0].workerGroups[0].min: 3 is above max; the fewest workers cannot be more than the most',
  ],
  [
    'part of a CPU, which Ray would take for a whole one',
    'name: w, cpu: 500m, memory: 8Gi, max: 2',
    'teams/vision.yaml:8:24  rayClusters[0].workerGroups[0].cpu: "500m" is not a number of whole CPUs; write it like 4',
  ],
])('%s', (_, group, message) => expect(cluster(group)).toEqual([message]));

test('names that are too long with the team before them', () => {
  const name = 'n'.repeat(41);
  const [ofService, ...others] = said(`rayServices:\n  - name: ${name}\n    ${APPLICATIONS}\n`);
  expect(others).toEqual([]);
  expect(ofService).toBe(
    `teams/vision.yaml:6:11  rayServices[0].name: makes "vision-${name}", which has 48 characters; Ray takes 47 at most, so shorten it by 1`,
  );
  const job = (schedule: string) => said(`rayJobs:\n  - {name: ${'n'.repeat(34)}, entrypoint: x${schedule}}\n`);
  expect(job('')).toEqual([]);
  expect(job(', schedule: "0 1 * * *"')[0]).toContain('has 41 characters; Ray takes 38 at most');
});

test('one name for two clusters, and for a cluster and a job', () => {
  expect(said('rayClusters:\n  - name: a\n  - name: a\n')[0]).toContain(
    'rayClusters[1].name: "a" is the name of two Ray clusters',
  );
  expect(said('rayClusters:\n  - name: a\nrayJobs:\n  - {name: a, entrypoint: x}\n')[0]).toContain(
    'the name "vision-a" is taken by',
  );
});

describe('the path of a service', () => {
  const other = (path: string) =>
    said(`rayServices:\n  - {name: fraud, ${APPLICATIONS}}\n`, {
      ranking: `${TEAM.replace('vision', 'ranking')}rayServices:\n  - {name: ${path}, ${APPLICATIONS}}\n`,
    });

  test('is its own among all teams', () => {
    expect(other('other')).toEqual([]);
    expect(other('fraud')).toEqual([
      'teams/vision.yaml:6:5  rayServices[0]: vision-fraud and ranking-fraud would both answer for /api/ml/serve/fraud of api; give one of them another name or path',
    ]);
  });

  test('may be that of another one of the team when both say their share', () => {
    const both = (weight: string) =>
      said(
        `rayServices:\n  - {name: a, weight: 9, ${APPLICATIONS}}\n  - {name: b, path: a${weight}, ${APPLICATIONS}}\n`,
      );
    expect(both(', weight: 1')).toEqual([]);
    expect(both('')).toHaveLength(1);
  });
});

test('the nodes hold what all teams run at least, together', () => {
  const gpus = (min: number) => `workerGroups: [{${GROUP}, gpu: {model: a10g}, min: ${min}, max: 8}]`;
  const messages = said(`rayClusters: [{name: a, ${gpus(5)}}]\n`, {
    ranking: `${TEAM.replace('vision', 'ranking')}rayClusters: [{name: b, ${gpus(4)}}]\n`,
  });
  expect(messages).toEqual([
    'teams/vision.yaml:5:15  rayClusters[0]: 1 of 5 pods of worker group "w" find no room on the nodes that can hold them (gpu), beside what else runs there at least: ranking-b (worker group "w"); raise max of the node pools, or let groups begin with fewer pods',
  ]);
});

describe('the quota', () => {
  const services = (min: number, upgrade = 'NewCluster') =>
    said(
      `rayServices:\n  - name: s\n    upgrade: ${upgrade}\n    ${APPLICATIONS}\n    workerGroups: [{name: w, cpu: 6, memory: 16Gi, min: ${min}, max: ${min}}]\n`,
    );

  test('holds what is always there, heads and what KubeRay adds to them included', () => {
    const clusters = (min: number) =>
      said(
        `rayClusters:\n  - name: train\n    head: {cpu: 800m}\n    workerGroups: [{name: w, cpu: 7, memory: 8Gi, min: ${min}, max: 20}]\n`,
      );
    // Nine workers, a head and its autoscaler: 64 CPU.
    expect(clusters(9)).toEqual([]);
    expect(clusters(10)).toEqual([
      'teams/vision.yaml:4:8  quota: allows 64 CPU, and what is always there asks for 71 CPU (vision-train 71 CPU); raise the quota, or let groups begin with fewer pods',
    ]);
  });

  test('holds a second cluster while a service is replaced, unless it is not', () => {
    expect(services(5)).toEqual([]);
    expect(services(6)).toEqual([
      'teams/vision.yaml:6:5  rayServices[0]: an upgrade of vision-s does not fit the quota of its team: a second cluster is made beside the first, so that 74 CPU would be asked for and 64 CPU are allowed; raise the quota, or set upgrade: None',
    ]);
    expect(services(6, 'None')).toEqual([]);
  });

  test('does not help an upgrade that the nodes have no room for', () => {
    const gpus = (upgrade: string) =>
      said(
        `rayServices:\n  - name: s\n    upgrade: ${upgrade}\n    ${APPLICATIONS}\n    workerGroups: [{name: w, cpu: 4, memory: 8Gi, gpu: {model: a10g}, min: 5, max: 8}]\n`,
      );
    expect(gpus('None')).toEqual([]);
    expect(gpus('NewCluster').join('\n')).toContain(
      'an upgrade of vision-s does not fit the nodes: a second cluster is made beside the first, and 2 of 5 pods of worker group "w" find no room beside all that runs; raise max of the node pools, or set upgrade: None',
    );
  });
});

test.each([
  ['entrypoint: "a && b"', 'entrypoint: has "&", which the shell of the submitting pod would take for itself'],
  ['entrypoint: a, runtimeEnv: {env_vars: {A: "$B"}}', 'runtimeEnv: has a "$" or a backquote'],
  [
    `entrypoint: a, queue: q, workerGroups: [{${GROUP}, max: 2}]`,
    'workerGroups[0].max: 2 is above min, so that the group is autoscaled, which the queue "q" cannot count; set min to 2',
  ],
  ['entrypoint: "python -c print(1)"', 'entrypoint: has'],
  ['entrypoint: a, runtimeEnv: {env_vars: {A: 1}}', 'runtimeEnv: has the variable A with the value 1'],
  ['entrypoint: a, env: {RAY_ADDRESS: x}', 'is set by the platform'],
  ['entrypoint: a, deadline: 1500ms', 'deadline: '],
  ['entrypoint: a, schedule: "0 25 * * *"', 'schedule: '],
])('a job with %s is refused', (settings, message) => {
  const messages = said(`rayJobs:\n  - {name: j, ${settings}}\n`);
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(message);
});

test('what a pod cannot submit, the operator can', () => {
  expect(said('rayJobs:\n  - {name: j, entrypoint: "a && b", submission: operator}\n')).toEqual([]);
});

test.each([
  ['importPath: "a b"', 'importPath: "a b" is not the path of an application'],
  [
    'importPath: "a:app", runtimeEnv: {working_dir: /app}',
    'runtimeEnv: has working_dir "/app", but Serve uploads nothing',
  ],
  ['importPath: "a:app", runtimeEnv: {env_vars: {A: 1}}', 'runtimeEnv: has the variable A with the value 1'],
  ['importPath: "a:app", routePrefix: /x/', 'routePrefix: "/x/" is not a prefix of paths'],
  ['importPath: "a:app", deployments: [{name: d, gpus: 1.5}]', 'gpus: 1.5 is neither a part of one GPU nor'],
  ['importPath: "a:app", deployments: [{name: d, replicas: {min: 3, max: 2}}]', 'replicas.min: 3 is above max'],
  [
    'importPath: "a:app", deployments: [{name: d}, {name: d}]',
    'deployments[1].name: "d" is the name of two deployments',
  ],
  ['importPath: "a:app", deployments: [{name: d, replicas: 0}]', 'replicas: '],
])('an application with %s is refused', (settings, message) => {
  const messages = said(`rayServices:\n  - {name: s, applications: [{name: a, ${settings}}]}\n`);
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(message);
});

test.each([
  ['image: {reference: "registry.example.com/ray:1", rayVersion: "2.52.0"}', 'rayVersion: "2.52.0" is too old'],
  ['image: {reference: "registry.example.com/ray:1"}', 'image.rayVersion: missing'],
  ['head: {cpu: 500m}', 'head.cpu: is 500m, and without worker groups the head does the work'],
  ['head: {memory: 100Gi}', 'head: no node pool can hold a pod of 1 CPU and 100Gi memory'],
  [
    `workerGroups: [{${GROUP.replace('name: w', 'name: headgroup')}, max: 1}]`,
    'name: "headgroup" is what Ray calls the head',
  ],
  [`workerGroups: [{${GROUP}, min: 1, max: 1, idleTimeout: 5m}]`, 'idleTimeout: says nothing'],
  [
    `workerGroups: [{${GROUP}, max: 1, gpu: {model: a10g, count: 2, shared: true}}]`,
    'gpu.count: 2 is more than one share',
  ],
  [
    `head: {cpu: 7900m}, workerGroups: [{${GROUP}, max: 1}]`,
    'head: no node pool can hold a pod of 8100m CPU and 4608Mi memory',
  ],
])('a cluster with %s is refused', (settings, message) => {
  const messages = said(`rayClusters:\n  - {name: train, ${settings}}\n`);
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(message);
});
