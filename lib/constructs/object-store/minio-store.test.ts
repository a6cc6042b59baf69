import { App, Chart } from 'cdk8s';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { MinioStore, type MinioStoreProps } from './minio-store.ts';

const secret = declaredSecret('minio-root', ['user', 'password'], 'test');
const [user, password] = [SecretRef.to(secret, 'user'), SecretRef.to(secret, 'password')];
const keysOf = (name: string) => {
  const keys = declaredSecret(`${name}-store`, ['id', 'key'], 'test');
  return { accessKeyId: SecretRef.to(keys, 'id'), secretAccessKey: SecretRef.to(keys, 'key') };
};
const bucket = (name: string, days?: number) => ({ name, keys: keysOf(name), ...(days && { expire: [{ days }] }) });

function made(props: Partial<MinioStoreProps> = {}) {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new MinioStore(chart, 'minio', {
    name: 'minio',
    namespace: 'prod-data',
    image: 'registry.example.com/minio:1',
    storage: '100Gi',
    storageClass: 'fast',
    resources: { cpu: '1', memory: '2Gi' },
    root: { user, password },
    buckets: [bucket('mlflow', 90), bucket('backups')],
    ...props,
  });
  const objects = chart.toJson();
  const only = (kind: string) => {
    const [found, second] = objects.filter((object) => object.kind === kind);
    expect(second).toBeUndefined();
    return found;
  };
  const server = () => only('StatefulSet').spec.template.spec.containers[0];
  return { objects, only, server };
}

const names = (objects: readonly { kind: string; metadata: { name: string } }[]) =>
  objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`.replace(/[0-9a-f]{10}$/, '*')).sort();

test('one server is a StatefulSet, its Services, and a job that makes buckets', () => {
  const { objects, server } = made();
  expect(names(objects)).toEqual([
    'ConfigMap/minio-buckets',
    'Job/minio-buckets-*',
    'Service/minio',
    'Service/minio-headless',
    'ServiceAccount/minio',
    'StatefulSet/minio',
  ]);
  expect(server().args).toEqual(['server', '/data']);
});

test('several servers find each other by names that exist before they are ready', () => {
  const { objects, only, server } = made({ servers: 4 });
  expect(server().args).toEqual(['server', 'http://minio-{0...3}.minio-headless.prod-data.svc:9000/data']);
  expect(only('StatefulSet').spec).toMatchObject({
    replicas: 4,
    serviceName: 'minio-headless',
    podManagementPolicy: 'Parallel',
  });
  expect(objects.find(({ metadata }) => metadata.name === 'minio-headless').spec).toMatchObject({
    clusterIP: 'None',
    publishNotReadyAddresses: true,
  });
  expect(only('PodDisruptionBudget').spec.maxUnavailable).toBe(1);
});

test('servers are on different nodes, or they do not start', () => {
  const spread = made({ servers: 4 }).only('StatefulSet').spec.template.spec.topologySpreadConstraints;
  expect(spread).toContainEqual(
    expect.objectContaining({ topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' }),
  );
});

test('the data outlives the manifest', () => {
  const { metadata, spec } = made().only('StatefulSet');
  for (const { annotations } of [metadata, spec.volumeClaimTemplates[0].metadata]) {
    expect(annotations['argocd.argoproj.io/sync-options']).toBe('Prune=confirm,Delete=confirm');
  }
  expect(spec.volumeClaimTemplates[0].spec).toMatchObject({
    storageClassName: 'fast',
    resources: { requests: { storage: '100Gi' } },
  });
});

test('nobody looks in but by S3, and Prometheus without a token', () => {
  const env = Object.fromEntries(
    made()
      .server()
      .env.map(({ name, value }: { name: string; value?: string }) => [name, value]),
  );
  expect(env).toMatchObject({ MINIO_BROWSER: 'off', MINIO_UPDATE: 'off', MINIO_PROMETHEUS_AUTH_TYPE: 'public' });
  expect(env.MINIO_ROOT_PASSWORD).toBeUndefined();
});

test('the job knows what is asked, and runs again when that changes', () => {
  const { only } = made();
  const { data } = only('ConfigMap');
  expect(Object.keys(data).sort()).toEqual([
    'backups.policy.json',
    'buckets',
    'mlflow.lifecycle.json',
    'mlflow.policy.json',
    'provision.sh',
  ]);
  expect(data.buckets).toBe('mlflow\nbackups\n');
  expect(JSON.parse(data['mlflow.lifecycle.json']).Rules[0].Expiration).toEqual({ Days: 90 });
  const jobOf = (props: Partial<MinioStoreProps>) => made(props).only('Job').metadata.name;
  const same = jobOf({});
  expect(jobOf({})).toBe(same);
  expect(jobOf({ buckets: [bucket('mlflow', 30), bucket('backups')] })).not.toBe(same);
  expect(jobOf({ buckets: [bucket('mlflow', 90)] })).not.toBe(same);
  expect(jobOf({ storage: '200Gi' })).toBe(same);
});

test.each([0, 2, 3, 17])('%s servers are no store', (servers) => {
  expect(() => made({ servers })).toThrow(
    `minio: ${servers} servers cannot form a store; MinIO runs as 1 server or as 4 to 16`,
  );
});
