import type { AnyComponent } from '../components/component.ts';
import { postgresKind } from '../components/postgres.ts';
import { objectStore } from '../contracts/object-store.ts';
import { postgres } from '../contracts/postgres.ts';
import { need } from '../graph/contract.ts';
import { declaredSecret, SecretRef } from '../graph/credential.ts';
import { node } from '../graph/testing.ts';
import { fieldsAt } from '../kubernetes/read.ts';
import { groupKind, type Manifest } from '../platform/manifest-set.ts';
import { bound, objectsOf, testContext } from '../platform/testing.ts';
import { imageReference } from '../platform/versions.ts';
import { barmanCloud } from './barman-cloud.ts';
import { cloudnativePg } from './cloudnative-pg.ts';

const KINDS = { ...cloudnativePg.kinds, ...barmanCloud.kinds };

const object = (kind: string, spec: object, name = 'postgres'): Manifest => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind,
  metadata: { name, namespace: 'data' },
  spec,
});
const cluster = (spec: object = {}) => object('Cluster', { instances: 3, ...spec });

const produced = (manifest: Manifest) => [...(KINDS[groupKind(manifest)]?.produces?.(manifest) ?? [])];
const references = (manifest: Manifest) => [...(KINDS[groupKind(manifest)]?.references?.(manifest) ?? [])];
const namesOf = (kind: string, manifests: readonly Manifest[]) =>
  manifests.filter((manifest) => manifest.kind === kind).map(({ metadata }) => metadata.name);
const find = (kind: string, name: string, manifests: readonly Manifest[]) =>
  manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);

describe('a Cluster becomes', () => {
  test('Services for writing, reading from replicas and reading from any', () => {
    const made = produced(cluster());
    expect(namesOf('Service', made)).toEqual(['postgres-rw', 'postgres-ro', 'postgres-r']);
    expect(find('Service', 'postgres-rw', made)).toMatchObject({
      metadata: { namespace: 'data' },
      spec: {
        selector: { 'cnpg.io/cluster': 'postgres', 'cnpg.io/instanceRole': 'primary' },
        ports: [{ name: 'postgres', port: 5432 }],
      },
    });
  });

  test('pods of its instances, and of the Jobs that make them', () => {
    const made = produced(cluster({ inheritedMetadata: { labels: { cloud: 'identity' } } }));
    expect(namesOf('Pod', made)).toEqual([
      'postgres-1',
      'postgres-1-initdb',
      'postgres-2',
      'postgres-2-join',
      'postgres-3',
      'postgres-3-join',
    ]);
    expect(find('Pod', 'postgres-1', made)).toMatchObject({
      metadata: { labels: { 'cnpg.io/cluster': 'postgres', 'cnpg.io/podRole': 'instance', cloud: 'identity' } },
      spec: {
        serviceAccountName: 'postgres',
        containers: [
          { ports: [{ containerPort: 5432 }, { name: 'metrics', containerPort: 9187 }, { containerPort: 8000 }] },
        ],
      },
    });
    const job = find('Pod', 'postgres-1-initdb', made);
    expect(job?.metadata.labels).toMatchObject({ 'cnpg.io/cluster': 'postgres', 'cnpg.io/jobRole': 'initdb' });
    expect(job?.metadata.labels).not.toHaveProperty('cloud');
    expect(job?.metadata.labels).not.toHaveProperty('cnpg.io/podRole');
  });

  test('the pod of a Job that restores it', () => {
    expect(namesOf('Pod', produced(cluster({ instances: 1, bootstrap: { recovery: { source: 'origin' } } })))).toEqual([
      'postgres-1',
      'postgres-1-full-recovery',
    ]);
  });

  test('Secrets, unless it is given its own', () => {
    const made = produced(cluster());
    expect(namesOf('Secret', made)).toEqual(['postgres-ca', 'postgres-server', 'postgres-replication', 'postgres-app']);
    expect(Object.keys(fieldsAt(find('Secret', 'postgres-ca', made), 'data'))).toEqual(['ca.crt', 'ca.key']);
    expect(fieldsAt(find('Secret', 'postgres-app', made), 'data')).toMatchObject({
      username: '',
      password: '',
      uri: '',
    });
    const own = {
      bootstrap: { initdb: { secret: { name: 'mine' } } },
      certificates: { serverCASecret: 'mine', serverTLSSecret: 'mine' },
    };
    expect(namesOf('Secret', produced(cluster(own)))).toEqual(['postgres-replication']);
    expect(namesOf('Secret', produced(cluster({ enableSuperuserAccess: true })))).toContain('postgres-superuser');
  });

  test('disruption budgets, of replicas only where two can go', () => {
    const budgets = (spec: object) => namesOf('PodDisruptionBudget', produced(cluster(spec)));
    expect(budgets({})).toEqual(['postgres-primary', 'postgres']);
    expect(budgets({ instances: 2 })).toEqual(['postgres-primary']);
    expect(budgets({ enablePDB: false })).toEqual([]);
  });

  test('claims, a ServiceAccount, and a volume for WAL where it has one', () => {
    const made = produced(cluster({ instances: 1, walStorage: { size: '1Gi' } }));
    expect(namesOf('PersistentVolumeClaim', made)).toEqual(['postgres-1', 'postgres-1-wal']);
    expect(namesOf('ServiceAccount', made)).toEqual(['postgres']);
    expect(namesOf('ServiceAccount', produced(cluster({ serviceAccountName: 'mine' })))).toEqual([]);
  });
});

test('a Pooler becomes a Deployment whose pods its Service selects', () => {
  const made = produced(object('Pooler', { cluster: { name: 'postgres' }, instances: 2 }, 'postgres-pooler-rw'));
  expect(made.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
    'ServiceAccount/postgres-pooler-rw',
    'Service/postgres-pooler-rw',
    'Deployment/postgres-pooler-rw',
    'Pod/postgres-pooler-rw-1',
    'Pod/postgres-pooler-rw-2',
    'Secret/postgres-pooler',
  ]);
  expect(made[1]).toMatchObject({ spec: { selector: { 'cnpg.io/poolerName': 'postgres-pooler-rw' } } });
  expect(made[3]).toMatchObject({
    metadata: {
      labels: {
        'cnpg.io/poolerName': 'postgres-pooler-rw',
        'cnpg.io/cluster': 'postgres',
        'cnpg.io/podRole': 'pooler',
      },
    },
    spec: { containers: [{ ports: [{ containerPort: 5432 }, { name: 'metrics', containerPort: 9127 }] }] },
  });
});

test('a Cluster names Secrets with their keys, classes, stores and accounts', () => {
  const found = references(
    cluster({
      bootstrap: { initdb: { secret: { name: 'owner' } } },
      certificates: { serverTLSSecret: 'tls' },
      externalClusters: [
        {
          name: 'old',
          password: { name: 'old-login', key: 'pw' },
          plugin: { name: 'barman-cloud.cloudnative-pg.io', parameters: { barmanObjectName: 'old-store' } },
        },
      ],
      plugins: [
        { name: 'barman-cloud.cloudnative-pg.io', parameters: { barmanObjectName: 'store' } },
        { name: 'other.example.com', parameters: { barmanObjectName: 'not-a-reference' } },
      ],
      monitoring: { customQueriesConfigMap: [{ name: 'queries', key: 'q' }] },
      storage: { size: '1Gi', storageClass: 'fast' },
      walStorage: { pvcTemplate: { storageClassName: 'faster' } },
      imageCatalogRef: { kind: 'ClusterImageCatalog', name: 'images', major: 18 },
      serviceAccountName: 'database',
    }),
  );
  expect(
    found.map(({ field, target, name, namespace, keys = [] }) => [
      field,
      target,
      `${namespace ?? ''}/${name}`,
      keys.join(),
    ]),
  ).toEqual([
    ['spec.bootstrap.initdb.secret.name', '/Secret', 'data/owner', 'username,password'],
    ['spec.certificates.serverTLSSecret', '/Secret', 'data/tls', 'tls.crt,tls.key'],
    ['spec.externalClusters[0].password.name', '/Secret', 'data/old-login', 'pw'],
    [
      'spec.externalClusters[0].plugin.parameters.barmanObjectName',
      'barmancloud.cnpg.io/ObjectStore',
      'data/old-store',
      '',
    ],
    ['spec.plugins[0].parameters.barmanObjectName', 'barmancloud.cnpg.io/ObjectStore', 'data/store', ''],
    ['spec.monitoring.customQueriesConfigMap[0].name', '/ConfigMap', 'data/queries', 'q'],
    ['spec.storage.storageClass', 'storage.k8s.io/StorageClass', '/fast', ''],
    ['spec.walStorage.pvcTemplate.storageClassName', 'storage.k8s.io/StorageClass', '/faster', ''],
    ['spec.serviceAccountName', '/ServiceAccount', 'data/database', ''],
    ['spec.imageCatalogRef.name', 'postgresql.cnpg.io/ClusterImageCatalog', '/images', ''],
  ]);
});

test('everything the postgres component names is there, or made, or a credential of the platform', () => {
  const secret = declaredSecret('postgres-backups', ['id', 'key'], 'test');
  const store = bound(objectStore, {
    protocol: 's3',
    bucket: 'backups',
    region: 'us-east-1',
    auth: { kind: 'keys', accessKeyId: SecretRef.to(secret, 'id'), secretAccessKey: SecretRef.to(secret, 'key') },
  });
  const consumer: AnyComponent = {
    ...node('mlflow', {
      namespace: 'tracking',
      needs: { database: need(postgres, { database: 'mlflow', connections: 20 }, 'keeps runs') },
    }),
    build: () => undefined,
  };
  const settings = postgresKind.settings.parse({ backups: {}, pooler: {}, storage: { wal: '5Gi' } });
  const [component] = postgresKind.components(settings, testContext(), { file: 'environment.yaml', path: [] });
  const written = component ? objectsOf(component, [consumer], [store]) : [];
  const all = [...written, ...written.flatMap(produced)];
  expect(
    written.every((manifest) => KINDS[groupKind(manifest)] !== undefined || manifest.kind === 'PodDisruptionBudget'),
  ).toBe(true);
  const missing = written
    .flatMap(references)
    .filter(
      ({ target, name }) => !all.some((manifest) => groupKind(manifest) === target && manifest.metadata.name === name),
    )
    .map(({ target, name, keys = [] }) => `${target} ${name} ${keys.join()}`);
  expect(missing).toEqual([
    'storage.k8s.io/StorageClass standard ',
    'storage.k8s.io/StorageClass standard ',
    '/Secret mlflow-database username,password',
    '/Secret postgres-backups id',
    '/Secret postgres-backups key',
  ]);
  expect(namesOf('Service', all)).toContain(component?.offers.sql?.service);
});

test('a mirror serves every image that the operators run or make others run', () => {
  const environment = {
    ...testContext(),
    image: (name: Parameters<typeof imageReference>[0]) => imageReference(name, 'mirror.example.com:5000/ml'),
  };
  const values = JSON.stringify([cloudnativePg.values(environment, []), barmanCloud.values(environment, [])]);
  expect(values).not.toContain('ghcr.io');
  expect(cloudnativePg.values(environment, [])).toMatchObject({
    image: { repository: 'mirror.example.com:5000/ml/cloudnative-pg/cloudnative-pg', tag: '1.30.1' },
  });
  expect(barmanCloud.values(environment, [])).toMatchObject({
    sidecarImage: {
      registry: 'mirror.example.com:5000',
      repository: 'ml/cloudnative-pg/plugin-barman-cloud-sidecar',
      tag: 'v0.15.0',
    },
  });
});
