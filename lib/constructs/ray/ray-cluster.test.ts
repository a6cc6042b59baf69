import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { rayNames } from './names.ts';
import { rayCluster } from './testing.ts';

const secret = declaredSecret('keys', ['id', 'secret', 'user', 'password'], 'a person');
const keys = {
  kind: 'keys',
  accessKeyId: SecretRef.to(secret, 'id'),
  secretAccessKey: SecretRef.to(secret, 'secret'),
} as const;

// biome-ignore lint/suspicious/noExplicitAny: manifests as cdk8s returns them
const entry = ({ name, value, valueFrom }: any) => [name, value ?? valueFrom.secretKeyRef];

const envOf = (props: object, group: 'head' | 'worker' = 'head') => {
  const { spec } = rayCluster(props)('RayCluster');
  const { template } = group === 'head' ? spec.headGroupSpec : spec.workerGroupSpecs[0];
  return Object.fromEntries(template.spec.containers[0].env.map(entry));
};

test('programs find what the platform has in their environment, on head and workers', () => {
  const props = {
    tracking: {
      trackingUri: 'http://mlflow.mlflow.svc:5000',
      login: { username: SecretRef.to(secret, 'user'), password: SecretRef.to(secret, 'password') },
    },
    bucket: { protocol: 's3', region: 'eu-central-1', endpoint: 'http://minio.data.svc:9000', bucket: 'b', auth: keys },
    features: { url: 'http://feast.feast.svc:6566' },
  };
  for (const group of ['head', 'worker'] as const) {
    expect(envOf(props, group)).toMatchObject({
      MLFLOW_TRACKING_URI: 'http://mlflow.mlflow.svc:5000',
      MLFLOW_TRACKING_USERNAME: { name: 'keys', key: 'user' },
      MLFLOW_TRACKING_PASSWORD: { name: 'keys', key: 'password' },
      BUCKET_URI: 's3://b',
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: 'http://minio.data.svc:9000',
      AWS_ENDPOINT_URL_S3: 'http://minio.data.svc:9000',
      AWS_ACCESS_KEY_ID: { name: 'keys', key: 'id' },
      AWS_SECRET_ACCESS_KEY: { name: 'keys', key: 'secret' },
      FEAST_FEATURE_SERVER_URL: 'http://feast.feast.svc:6566',
    });
  }
});

test('where the cloud trusts the pods, they say who they are and hold no key', () => {
  const auth = {
    kind: 'workload-identity',
    serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/ray' },
    podLabels: { 'azure.workload.identity/use': 'true' },
  } as const;
  const bucket = { protocol: 's3', region: 'eu-central-1', bucket: 'b', auth } as const;
  const objects = rayCluster({ bucket });
  expect(objects('ServiceAccount').metadata).toMatchObject({
    name: 'train',
    annotations: auth.serviceAccountAnnotations,
  });
  const { template } = objects('RayCluster').spec.workerGroupSpecs[0];
  expect(template.metadata.labels).toMatchObject(auth.podLabels);
  expect(template.spec.serviceAccountName).toBe('train');
  expect(Object.keys(envOf({ bucket })).filter((name) => name.startsWith('AWS_'))).toEqual([
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
  ]);
  // The request for an identity goes to the cloud, wherever the store is.
  const elsewhere = envOf({ bucket: { ...bucket, endpoint: 'https://s3.example.com' } });
  expect(elsewhere).toMatchObject({ AWS_ENDPOINT_URL_S3: 'https://s3.example.com' });
  expect(elsewhere).not.toHaveProperty('AWS_ENDPOINT_URL');
  expect(() => rayCluster({ bucket: { protocol: 'gcs', bucket: 'b', auth: keys } })).toThrow('take no HMAC keys');
  expect(() => rayCluster({ bucket, serviceAccount: 'other' })).toThrow('a workload that only shares it');
});

test('variables of the group win over those of the cluster', () => {
  const workerGroups = [{ name: 'w', cpu: '1', memory: '1Gi', replicas: 1, env: { A: 'group' } }];
  expect(envOf({ env: { A: 'cluster' }, workerGroups }, 'worker').A).toBe('group');
  expect(envOf({ env: { A: 'cluster' }, workerGroups }).A).toBe('cluster');
});

test('pods without GPUs see none', () => {
  expect(envOf({}, 'worker').NVIDIA_VISIBLE_DEVICES).toBe('void');
  const gpu = { name: 'gpu', cpu: '1', memory: '1Gi', replicas: 1, gpu: { resource: 'nvidia.com/gpu', count: 1 } };
  expect(envOf({ workerGroups: [gpu] }, 'worker')).not.toHaveProperty('NVIDIA_VISIBLE_DEVICES');
});

test('what is written goes to volumes, none of which hides what the image holds', () => {
  const { spec } = rayCluster({ sharedVolume: { claim: 'team', path: '/mnt/team' } })('RayCluster');
  const { containers, volumes } = spec.workerGroupSpecs[0].template.spec;
  const paths = containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
  expect(paths).toEqual(expect.arrayContaining(['/tmp', '/tmp/ray', envOf({}).HOME, '/mnt/team']));
  expect(paths.filter((path: string) => path.startsWith('/home/ray'))).toEqual([]);
  expect(volumes).toContainEqual({ name: 'shared', persistentVolumeClaim: { claimName: 'team' } });
});

test('what a pod may write is as much as its memory, and what is counted of it is little', () => {
  const of = (node: object) => {
    const workerGroups = [{ name: 'w', cpu: '1', replicas: 1, memory: '4Gi', ...node }];
    const { containers, volumes } = rayCluster({ workerGroups })('RayCluster').spec.workerGroupSpecs[0].template.spec;
    const { requests, limits } = containers[0].resources;
    const sizes = volumes.map(({ emptyDir }: { emptyDir: { sizeLimit: string } }) => emptyDir.sizeLimit);
    return [requests['ephemeral-storage'], limits['ephemeral-storage'], ...new Set(sizes)];
  };
  expect(of({})).toEqual(['2Gi', '10Gi', '10Gi']);
  expect(of({ memory: '64Gi' })).toEqual(['2Gi', '64Gi', '64Gi']);
  expect(of({ disk: '100G' })).toEqual(['2Gi', '100G', '100G']);
  expect(of({ disk: '500Mi' })).toEqual(['500Mi', '500Mi', '500Mi']);
});

test('groups run where they are placed', () => {
  const placement = {
    nodeSelector: { pool: 'a10g' },
    tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
  } as const;
  const { spec } = rayCluster({
    workerGroups: [{ name: 'w', cpu: '1', memory: '1Gi', replicas: 1, placement }],
  })('RayCluster');
  expect(spec.workerGroupSpecs[0].template.spec).toMatchObject(placement);
  expect(spec.headGroupSpec.template.spec).not.toHaveProperty('nodeSelector');
});

test('resources with names of their own survive the shell', () => {
  const { spec } = rayCluster({
    workerGroups: [{ name: 'w', cpu: '1', memory: '1Gi', replicas: 1, rayResources: { fast: 0.5, disk: 2 } }],
  })('RayCluster');
  expect(spec.workerGroupSpecs[0].rayStartParams.resources).toBe(`'{"disk":2,"fast":0.5}'`);
});

const group = { name: 'w', cpu: '1', memory: '1Gi', replicas: 1 };

test.each([
  [{ name: 'a'.repeat(54) }, 'name of a RayCluster is 54 characters long; at most 53 fit'],
  [{ name: '1st' }, 'no name of a RayCluster'],
  [{ rayVersion: '2.60' }, 'at least "2.53.0" is wanted, in full'],
  [{ workerGroups: [group, group] }, 'two worker groups are called "w"'],
  [{ workerGroups: [{ ...group, name: 'headgroup' }] }, 'is no name of a group'],
  [{ workerGroups: [{ ...group, replicas: { min: 3, max: 2 } }] }, 'has from 3 to 2 replicas; min is at most max'],
  [{ workerGroups: [{ ...group, replicas: -1 }] }, 'has replicas -1'],
  [{ workerGroups: [{ ...group, idleTimeout: 60 }] }, 'no group of the cluster is autoscaled'],
  [{ workerGroups: [{ ...group, replicas: { min: 0, max: 2 }, idleTimeout: -1 }] }, 'has idleTimeout -1'],
  [{ workerGroups: [{ ...group, gpu: { resource: 'nvidia.com/gpu', count: 0 } }] }, 'has gpu.count 0'],
  [{ workerGroups: [{ ...group, rayResources: { "it's": 1 } }] }, 'has a resource "it\'s"'],
])('%j is refused', (props, message) => {
  expect(() => rayCluster(props)).toThrow(message);
});

test('the Secret with the token is called as KubeRay calls it', () => {
  expect(rayNames.tokenSecret('train')).toBe('train');
  // Its last 50 characters, which may not begin with a dash or a digit.
  expect(rayNames.tokenSecret(`ab-${'c'.repeat(49)}`)).toBe(`r${'c'.repeat(49)}`);
});
