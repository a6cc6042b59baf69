import { objectStore } from '../contracts/object-store.ts';
import { postgres } from '../contracts/postgres.ts';
import { flowsOf } from '../derive/flows.ts';
import { need } from '../graph/contract.ts';
import { declaredSecret, SecretRef } from '../graph/credential.ts';
import { portNumbers } from '../graph/flow.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { node } from '../graph/testing.ts';
import { requiredOperators } from '../operators/required.ts';
import { surroundingsOf } from '../platform/surroundings.ts';
import { bound, objectsOf, testContext } from '../platform/testing.ts';
import { wire } from '../platform/wire.ts';
import type { AnyComponent } from './component.ts';
import { postgresKind } from './postgres.ts';

const origin = { file: 'environments/test/environment.yaml', path: ['components', 'postgres'] };
const environment = testContext('test-');

const parse = (settings: object = {}) => postgresKind.settings.parse(settings);
const problems = (settings: object) =>
  postgresKind.settings.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

function component(settings: object = {}): AnyComponent {
  const [only] = postgresKind.components(parse(settings), environment, origin);
  if (!only) throw new Error('no component');
  return only;
}

const asking = (name: string, database: string, connections = 20): AnyComponent => ({
  ...node(name, {
    namespace: 'test-tracking',
    needs: { database: need(postgres, { database, connections }, 'keeps runs') },
  }),
  build: () => undefined,
});

const secret = declaredSecret('postgres-backups', ['id', 'key'], 'test');
const store = bound(objectStore, {
  protocol: 's3',
  bucket: 'test-postgres-backups',
  region: 'us-east-1',
  endpoint: 'http://minio.test-data.svc:9000',
  auth: { kind: 'keys', accessKeyId: SecretRef.to(secret, 'id'), secretAccessKey: SecretRef.to(secret, 'key') },
});

const identities = (settings: object = {}, ...consumers: AnyComponent[]) =>
  objectsOf(component(settings), consumers, [store])
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    .sort();

test('everyone who asks has a database, a role and a credential, in both namespaces under one name', () => {
  const pg = component();
  const consumer = asking('mlflow', 'mlflow');
  const graph = new ServiceGraph([pg, consumer]);
  expect(graph.problems).toEqual([]);
  expect(identities({}, consumer)).toEqual([
    'Cluster/postgres',
    'Database/postgres-mlflow',
    'DatabaseRole/postgres-mlflow',
  ]);
  expect(wire(consumer, graph).needs.database).toEqual({
    endpoint: { host: 'postgres-rw.test-data.svc', port: 5432 },
    database: 'mlflow',
    user: 'mlflow',
    password: expect.objectContaining({ name: 'mlflow-database', key: 'password' }),
    sslMode: 'require',
  });
  const role = objectsOf(pg, [consumer]).find(({ kind }) => kind === 'DatabaseRole');
  expect(role).toMatchObject({ spec: { passwordSecret: { name: 'mlflow-database' } } });
});

test('a credential is what the operator reads, and reads again when it changes', () => {
  const sql = component().offers.sql;
  expect(sql?.credential?.({ database: 'mlflow' }, { name: 'mlflow', namespace: 'x' })).toMatchObject({
    type: 'kubernetes.io/basic-auth',
    labels: { 'cnpg.io/reload': 'true' },
    keys: { username: { kind: 'public', value: 'mlflow' }, password: { kind: 'generated' } },
  });
});

test('one component may have several databases, two may not have the same', () => {
  const several = {
    ...asking('mlflow', 'mlflow'),
    needs: {
      ...asking('x', 'mlflow').needs,
      auth: need(postgres, { database: 'mlflow_auth', connections: 5 }, 'accounts'),
    },
  };
  expect(new ServiceGraph([component(), several]).problems).toEqual([]);
  expect(new ServiceGraph([component(), asking('a', 'runs'), asking('b', 'runs')]).problems).toMatchObject([
    { message: `b asks postgres for the database "runs", which is a's; ask for another` },
  ]);
});

test('a database that PostgreSQL could not have is refused before anything is made', () => {
  const [problem] = new ServiceGraph([component(), asking('tracker', 'pg_runs')]).problems;
  expect(problem).toMatchObject({ origin });
  expect(problem?.message).toContain('tracker asks for a database it cannot have: "pg_runs"');
});

test('the object store is needed for backups only, and so is the plugin', () => {
  expect(component().needs).toEqual({});
  expect(component().operators).toEqual(['cloudnative-pg']);
  const backedUp = component({ backups: {} });
  expect(backedUp.needs.backups?.ask).toEqual({ bucket: 'postgres-backups' });
  expect(backedUp.operators).toEqual(['cloudnative-pg', 'barman-cloud']);
  expect([...requiredOperators(backedUp.operators ?? []).keys()]).toEqual([
    'barman-cloud',
    'cert-manager',
    'cloudnative-pg',
  ]);
  expect(identities({ backups: {} })).toEqual(['Cluster/postgres', 'ObjectStore/postgres', 'ScheduledBackup/postgres']);
});

test('backups go to the bucket that the environment gives', () => {
  const objects = objectsOf(component({ backups: { retentionDays: 7 } }), [], [store]);
  expect(objects.find(({ kind }) => kind === 'ObjectStore')).toMatchObject({
    spec: {
      configuration: { destinationPath: 's3://test-postgres-backups', endpointURL: 'http://minio.test-data.svc:9000' },
      retentionPolicy: '7d',
    },
  });
});

test('clients connect to the pooler where there is one', () => {
  expect(component().offers.sql?.service).toBe('postgres-rw');
  expect(component({ pooler: {} }).offers.sql?.service).toBe('postgres-pooler-rw');
  expect(identities({ pooler: {} })).toContain('Pooler/postgres-pooler-rw');
});

test('every pod of the cluster counts as its own, those of the Jobs that make instances, too', () => {
  // Jobs' pods carry this label and none of the inherited ones.
  expect(component({ cluster: 'postgres-2' }).pods).toEqual({ 'cnpg.io/cluster': 'postgres-2' });
});

test('metrics are scraped from the pods, by no monitor of the operator', () => {
  expect(component({ pooler: {} }).metrics).toEqual([
    {
      via: 'pod',
      port: { name: 'metrics', port: 9187 },
      selector: { 'cnpg.io/cluster': 'postgres', 'cnpg.io/podRole': 'instance' },
    },
    {
      name: 'pooler',
      via: 'pod',
      port: { name: 'metrics', port: 9127 },
      selector: { 'cnpg.io/poolerName': 'postgres-pooler-rw' },
    },
  ]);
});

function ports(settings: object): string[] {
  const pg = component(settings);
  const graph = new ServiceGraph([pg, asking('mlflow', 'mlflow')], [store]);
  const flows = flowsOf(graph, surroundingsOf(environment), requiredOperators(pg.operators ?? []));
  return flows
    .filter(({ from, to }) => from.name === 'postgres' || to.name === 'postgres')
    .map(({ from, to, ports }) => `${from.name} -> ${to.name}: ${portNumbers(ports).join(', ')}`);
}

test('instances reach each other, the API server and the bucket; the operator and consumers reach them', () => {
  expect(ports({ backups: {} })).toEqual([
    'postgres -> external.object-store: 80',
    'postgres -> postgres: 5432, 8000',
    'cloudnative-pg -> postgres: 8000',
    'cloudnative-pg -> postgres: 5432',
    'postgres -> api-server: 6443',
    'mlflow -> postgres: 5432',
    'postgres -> dns: 53, 53',
  ]);
});

test('a single instance has no peers', () => {
  expect(component({ instances: 1 }).peers).toBeUndefined();
  expect(component({ instances: 1, pooler: {} }).peers?.ports).toEqual([{ name: 'postgres', port: 5432 }]);
});

test('memory becomes cache, and parameters of the user win', () => {
  const [cluster] = objectsOf(component({ resources: { memory: '4Gi' }, parameters: { max_connections: 300 } }));
  expect(cluster).toMatchObject({
    spec: {
      postgresql: {
        parameters: { max_connections: '300', shared_buffers: '1024MB', effective_cache_size: '3072MB' },
        synchronous: { dataDurability: 'preferred' },
      },
    },
  });
});

test('defaults fit several instances and one', () => {
  const [single] = objectsOf(component({ instances: 1 }));
  expect(single).toMatchObject({ spec: { instances: 1, storage: { size: '20Gi' } } });
  expect(single).not.toHaveProperty('spec.postgresql.synchronous');
});

test.each([
  [
    { instances: 1, synchronous: 'required' },
    'synchronous: needs a replica, and there is one instance; set instances to 2 or more',
  ],
  [
    { cluster: 'b', recoverFrom: { serverName: 'a' } },
    'recoverFrom: needs the bucket that the backups are in; set backups, too',
  ],
  [
    { backups: {}, recoverFrom: { serverName: 'postgres' } },
    'recoverFrom.serverName: is where this cluster archives to itself; give the new cluster another name, like cluster: postgres-2',
  ],
  [
    { cluster: 'postgres-2', backups: {}, recoverFrom: { serverName: 'postgres-2' } },
    'recoverFrom.serverName: is where this cluster archives to itself; give the new cluster another name, like cluster: postgres-3',
  ],
  [{ cluster: '1pg' }, 'cluster: is not a name here; begin it with a letter, like postgres'],
  [
    { parameters: { archive_command: 'true' } },
    'parameters.archive_command: is set by CloudNativePG itself; leave it out',
  ],
  [
    { backups: { schedule: '0 30 2 * * *' } },
    'backups.schedule: is not a cron line; write five fields (minute, hour, day of month, month, day of week) like "30 2 * * *"',
  ],
])('%j is answered where it stands', (settings, message) => {
  expect(problems(settings)).toEqual([message]);
});

test('a restore is a cluster of a new name', () => {
  const restored = component({
    cluster: 'postgres-2',
    backups: {},
    recoverFrom: { serverName: 'postgres', targetTime: '2026-08-11T14:30:00+02:00' },
  });
  expect(restored.offers.sql?.service).toBe('postgres-2-rw');
  expect(objectsOf(restored, [], [store])[0]).toMatchObject({
    spec: {
      bootstrap: { recovery: { recoveryTarget: { targetTime: '2026-08-11T14:30:00+02:00' } } },
      externalClusters: [{ plugin: { parameters: { barmanObjectName: 'postgres-2', serverName: 'postgres' } } }],
    },
  });
});

describe('connections', () => {
  const refused = (settings: object, ...connections: number[]) =>
    new ServiceGraph([
      component(settings),
      ...connections.map((count, index) => asking(`app-${index}`, `app_${index}`, count)),
    ]).problems;
  const parametersOf = (connections: number, settings: object = {}) => {
    const objects = objectsOf(component(settings), [asking('mlflow', 'mlflow', connections)]);
    return objects.map(({ spec }) => spec);
  };

  test('the server lets in whoever asks, with nothing said', () => {
    expect(parametersOf(70)[0]).toMatchObject({ postgresql: { parameters: { max_connections: '200' } } });
    expect(parametersOf(378)[0]).toMatchObject({ postgresql: { parameters: { max_connections: '400' } } });
    expect(refused({}, 378, 500)).toEqual([]);
  });

  test('so do its poolers', () => {
    const [cluster, , , pooler] = parametersOf(68, { pooler: {} });
    expect(pooler).toMatchObject({ pgbouncer: { parameters: { default_pool_size: '68', max_client_conn: '1000' } } });
    // Three pods while they are replaced, each with 68 and 2.
    expect(cluster).toMatchObject({ postgresql: { parameters: { max_connections: '300' } } });
  });

  test('what is written and does not suffice is refused at the settings, together for all who ask', () => {
    const settings = { parameters: { max_connections: 100 } };
    expect(refused(settings, 60, 20)).toEqual([]);
    const problems = refused(settings, 60, 30);
    expect(problems).toMatchObject([{ origin }]);
    expect(problems[0]?.message).toContain('app-0 may open 60 connections and app-1 30, 90 together');
    expect(problems[0]?.message).toContain('leaves them 84 of its 100');
  });

  test('what can hold no count is refused where it stands', () => {
    expect(problems({ parameters: { max_connections: 'many' } })).toEqual([
      'parameters.max_connections: is not a whole number; write it like 300',
    ]);
  });
});
