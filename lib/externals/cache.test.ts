import type { AnyComponent } from '../components/component.ts';
import { type CacheAsk, cache, cacheUrl } from '../contracts/cache.ts';
import { placementsOf } from '../derive/credentials.ts';
import { need } from '../graph/contract.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { node } from '../graph/testing.ts';
import { testContext } from '../platform/testing.ts';
import { wire } from '../platform/wire.ts';
import { cacheExternal } from './cache.ts';

const origin = { file: 'environments/prod/environment.yaml', path: ['external', 'cache'] };
const elastiCache = { host: 'master.ml.c1a2b3.euc1.cache.amazonaws.com', addresses: ['10.20.0.0/24'] };
const bind = (settings: object = {}) =>
  cacheExternal.external(cacheExternal.settings.parse({ ...elastiCache, ...settings }), testContext(), origin);

const asking = (ask: CacheAsk): AnyComponent => ({
  ...node('ray', { namespace: 'ray', needs: { state: need(cache, ask, 'keeps state') } }),
  build: () => undefined,
});
const durable = asking({ durability: 'durable', keys: ['RAYray:*'] });
const dropping = asking({ durability: 'cache' });

test('a component gets host, encryption and a login of its own', () => {
  const { state } = wire(durable, new ServiceGraph([durable], [bind({ durable: true })])).needs;
  expect(cacheUrl(state)).toBe(`rediss://${elastiCache.host}:6379`);
  expect(state.login).toMatchObject({ username: 'ray', password: { name: 'ray-state', key: 'password' } });
});

test('who makes the users is told which keys are whose', () => {
  const [placement] = placementsOf(new ServiceGraph([durable], [bind({ durable: true })]));
  expect(placement).toMatchObject({
    name: 'ray-state',
    spec: { why: `ray uses the keys RAYray:* at ${elastiCache.host}`, keys: { username: { value: 'ray' } } },
    places: [{ namespace: 'ray' }],
  });
});

test('users may be called otherwise on the server', () => {
  const graph = new ServiceGraph([durable], [bind({ durable: true, users: { ray: 'ml-ray' } })]);
  expect(wire(durable, graph).needs.state.login.username).toBe('ml-ray');
  expect(placementsOf(graph)[0]?.spec.keys).toMatchObject({ username: { value: 'ml-ray' } });
});

test('all may have one password, which nobody can generate', () => {
  const graph = new ServiceGraph([durable], [bind({ durable: true, login: 'password' })]);
  expect(wire(durable, graph).needs.state.login).toEqual({ password: expect.objectContaining({ name: 'ray-state' }) });
  expect(placementsOf(graph)[0]?.spec.keys).toEqual({
    password: { kind: 'provided', what: `the password of ${elastiCache.host}, which is the same for all` },
  });
});

test('there may be no login, and no encryption', () => {
  const graph = new ServiceGraph([dropping], [bind({ login: 'none', tls: false })]);
  expect(wire(dropping, graph).needs.state).toEqual({ endpoint: { host: elastiCache.host, port: 6379 }, tls: false });
  expect(placementsOf(graph)).toEqual([]);
});

test('it is no place for what must not be lost, unless it is said to be', () => {
  const messages = (...args: ConstructorParameters<typeof ServiceGraph>) =>
    new ServiceGraph(...args).problems.map(({ message }) => message);
  expect(messages([durable], [bind()])).toEqual([
    "ray needs a key-value store that speaks Redis' protocol (keeps state), but external.cache may lose what is written; set external.cache.durable if it does not",
  ]);
  expect(messages([dropping], [bind()])).toEqual([]);
  expect(messages([dropping], [bind({ durable: true })])).toEqual([]);
});

test('only the addresses and the port that are named are opened', () => {
  expect(bind({ port: 10000, version: 'Valkey 8.1' })).toMatchObject({
    summary: `Valkey 8.1 at ${elastiCache.host}:10000.`,
    host: elastiCache.host,
    addresses: { cidrs: ['10.20.0.0/24'] },
    ports: [10000],
  });
});

test.each([
  [{ users: { ray: 'x' }, login: 'none' }, 'users: says users, but login is none; leave one of them out'],
  [{ users: { ray: 'a b' } }, 'users.ray: is not a name of a user; write it like ray or ml-prod'],
  [{ version: '8.1' }, 'version: is not a product with its version; write it like Valkey 8.1'],
])('%j is refused', (settings, message) => {
  const issues = cacheExternal.settings.safeParse({ ...elastiCache, ...settings }).error?.issues;
  expect(issues?.map(({ path, message: said }) => `${path.join('.')}: ${said}`)).toEqual([message]);
});
