import type { AnyComponent } from '../components/component.ts';
import { postgres } from '../contracts/postgres.ts';
import { placementsOf } from '../derive/credentials.ts';
import { need } from '../graph/contract.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { node } from '../graph/testing.ts';
import { testContext } from '../platform/testing.ts';
import { wire } from '../platform/wire.ts';
import { postgresExternal } from './postgres.ts';

const origin = { file: 'environments/prod/environment.yaml', path: ['external', 'postgres'] };
const rds = { host: 'ml.c1a2b3.eu-central-1.rds.amazonaws.com', addresses: ['10.20.0.0/24'] };
const bind = (settings: object = {}) =>
  postgresExternal.external(postgresExternal.settings.parse({ ...rds, ...settings }), testContext(), origin);

const consumer: AnyComponent = {
  ...node('mlflow', {
    namespace: 'tracking',
    needs: { database: need(postgres, { database: 'mlflow', connections: 70 }, 'keeps runs') },
  }),
  build: () => undefined,
};

test('a component gets host, port and login of a server elsewhere', () => {
  const graph = new ServiceGraph([consumer], [bind({ port: 5433 })]);
  expect(wire(consumer, graph).needs.database).toEqual({
    endpoint: { host: rds.host, port: 5433 },
    database: 'mlflow',
    user: 'mlflow',
    password: expect.objectContaining({ name: 'mlflow-database', key: 'password' }),
    sslMode: 'require',
  });
});

test('the password is where the component is, and nowhere else', () => {
  const graph = new ServiceGraph([consumer], [bind()]);
  expect(placementsOf(graph)).toMatchObject([
    {
      name: 'mlflow-database',
      spec: { type: 'kubernetes.io/basic-auth', keys: { username: { kind: 'public', value: 'mlflow' } } },
      places: [{ namespace: 'tracking', component: 'mlflow' }],
    },
  ]);
});

test('databases may be called otherwise on the server', () => {
  const { offer } = bind({ databases: { mlflow: { database: 'ml_prod', user: 'ml-owner' } } });
  const graph = new ServiceGraph([consumer], [{ ...bind(), offer }]);
  expect(wire(consumer, graph).needs.database).toMatchObject({ database: 'ml_prod', user: 'ml-owner' });
  expect(placementsOf(graph)[0]?.spec.keys).toMatchObject({ username: { kind: 'public', value: 'ml-owner' } });
});

test('two components may not share a database unawares', () => {
  const other = {
    ...consumer,
    name: 'feast',
    needs: { sql: need(postgres, { database: 'features', connections: 20 }, 'keeps features') },
  };
  const shared = bind({ databases: { mlflow: { database: 'ml' }, features: { database: 'ml' } } });
  expect(new ServiceGraph([consumer, other], [shared]).problems.map(({ message }) => message)).toEqual([
    `feast asks external.postgres for the database "ml", which is mlflow's; ask for another`,
  ]);
});

test('only the addresses and the port that are named are opened', () => {
  expect(bind({ port: 6432, version: '17.6' })).toMatchObject({
    summary: `PostgreSQL 17.6 at ${rds.host}:6432.`,
    host: rds.host,
    addresses: { cidrs: ['10.20.0.0/24'] },
    ports: [6432],
  });
});

test('an address is no host, and a server without addresses could not be reached', () => {
  const issues = (settings: object) =>
    postgresExternal.settings.safeParse(settings).error?.issues.map(({ path }) => path[0]);
  expect(issues({ ...rds, host: '10.20.0.5' })).toEqual(['host']);
  expect(issues({ ...rds, addresses: [] })).toEqual(['addresses']);
});

describe('the certificate of the server', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\nAg==\n-----END CERTIFICATE-----\n';
  const KEY = PEM.replaceAll('CERTIFICATE', 'PRIVATE KEY');
  const handle = (settings: object) => wire(consumer, new ServiceGraph([consumer], [bind(settings)])).needs.database;
  const issues = (authority: string) =>
    postgresExternal.settings.safeParse({ ...rds, authority }).error?.issues.map(({ message }) => message);

  test('is checked against the authority that is named', () => {
    expect(handle({ authority: 'public' })).toMatchObject({ sslMode: 'verify-full' });
    expect(handle({ authority: 'public' })).not.toHaveProperty('authority');
    expect(handle({ authority: `\n${PEM}${PEM}\n` })).toMatchObject({
      sslMode: 'verify-full',
      authority: `${PEM}${PEM}`,
    });
  });

  test.each(['system', '/etc/ssl/ca.pem', PEM.slice(0, -10), KEY, `${PEM}${KEY}`, `x${PEM}`])('%j is none', (text) => {
    expect(issues(text)).toEqual([
      expect.stringContaining('is not a certificate; write public, or the whole PEM text'),
    ]);
  });
});

test('what components may open together is compared with what the server leaves them', () => {
  const other: AnyComponent = {
    ...consumer,
    name: 'feast',
    needs: { sql: need(postgres, { database: 'features', connections: 20 }, 'keeps features') },
  };
  const found = (settings: object) => new ServiceGraph([consumer, other], [bind(settings)]).problems;
  expect(found({})).toEqual([]);
  expect(found({ maxConnections: 90 })).toEqual([]);
  expect(found({ maxConnections: 89 })).toEqual([
    {
      origin,
      message:
        'mlflow may open 70 connections and feast 20, 90 together, and maxConnections leaves them 89; give the server a larger max_connections and say so here, or let them open fewer',
    },
  ]);
});
