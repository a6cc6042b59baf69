import { instancePods } from './names.ts';
import { backups, database, made } from './testing.ts';

test('what holds data outlives its manifest', () => {
  const { of, cluster } = made({ databases: [database('mlflow')] });
  expect(cluster.metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' });
  expect(of('Database')[0].spec.databaseReclaimPolicy).toBe('retain');
  expect(of('DatabaseRole')[0].spec.databaseRoleReclaimPolicy).toBe('retain');
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

test.each(['Postgres', '1db', 'a-', 'a.b', 'x'.repeat(51)])('the operator would refuse the name %s', (name) => {
  expect(() => made({ name })).toThrow('cannot name a PostgreSQL cluster');
});

test('parameters of the operator cannot be set', () => {
  expect(() => made({ parameters: { archive_command: 'true' } })).toThrow('"archive_command" is set by the operator');
  expect(made({ parameters: { max_connections: '300' } }).cluster.spec.postgresql.parameters).toEqual({
    max_connections: '300',
  });
});
