import { type ExperimentTrackingHandle, experimentTracking } from '../contracts/experiment-tracking.ts';
import { objectStore } from '../contracts/object-store.ts';
import { postgres } from '../contracts/postgres.ts';
import { optionalNeed } from '../graph/contract.ts';
import { declaredSecret, SecretRef } from '../graph/credential.ts';
import { node } from '../graph/testing.ts';
import { bound, objectsOf, testContext, testGateway } from '../platform/testing.ts';
import { IMAGES } from '../platform/versions.ts';
import { type AnyComponent, defineComponent } from './component.ts';
import { mlflowKind } from './mlflow.ts';

const password = SecretRef.to(declaredSecret('mlflow-database', ['password'], 'test'), 'password');
const externals = [
  bound(postgres, {
    endpoint: { host: 'postgres.example.com', port: 5432 },
    database: 'mlflow',
    user: 'mlflow',
    password,
    sslMode: 'require',
  }),
  bound(objectStore, {
    protocol: 's3',
    bucket: 'acme-mlflow',
    region: 'eu-central-1',
    auth: { kind: 'workload-identity', serviceAccountAnnotations: {}, podLabels: {} },
  }),
];

const componentOf = (settings: object = {}, prefix = ''): AnyComponent => {
  const origin = { file: 'environment.yaml', path: ['components', 'mlflow'] };
  const [component] = mlflowKind.components(mlflowKind.settings.parse(settings), testContext(prefix), origin);
  if (!component) throw new Error('no component');
  return component;
};

let seen: ExperimentTrackingHandle | undefined;
const team = defineComponent({
  ...node('team-vision', { namespace: 'team-vision' }),
  needs: { tracking: optionalNeed(experimentTracking, {}, 'runs are tracked') },
  build: (_chart, { needs }) => {
    seen = needs.tracking;
  },
});

const build = (settings: object = {}, others: readonly AnyComponent[] = [testGateway, team], prefix = '') => {
  const objects = objectsOf(componentOf(settings, prefix), others, externals);
  return (kind: string) => JSON.parse(JSON.stringify(objects.find((object) => object.kind === kind) ?? null));
};
const env = (settings: object = {}, others?: readonly AnyComponent[], prefix = '') => {
  const list: { name: string; value?: string }[] = build(settings, others, prefix)('Deployment').spec.template.spec
    .containers[0].env;
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
};

const problems = (settings: object): string[] =>
  mlflowKind.settings.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ??
  [];

test('runs with no settings at all, with two replicas', () => {
  expect(build()('Deployment').spec.replicas).toBe(2);
});

test('answers under its names in the cluster, its public one, and those of proxies in front of it', () => {
  const hosts = env({ additionalHosts: ['mlflow.corp.example.com'] }, undefined, 'prod-').MLFLOW_SERVER_ALLOWED_HOSTS;
  for (const host of [
    'mlflow:5000',
    'mlflow.prod-mlflow:5000',
    'mlflow.prod-mlflow.svc:5000',
    'mlflow.prod-mlflow.svc.cluster.local:5000',
    'mlflow.ml.example.com',
    'mlflow.corp.example.com',
  ]) {
    expect(hosts?.split(',')).toContain(host);
  }
});

test('lets pages of its public URL change things; without a gateway there are none', () => {
  expect(env().MLFLOW_SERVER_CORS_ALLOWED_ORIGINS).toBe('https://mlflow.ml.example.com');
  expect(env({}, [])).not.toHaveProperty('MLFLOW_SERVER_CORS_ALLOWED_ORIGINS');
});

test('asks the database for every connection that it may open', () => {
  const connections = (settings: object) => componentOf(settings).needs.database.ask.connections;
  expect(connections({})).toBe(66);
  expect(connections({ replicas: 4, workers: 1, connectionsPerWorker: 5 })).toBe(5 * 7);
  expect(connections({ autoscaling: { max: 8 }, login: {}, garbageCollection: {} })).toBe(9 * 42 + 2);
});

test('says what it runs: the version is that of the image', () => {
  expect(componentOf().version).toMatch(/^3\.\d+\.\d+$/);
  expect(IMAGES.mlflow.tag).toBe(`v${componentOf().version}-full`);
});

test('asks for a login only when told to, and then gives every consumer an account', () => {
  expect(Object.keys(componentOf().credentials)).toEqual(['encryption']);
  expect(Object.keys(componentOf({ login: {} }).credentials)).toEqual(['encryption', 'admin', 'session']);
  const job = JSON.stringify(build({ login: {} })('Job'));
  expect(job).toContain('"name":"team-vision-tracking"');
});

test('tells its consumers where it is, and who they are there', () => {
  const handle = (settings: object) => {
    objectsOf(team, [testGateway, componentOf(settings)], externals);
    return seen;
  };
  expect(handle({})).toEqual({
    trackingUri: 'http://mlflow.mlflow.svc:5000',
    publicUrl: 'https://mlflow.ml.example.com',
  });
  expect(handle({ login: {} })?.login?.password.selector).toEqual({ name: 'team-vision-tracking', key: 'password' });
});

test('is scraped where it answers Prometheus without a login', () => {
  expect(componentOf().metrics).toMatchObject([{ port: { name: 'http', port: 5000 } }]);
  expect(componentOf({ login: {} }).metrics).toMatchObject([{ port: { name: 'metrics', port: 9464 } }]);
});

test('removes no artifact by age unless told to, and then below the directory that is named', () => {
  expect(componentOf().needs.artifacts.ask).toEqual({ bucket: 'mlflow' });
  const artifactRetention = [{ prefix: 'scratch/', after: '90d' }, { after: '365d' }];
  expect(componentOf({ artifactRetention }).needs.artifacts.ask.expire).toEqual([
    { prefix: 'artifacts/scratch/', days: 90 },
    { prefix: 'artifacts/', days: 365 },
  ]);
  expect(problems({ artifactRetention: [{ prefix: '/scratch', after: '12h' }] })).toEqual([
    'artifactRetention.0.prefix: is not a directory of artifacts; write it relative and with a slash at the end, like scratch/',
    'artifactRetention.0.after: is not a number of whole days; object stores count in days, write it like 90d',
  ]);
});

test('refuses what replicas would do to each other', () => {
  expect(problems({ jobs: true })).toEqual([
    'jobs: is on with several replicas, which would run jobs of each other again; set replicas: 1 and leave out autoscaling, or turn jobs off',
  ]);
  expect(problems({ jobs: true, replicas: 1 })).toEqual([]);
  expect(problems({ autoscaling: { min: 5, max: 2 } })).toEqual([
    'autoscaling.min: is above max; the fewest replicas cannot be more than the most',
  ]);
});

test.each<[string, object, (of: ReturnType<typeof build>) => unknown, unknown]>([
  ['replicas', { replicas: 3 }, (of) => of('Deployment').spec.replicas, 3],
  ['autoscaling', { autoscaling: { max: 4 } }, (of) => of('HorizontalPodAutoscaler').spec.maxReplicas, 4],
  ['workers', { workers: 7 }, (of) => of('Deployment').spec.template.spec.containers[0].args[2], '--workers=7'],
  [
    'resources',
    { resources: { cpu: '1', cpuLimit: '2', memory: '4Gi' } },
    (of) => of('Deployment').spec.template.spec.containers[0].resources.limits,
    { cpu: '2', memory: '4Gi' },
  ],
  [
    'uploadSpace',
    { uploadSpace: '50Gi' },
    (of) => of('Deployment').spec.template.spec.volumes.at(-1).emptyDir.sizeLimit,
    '50Gi',
  ],
  ['garbageCollection', { garbageCollection: {} }, (of) => of('CronJob').spec.schedule, '30 3 * * *'],
])('the setting %s does something', (_name, settings, look, expected) => {
  expect(look(build(settings))).toEqual(expected);
});

test('the settings login, connectionsPerWorker and jobs do something', () => {
  const ini = (login: object) =>
    objectsOf(componentOf({ login }), [], externals).find(({ metadata }) => metadata.name === 'mlflow-login')?.data;
  expect(ini({ defaultPermission: 'NO_PERMISSIONS', rememberFor: '5m' })).toMatchObject({
    'basic_auth.ini': expect.stringMatching(
      /default_permission = NO_PERMISSIONS\n(.*\n)*auth_cache_ttl_seconds = 300\n/,
    ),
  });
  expect(env({ connectionsPerWorker: 4 }).MLFLOW_SQLALCHEMYSTORE_POOL_SIZE).toBe('3');
  expect(env({ jobs: true, replicas: 1 }).MLFLOW_SERVER_ENABLE_JOB_EXECUTION).toBe('true');
});

test('a limit below what is asked for is heard of at once', () => {
  expect(problems({ resources: { cpu: 2, cpuLimit: '1999m' } })).toEqual([
    'resources.cpuLimit: is below cpu; a replica cannot be limited to less than it asks for',
  ]);
  expect(problems({ resources: { cpu: '2', cpuLimit: '2000m' } })).toEqual([]);
});

test('a number of replicas beside an autoscaler is refused, since one of them would do nothing', () => {
  expect(mlflowKind.settings.safeParse({ replicas: 3, autoscaling: { max: 5 } }).error?.issues).toMatchObject([
    { path: ['replicas'], message: 'stands beside autoscaling, which decides the number itself; keep one of them' },
  ]);
});
