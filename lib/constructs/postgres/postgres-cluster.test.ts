import { App, Chart } from 'cdk8s';
import type { ObjectStoreHandle } from '../../contracts/object-store.ts';
import { declaredSecret } from '../../graph/credential.ts';
import { instancePods, poolerPods } from './names.ts';
import { PostgresCluster, type PostgresClusterProps } from './postgres-cluster.ts';

const bucket: ObjectStoreHandle = {
  protocol: 's3',
  bucket: 'postgres-backups',
  region: 'eu-central-1',
  auth: {
    kind: 'workload-identity',
    serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/backups' },
    podLabels: {},
  },
};
const backups = { store: bucket, schedule: '30 2 * * *', retentionDays: 14 };
const pooler = {
  image: 'registry.example.com/pgbouncer:1.25.2',
  instances: 2,
  mode: 'session',
  resources: { cpu: '100m', memory: '128Mi' },
} as const;
const database = (name: string) => ({
  name,
  credential: declaredSecret(`${name}-database`, ['username', 'password'], 'test'),
});

function made(props: Partial<PostgresClusterProps> = {}) {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  const construct = new PostgresCluster(chart, 'pg', {
    name: 'postgres',
    image: 'registry.example.com/postgresql:18.6-standard',
    instances: 3,
    storage: { size: '20Gi', storageClass: 'fast' },
    resources: { cpu: '1', memory: '2Gi' },
    ...props,
  });
  const objects = chart.toJson();
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  return { construct, kinds: objects.map(({ kind }) => kind).sort(), of, cluster: of('Cluster')[0] };
}

test('a database has a role of its name, and its credential', () => {
  const { of } = made({ databases: [database('mlflow_auth')] });
  expect(of('Database')).toMatchObject([
    {
      metadata: { name: 'postgres-mlflow-auth' },
      spec: { cluster: { name: 'postgres' }, name: 'mlflow_auth', owner: 'mlflow_auth' },
    },
  ]);
  expect(of('DatabaseRole')).toMatchObject([
    {
      metadata: { name: 'postgres-mlflow-auth' },
      spec: {
        cluster: { name: 'postgres' },
        name: 'mlflow_auth',
        login: true,
        passwordSecret: { name: 'mlflow_auth-database' },
      },
    },
  ]);
});

test('what holds data outlives its manifest', () => {
  const { of, cluster } = made({ databases: [database('mlflow')] });
  expect(cluster.metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' });
  expect(of('Database')[0].spec.databaseReclaimPolicy).toBe('retain');
  expect(of('DatabaseRole')[0].spec.databaseRoleReclaimPolicy).toBe('retain');
});

test('roles stand in objects of their own, not in the Cluster', () => {
  const { cluster } = made({ databases: [database('mlflow')] });
  expect(cluster.spec).toEqual(made().cluster.spec);
});

test('a role logs in to its own database, encrypted, and nobody logs in otherwise', () => {
  const { cluster } = made();
  expect(cluster.spec.postgresql.pg_hba).toEqual([
    'host all postgres,_unused all reject',
    'hostssl sameuser all all scram-sha-256',
    'host all all all reject',
  ]);
  expect(cluster.spec.enableSuperuserAccess).toBe(false);
});

test('the database that bootstrap insists on has a name no consumer can have', () => {
  const { cluster } = made();
  expect(cluster.spec.bootstrap.initdb).toMatchObject({ database: '_unused', owner: '_unused', dataChecksums: true });
  expect(() => made({ databases: [database('_unused')] })).toThrow('cannot name a database');
});

test('monitoring is not left to the operator, whose option for it is deprecated', () => {
  expect(made().cluster.spec).not.toHaveProperty('monitoring');
});

test('instances are spread over nodes and zones, and guarded while nodes drain', () => {
  const { spec } = made({ spread: 'require' }).cluster;
  expect(spec.affinity.podAntiAffinityType).toBe('required');
  expect(spec.topologySpreadConstraints).toMatchObject([{ labelSelector: { matchLabels: instancePods('postgres') } }]);
  expect(spec.enablePDB).toBe(true);
});

test('a single instance does not block the drain of its node', () => {
  const { spec } = made({ instances: 1 }).cluster;
  expect(spec.enablePDB).toBe(false);
  expect(spec).not.toHaveProperty('affinity');
});

test('a commit waits for a replica when asked to', () => {
  expect(made({ synchronous: 'required' }).cluster.spec.postgresql.synchronous).toEqual({
    method: 'any',
    number: 1,
    dataDurability: 'required',
  });
  expect(() => made({ instances: 1, synchronous: 'required' })).toThrow('has one instance');
});

test('volumes are of the class that is asked for', () => {
  const { spec } = made({ walStorage: { size: '5Gi' } }).cluster;
  expect(spec.storage).toEqual({ size: '20Gi', storageClass: 'fast' });
  expect(spec.walStorage).toEqual({ size: '5Gi' });
});

describe('backups', () => {
  test('without them no plugin is asked for', () => {
    const { kinds, cluster } = made();
    expect(kinds).toEqual(['Cluster']);
    expect(cluster.spec).not.toHaveProperty('plugins');
  });

  test('WAL goes through the plugin, under a name said in the Cluster and not in the ObjectStore', () => {
    const { cluster, of } = made({ backups });
    expect(cluster.spec.plugins).toEqual([
      {
        name: 'barman-cloud.cloudnative-pg.io',
        isWALArchiver: true,
        parameters: { barmanObjectName: 'postgres', serverName: 'postgres' },
      },
    ]);
    expect(cluster.spec).not.toHaveProperty('backup');
    const [store] = of('ObjectStore');
    expect(store.spec.configuration).not.toHaveProperty('serverName');
    expect(store.spec.configuration.destinationPath).toBe('s3://postgres-backups');
    expect(store.spec.retentionPolicy).toBe('14d');
  });

  test('base backups follow the schedule, to which the operator adds seconds, and begin at once', () => {
    expect(made({ backups }).of('ScheduledBackup')[0].spec).toMatchObject({
      cluster: { name: 'postgres' },
      schedule: '0 30 2 * * *',
      immediate: true,
      method: 'plugin',
    });
  });

  test('the identity of the bucket is that of the pods', () => {
    expect(made({ backups }).cluster.spec.serviceAccountTemplate.metadata.annotations).toEqual({
      'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/backups',
    });
  });
});

describe('recovery', () => {
  const recoverFrom = { serverName: 'postgres', targetTime: '2026-08-11T14:30:00+02:00' };

  test('reads what another cluster archived, and archives under its own name', () => {
    const { spec } = made({ name: 'postgres-2', backups, recoverFrom }).cluster;
    expect(spec.bootstrap).toMatchObject({
      recovery: { source: 'origin', recoveryTarget: { targetTime: '2026-08-11T14:30:00+02:00' } },
    });
    expect(spec.bootstrap).not.toHaveProperty('initdb');
    expect(spec.externalClusters).toMatchObject([
      { name: 'origin', plugin: { parameters: { barmanObjectName: 'postgres-2', serverName: 'postgres' } } },
    ]);
    expect(spec.plugins[0].parameters.serverName).toBe('postgres-2');
  });

  test('is refused where the cluster itself archives', () => {
    expect(() => made({ backups, recoverFrom })).toThrow('give the new cluster another name');
  });

  test('is refused without a bucket', () => {
    expect(() => made({ name: 'postgres-2', recoverFrom })).toThrow('set backups');
  });
});

describe('pooler', () => {
  test('stands before the primary, and clients connect to it', () => {
    const { construct, of } = made({ pooler });
    expect(construct.service).toBe('postgres-pooler-rw');
    expect(made().construct.service).toBe('postgres-rw');
    const [{ metadata, spec }] = of('Pooler');
    expect(metadata.name).toBe(construct.service);
    expect(spec).toMatchObject({ cluster: { name: 'postgres' }, type: 'rw', instances: 2 });
    expect(spec.pgbouncer).toMatchObject({
      image: 'registry.example.com/pgbouncer:1.25.2',
      poolMode: 'session',
      parameters: { client_tls_sslmode: 'require', default_pool_size: '20', max_client_conn: '1000' },
    });
  });

  test('does not bear the name of the Secret that the operator makes for it', () => {
    expect(made({ pooler }).of('Pooler')[0].metadata.name).not.toBe('postgres-pooler');
  });

  test('keeps a pod while nodes drain, which the operator does not see to', () => {
    expect(made({ pooler }).of('PodDisruptionBudget')).toMatchObject([
      { spec: { maxUnavailable: 1, selector: { matchLabels: poolerPods('postgres') } } },
    ]);
    expect(made({ pooler: { ...pooler, instances: 1 } }).of('PodDisruptionBudget')).toEqual([]);
  });
});

test.each(['Postgres', '1db', 'a-', 'a.b', 'x'.repeat(51)])('the operator would refuse the name %s', (name) => {
  expect(() => made({ name })).toThrow('cannot name a PostgreSQL cluster');
});

test('parameters of the operator cannot be set', () => {
  expect(() => made({ parameters: { archive_command: 'true' } })).toThrow('"archive_command" is set by the operator');
  expect(made({ parameters: { max_connections: '300' } }).cluster.spec.postgresql.parameters).toEqual({
    max_connections: '300',
  });
});
