import { providerOf } from '../clusters/index.ts';
import { experimentTracking } from '../contracts/experiment-tracking.ts';
import { objectStore } from '../contracts/object-store.ts';
import { declaredSecret, SecretRef } from '../graph/credential.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { bound, objectsOf, testContext } from '../platform/testing.ts';
import { teamKind, teamSettings } from './team.ts';

const origin = { file: 'environments/test/teams/vision.yaml', path: [] };
const settings = {
  name: 'vision',
  displayName: 'Vision',
  costCentre: 'cc-4711',
  quota: { cpu: 16, memory: '64Gi', storage: '500Gi' },
};
const team = (prefix = '') => {
  const [component] = teamKind.components(teamSettings.parse(settings), testContext(prefix), origin);
  if (!component) throw new Error('a team is a component');
  return component;
};
const ofKind = (objects: readonly Manifest[], kind: string) => objects.filter((object) => object.kind === kind);
const tracking = bound(experimentTracking, {
  trackingUri: 'http://mlflow:5000',
  publicUrl: 'https://mlflow.example.com',
});

test('a team has a namespace of its own, labelled for the attribution of cost', () => {
  expect(team('prod-')).toMatchObject({
    name: 'team-vision',
    namespace: 'prod-team-vision',
    ownsNamespace: true,
    namespaceLabels: { 'keelson.dev/team': 'vision', 'keelson.dev/cost-centre': 'cc-4711' },
  });
});

test('the quota counts requests, so that nothing runs that was not asked for, and GPUs are none unless said', () => {
  expect(ofKind(objectsOf(team()), 'ResourceQuota')).toMatchObject([
    {
      spec: {
        hard: {
          'requests.cpu': '16',
          'requests.memory': '64Gi',
          'limits.memory': '64Gi',
          'requests.storage': '500Gi',
          'requests.nvidia.com/gpu': '0',
          pods: '100',
        },
      },
    },
  ]);
});

test('pods that say nothing get requests, since the quota refuses those without', () => {
  expect(ofKind(objectsOf(team()), 'LimitRange')).toMatchObject([
    {
      spec: {
        limits: [
          { defaultRequest: { cpu: '100m', memory: '256Mi' }, default: { memory: '1Gi' } },
          // What the biggest node has.
          { type: 'Pod', max: { memory: '32Gi' } },
        ],
      },
    },
  ]);
});

test('a team knows where its runs are tracked, if they are', () => {
  const data = (objects: readonly Manifest[]) =>
    ofKind(objects, 'ConfigMap').flatMap(({ metadata, data }) => (metadata.name === 'platform' ? [data] : []));
  expect(data(objectsOf(team(), [], [tracking]))).toEqual([
    {
      KEELSON_ENVIRONMENT: 'test',
      KEELSON_TEAM: 'vision',
      MLFLOW_PUBLIC_URL: 'https://mlflow.example.com',
      MLFLOW_TRACKING_URI: 'http://mlflow:5000',
    },
  ]);
  expect(data(objectsOf(team()))).toEqual([{ KEELSON_ENVIRONMENT: 'test', KEELSON_TEAM: 'vision' }]);
});

test.each([
  ['memory without a unit', { quota: { ...settings.quota, memory: '64' } }],
  ['a cost centre that is no label value', { costCentre: 'cc 4711' }],
  ['a quota without storage', { quota: { cpu: 1, memory: '1Gi' } }],
  ['CPU that no pod of the defaults fits in', { quota: { ...settings.quota, cpu: '99m' } }],
  ['memory that no pod of the defaults fits in', { quota: { ...settings.quota, memory: '1023Mi' } }],
  ['a name that is too long', { name: 'v'.repeat(41) }],
  ['an unknown key', { owner: 'me' }],
])('%s is refused', (_, change) => {
  expect(teamSettings.safeParse({ ...settings, ...change }).success).toBe(false);
});

test('a quota that just fits one pod of the defaults is taken', () => {
  const quota = { ...settings.quota, cpu: '100m', memory: '1024Mi' };
  expect(teamSettings.parse({ ...settings, quota }).quota).toMatchObject({ cpu: '100m', memory: '1Gi' });
});

describe('what else a team is made of', () => {
  const all = {
    ...settings,
    members: {
      users: ['ada@example.com'],
      groups: ['ml-vision'],
      admins: { groups: ['leads', 'ml-vision'] },
      viewers: { groups: ['auditors'] },
    },
    perUser: { notebooks: 2 },
    sharedVolume: { size: '10Gi' },
    datasets: [
      { name: 'a', claim: 'theirs' },
      { name: 'b', nfs: { server: 'nfs.example.com', path: '/b' } },
    ],
    notebookProfiles: ['pytorch'],
    podSecurity: { level: 'baseline', reason: 'its simulator wants a host port' },
  };
  const context = (cluster: object = {}) => {
    const plain = testContext('prod-');
    return { ...plain, cluster: { ...plain.cluster, ...cluster } };
  };
  const made = (change: object = {}, cluster: object = {}) =>
    teamKind.components(teamSettings.parse({ ...all, ...change }), context(cluster), origin);
  const component = (name: string, change: object = {}, cluster: object = {}) => {
    const found = made(change, cluster).find((one) => one.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };

  test('the hub is told who belongs to it, and what they may start; who looks on does not', () => {
    const handle = component('team-vision').offers.workspace.handle({});
    expect(handle).toEqual({
      team: 'vision',
      displayName: 'Vision',
      namespace: 'prod-team-vision',
      podLabels: { 'app.kubernetes.io/name': 'team-vision' },
      members: { users: ['ada@example.com'], groups: ['ml-vision', 'leads'] },
      limits: { notebooks: 2 },
      quota: 'team-vision',
      sharedVolume: { claim: 'shared', path: '/mnt/shared' },
      datasets: [
        { name: 'a', claim: 'theirs', path: '/mnt/datasets/a' },
        { name: 'b', claim: 'dataset-b', path: '/mnt/datasets/b' },
      ],
      profiles: ['pytorch'],
      images: [],
      variables: 'platform',
      secrets: 'platform-secrets',
      serviceAccount: 'team',
    });
  });

  test('people are bound by the names that the API server knows them by', () => {
    const people = { userPrefix: 'oidc:', groupPrefix: 'g:' };
    const bindings = ofKind(objectsOf(component('vision-access', {}, { people })), 'RoleBinding');
    expect(
      bindings.map(({ metadata, subjects }) => [
        metadata.name,
        (subjects as { name: string }[]).map(({ name }) => name),
      ]),
    ).toEqual([
      ['tenant-view', ['g:auditors']],
      ['tenant-edit', ['oidc:ada@example.com', 'g:ml-vision']],
      ['tenant-admin', ['g:leads', 'g:ml-vision']],
    ]);
    expect(made({ members: {} }).map(({ name }) => name)).toEqual(['team-vision']);
  });

  test('snapshots are made of what the cluster can make them of, elsewhere than where the team is', () => {
    const snapshots = (volumeSnapshotClasses: object, change: object = {}) =>
      made(change, { volumeSnapshotClasses }).find(({ name }) => name === 'vision-snapshots');
    expect(snapshots({})).toBeUndefined();
    expect(snapshots({ block: 'disks' }, { snapshots: 'none' })).toBeUndefined();
    const both = snapshots({ block: 'disks', shared: 'files' });
    expect(both).toMatchObject({
      namespace: 'prod-snapshots',
      summary: 'Snapshots of team Vision: shared volume and homes.',
    });
    expect(snapshots({ block: 'disks' })?.summary).toBe('Snapshots of team Vision: homes.');
  });

  test('its pods carry what AKS wants to see before it gives them an identity', () => {
    const on = (provider: 'aks' | 'eks', bucket: boolean) => {
      const plain = context();
      const settings = teamSettings.parse({ ...all, bucket });
      const [found] = teamKind.components(settings, { ...plain, provider: providerOf(provider) }, origin);
      return found?.offers.workspace.handle({}).podLabels;
    };
    expect(on('aks', true)).toMatchObject({ 'azure.workload.identity/use': 'true' });
    expect(Object.keys(on('aks', false))).toHaveLength(1);
    expect(Object.keys(on('eks', true))).toHaveLength(1);
  });

  test('a weaker Pod Security comes with its reason', () => {
    expect(component('team-vision').podSecurity).toEqual(all.podSecurity);
  });

  test('the bucket is its own, and its keys are named where notebooks are started', () => {
    const keys = declaredSecret('team-vision-bucket', ['accessKeyId', 'secretAccessKey'], 'the store');
    const store = bound(objectStore, {
      protocol: 's3',
      bucket: 'team-vision',
      region: 'us-east-1',
      endpoint: 'http://minio:9000',
      auth: {
        kind: 'keys',
        accessKeyId: SecretRef.to(keys, 'accessKeyId'),
        secretAccessKey: SecretRef.to(keys, 'secretAccessKey'),
      },
    });
    const vision = component('team-vision', { bucket: true });
    expect(vision.needs.bucket.ask).toEqual({ bucket: 'team-vision' });
    const maps = new Map(
      ofKind(objectsOf(vision, [], [store]), 'ConfigMap').map(({ metadata, data }) => [metadata.name, data]),
    );
    expect(maps.get('platform')).toMatchObject({
      BUCKET_URI: 's3://team-vision',
      AWS_ENDPOINT_URL_S3: 'http://minio:9000',
    });
    expect(JSON.stringify(maps.get('platform'))).not.toContain('KEY');
    expect(JSON.parse((maps.get('platform-secrets') as { 'secrets.json': string })['secrets.json'])).toEqual({
      AWS_ACCESS_KEY_ID: { name: 'team-vision-bucket', key: 'accessKeyId' },
      AWS_SECRET_ACCESS_KEY: { name: 'team-vision-bucket', key: 'secretAccessKey' },
    });
  });

  test('in a cloud its pods are known by their account', () => {
    const annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/vision' };
    const store = bound(objectStore, {
      protocol: 's3',
      bucket: 'example-vision',
      region: 'eu-central-1',
      auth: { kind: 'workload-identity', serviceAccountAnnotations: annotations, podLabels: {} },
    });
    const [account] = ofKind(objectsOf(component('team-vision', { bucket: true }), [], [store]), 'ServiceAccount');
    expect(account?.metadata).toMatchObject({ name: 'team', annotations });
  });
});

test('a quota that not even the smallest notebook fits is refused, with what it lacks', () => {
  const { refuse } = team().offers.workspace;
  expect(refuse?.({ least: { cpu: '500m', memory: '2Gi' } }, { name: 'jupyterhub', namespace: 'hub' })).toBeUndefined();
  expect(refuse?.({ least: { cpu: '500m', memory: '65Gi' } }, { name: 'jupyterhub', namespace: 'hub' })).toBe(
    'the quota is less than the smallest notebook takes: 64Gi of 65Gi memory; raise it, or add a smaller size to notebooks',
  );
});
