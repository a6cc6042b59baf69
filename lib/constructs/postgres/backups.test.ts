import { backups, made } from './testing.ts';

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
