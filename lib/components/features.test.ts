import { cache } from '../contracts/cache.ts';
import { featureRegistry } from '../contracts/feature-registry.ts';
import { type FeatureServingHandle, featureServing } from '../contracts/feature-serving.ts';
import { objectStore } from '../contracts/object-store.ts';
import { postgres } from '../contracts/postgres.ts';
import { optionalNeed } from '../graph/contract.ts';
import { declaredSecret, SecretRef } from '../graph/credential.ts';
import { node } from '../graph/testing.ts';
import { bound, objectsOf, testContext } from '../platform/testing.ts';
import { type AnyComponent, defineComponent } from './component.ts';
import { featuresTeamKind } from './features.ts';
import { teamSettings } from './team/settings.ts';
import { teamContext } from './team.ts';

const secret = (name: string) => SecretRef.to(declaredSecret(name, ['password'], 'test'), 'password');
const externals = [
  bound(featureRegistry, { endpoint: { host: 'feast.feast.svc', port: 6570 } }),
  bound(cache, {
    endpoint: { host: 'redis.example.com', port: 6379 },
    tls: true,
    login: { username: 'vision-features', password: secret('redis') },
  }),
  bound(objectStore, {
    protocol: 's3',
    bucket: 'acme-vision-features',
    region: 'eu-central-1',
    auth: { kind: 'workload-identity', serviceAccountAnnotations: { role: 'reader' }, podLabels: {} },
  }),
  bound(postgres, {
    endpoint: { host: 'postgres.example.com', port: 5432 },
    database: 'vision_features',
    user: 'vision_features',
    password: secret('history'),
    sslMode: 'require',
  }),
];
const team = teamContext(
  teamSettings.parse({
    name: 'computer-vision',
    displayName: 'Computer Vision',
    costCentre: 'cc-1',
    quota: { cpu: 64, memory: '256Gi', storage: '1Ti' },
    sharedVolume: { size: '1Ti' },
  }),
  testContext(),
);
const FILES = { definitions: { files: { 'a.py': 'x = 1' } } };

const componentOf = (settings: object = {}): AnyComponent => {
  const origin = { file: 'team.yaml', path: ['features'] };
  const parsed = featuresTeamKind.settings.parse({ ...FILES, ...settings });
  const [component] = featuresTeamKind.components(parsed, team, origin);
  if (!component) throw new Error('no component');
  return component;
};
const found = (kind: string, settings: object = {}, others: readonly AnyComponent[] = []) => {
  const objects = objectsOf(componentOf(settings), others, externals);
  return JSON.parse(JSON.stringify(objects.find((object) => object.kind === kind) ?? null));
};

test('the project is called after the team, and its keys are those that end in its name', () => {
  const { needs } = componentOf();
  expect(needs.registry.ask).toEqual({ project: 'computer_vision' });
  expect(needs.online.ask).toEqual({ durability: 'durable', keys: ['*computer_vision'] });
  expect(componentOf({ project: 'Fraud2' }).needs.registry.ask).toEqual({ project: 'Fraud2' });
});

test.each([
  ['files', 'bucket', { bucket: 'computer-vision-features', s3Only: true }],
  ['postgres', 'history', { database: 'computer_vision_features', connections: 5 }],
])('%s: what it needs beside', (offlineStore, need, ask) => {
  expect(componentOf({ offlineStore }).needs[need].ask).toEqual(ask);
  expect(Object.keys(componentOf({ offlineStore: 'duckdb' }).needs)).toEqual(['registry', 'online']);
});

test('duckdb reads the shared volume, in the server and in Jobs', () => {
  for (const kind of ['Deployment', 'Job']) {
    const pod = found(kind, { offlineStore: 'duckdb' }).spec.template.spec;
    expect(pod.volumes).toContainEqual({ name: 'shared', persistentVolumeClaim: { claimName: 'shared' } });
    expect(pod.containers[0].volumeMounts).toContainEqual({ name: 'shared', mountPath: '/mnt/shared' });
    expect(pod.containers[0].env).toContainEqual({ name: 'FEAST_DATA', value: '/mnt/shared' });
  }
});

test('the cloud knows the pods that read the bucket', () => {
  expect(found('ServiceAccount', { offlineStore: 'files' }).metadata.annotations).toEqual({ role: 'reader' });
});

test('its own namespace uses it, and no other', () => {
  const seen: Record<string, FeatureServingHandle | undefined> = {};
  const consumer = (name: string, namespace: string) =>
    defineComponent({
      ...node(name, { namespace }),
      needs: { features: optionalNeed(featureServing, {}, 'reads features') },
      build: (_chart, { needs }) => {
        seen[name] = needs.features;
      },
    });
  const own = consumer('own', team.namespace);
  const other = consumer('other', 'team-ranking');
  objectsOf(own, [componentOf(), other], externals);
  objectsOf(other, [componentOf(), own], externals);
  expect(seen).toEqual({
    own: {
      url: 'http://computer-vision-features.team-computer-vision.svc:6566',
      project: 'computer_vision',
      clientConfigMap: 'features-client',
    },
    other: undefined,
  });
});

test("the client's file has no store that only the server may open, and no password", () => {
  const objects = objectsOf(componentOf(), [], externals);
  const client = objects.find(({ metadata }) => metadata.name === 'features-client');
  expect(JSON.parse(JSON.stringify(client)).data['feature_store.yaml']).toMatchInlineSnapshot(`
"auth:
  type: 'no_auth'
entity_key_serialization_version: 3
offline_store:
  type: 'dask'
online_store:
  path: 'http://computer-vision-features.team-computer-vision.svc:6566'
  type: 'remote'
project: 'computer_vision'
provider: 'local'
registry:
  path: 'feast.feast.svc:6570'
  registry_type: 'remote'
"
`);
});

test('exposed only when asked for, below its own path, which the server does not see', () => {
  expect(componentOf().exposes).toBeUndefined();
  expect(componentOf({ exposed: true }).exposes).toEqual([
    { offer: 'serving', host: 'api', path: '/api/ml/features/computer-vision', stripPath: true, timeout: '30s' },
  ]);
});

test('only a git repository opens a way out, and only a private one needs a token', () => {
  const git = { url: 'https://git.example.com:8443/ml/features.git', commit: 'a'.repeat(40) };
  expect(componentOf().ambient).toBeUndefined();
  expect(componentOf({ definitions: { git } }).ambient).toEqual({
    internet: { ports: [8443], why: 'definitions are fetched from their git repository' },
  });
  expect(Object.keys(componentOf({ definitions: { git } }).credentials)).toEqual([]);
  expect(Object.keys(componentOf({ definitions: { git: { ...git, private: true } } }).credentials)).toEqual([
    'repository',
  ]);
});

test('the image of the definitions is known to be one', () => {
  const reference = 'registry.example.com/vision/features:1.4.0';
  expect(componentOf({ definitions: { image: { reference } } }).images).toEqual([reference]);
});
