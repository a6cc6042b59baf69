import { database, made } from './testing.ts';

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

test('roles stand in objects of their own, not in the Cluster', () => {
  const { cluster } = made({ databases: [database('mlflow')] });
  expect(cluster.spec).toEqual(made().cluster.spec);
});
