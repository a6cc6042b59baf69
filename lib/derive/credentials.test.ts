import type { AnyComponent } from '../components/component.ts';
import { credential, generated, publicKey } from '../graph/credential.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { external, needs, node, offers } from '../graph/testing.ts';
import { declared, placementsOf } from './credentials.ts';

const login = credential({
  keys: { username: publicKey('mlflow'), password: generated() },
  why: 'role in the database',
});
const component = (...args: Parameters<typeof node>): AnyComponent => ({ ...node(...args), build: () => undefined });
const places = (graph: ServiceGraph<AnyComponent>) =>
  placementsOf(graph).map((p) => [p.name, p.places.map(({ namespace, component }) => `${namespace} of ${component}`)]);

test('the credential of a need exists where the provider lives, which makes it, and where the consumer lives', () => {
  const graph = new ServiceGraph([
    component('mlflow', { namespace: 'tracking', needs: { database: needs('sql') } }),
    component('postgres', { namespace: 'data', offers: { sql: offers('sql', { credential: () => login }) } }),
  ]);
  expect(places(graph)).toEqual([['mlflow-database', ['data of postgres', 'tracking of mlflow']]]);
});

test('in one namespace, and for a managed service, it exists once', () => {
  const consumer = component('mlflow', { namespace: 'data', needs: { objectStore: needs('sql') } });
  const provider = component('postgres', {
    namespace: 'data',
    offers: { sql: offers('sql', { credential: () => login }) },
  });
  expect(places(new ServiceGraph([consumer, provider]))).toEqual([['mlflow-object-store', ['data of mlflow']]]);
  const rds = external('sql', { offer: offers('sql', { credential: () => login }) });
  expect(places(new ServiceGraph([consumer], [rds]))).toEqual([['mlflow-object-store', ['data of mlflow']]]);
});

test('an offer without a credential places none', () => {
  const graph = new ServiceGraph([
    component('a', { needs: { b: needs('b') } }),
    component('b', { offers: { b: offers('b') } }),
  ]);
  expect(placementsOf(graph)).toEqual([]);
});

test('secrets of its own are named after the component', () => {
  const graph = new ServiceGraph([component('minio', { namespace: 'data', credentials: { rootUser: login } })]);
  expect(places(graph)).toEqual([['minio-root-user', ['data of minio']]]);
  expect(placementsOf(graph).map(declared)).toEqual([
    {
      name: 'minio-root-user',
      keys: ['username', 'password'],
      madeBy: 'credential "minio-root-user": role in the database',
    },
  ]);
});

test('a shared credential is one value, wherever its readers are', () => {
  const graph = new ServiceGraph([
    component('notebook', { namespace: 'team-a', needs: { ray: needs('ray') } }),
    component('ray', {
      namespace: 'ray',
      credentials: { token: login },
      offers: { ray: offers('ray', { shares: 'token' }) },
    }),
    component('team-a', { namespace: 'team-a', needs: { ray: needs('ray') } }),
    component('team-b', { namespace: 'team-b', needs: { ray: needs('ray') } }),
  ]);
  expect(places(graph)).toEqual([['ray-token', ['ray of ray', 'team-a of notebook', 'team-b of team-b']]]);
});
