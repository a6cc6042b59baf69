import { poolerPods } from './names.ts';
import { made, pooler } from './testing.ts';

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
