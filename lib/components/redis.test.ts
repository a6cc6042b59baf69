import { type CacheAsk, cache, cacheUrl } from '../contracts/cache.ts';
import { placementsOf } from '../derive/credentials.ts';
import { flowsOf } from '../derive/flows.ts';
import { need } from '../graph/contract.ts';
import { portNumbers } from '../graph/flow.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { node } from '../graph/testing.ts';
import { surroundingsOf } from '../platform/surroundings.ts';
import { objectsOf, testContext } from '../platform/testing.ts';
import { wire } from '../platform/wire.ts';
import type { AnyComponent } from './component.ts';
import { redisKind } from './redis.ts';

const environment = testContext('test-');
const origin = { file: 'environments/test/environment.yaml', path: ['components', 'redis'] };
const redis = (settings: object = {}): readonly AnyComponent[] =>
  redisKind.components(redisKind.settings.parse(settings), environment, origin);
function only(components: readonly AnyComponent[]): AnyComponent {
  const [component] = components;
  if (!component || components.length > 1) throw new Error(`${components.length} components`);
  return component;
}

const asking = (name: string, ask: CacheAsk, more: Readonly<Record<string, CacheAsk>> = {}): AnyComponent => ({
  ...node(name, {
    namespace: `test-${name}`,
    needs: Object.fromEntries(
      Object.entries({ state: ask, ...more }).map(([key, asked]) => [key, need(cache, asked, 'keeps state')]),
    ),
  }),
  build: () => undefined,
});
const ray = asking('ray', { durability: 'durable', keys: ['RAYray:*'] });
const web = asking('web', { durability: 'cache' });
const problems = (...components: AnyComponent[]) => new ServiceGraph(components).problems.map(({ message }) => message);
const providerOf = (consumer: AnyComponent, ...components: readonly AnyComponent[]) => {
  const [edge] = new ServiceGraph([consumer, ...components]).outOf(consumer);
  return edge?.provider.kind === 'component' ? edge.provider.component.name : undefined;
};

test('without settings there is a durable store, for those who want a cache too', () => {
  expect(redis().map(({ name }) => name)).toEqual(['redis']);
  expect([providerOf(ray, ...redis()), providerOf(web, ...redis())]).toEqual(['redis', 'redis']);
});

test('with both, each has the one it asks for', () => {
  const both = redis({ durable: {}, cache: {} });
  expect(both.map(({ name }) => name)).toEqual(['redis', 'redis-cache']);
  expect([providerOf(ray, ...both), providerOf(web, ...both)]).toEqual(['redis', 'redis-cache']);
});

test('a cache is nothing for those who cannot make things again', () => {
  expect(problems(ray, web, ...redis({ cache: {} }))).toEqual([
    "ray needs a key-value store that speaks Redis' protocol (keeps state), but redis-cache keeps nothing over a restart; set components.redis.durable beside it",
  ]);
});

test('each who asks is a user of its own, with its own keys', () => {
  const store = only(redis());
  const graph = new ServiceGraph([ray, web, store]);
  const { state } = wire(ray, graph).needs;
  expect(state).toMatchObject({
    tls: false,
    login: { username: 'ray', password: { name: 'ray-state', key: 'password' } },
  });
  expect(cacheUrl(state)).toBe('redis://redis.test-data.svc:6379');
  const credentials = placementsOf(graph).map(({ name, spec, places }) => [
    name,
    places.map(({ namespace }) => namespace),
    spec.why,
  ]);
  expect(credentials).toEqual(
    expect.arrayContaining([
      ['ray-state', ['test-data', 'test-ray'], 'ray uses the keys RAYray:*'],
      ['web-state', ['test-data', 'test-web'], 'web uses the keys web:*'],
      ['redis-admin', ['test-data'], expect.any(String)],
      ['redis-metrics', ['test-data'], expect.any(String)],
    ]),
  );
  const rules = objectsOf(store, [ray, web]).find(({ metadata }) => metadata.name === 'redis-users')?.data;
  expect(rules).toMatchObject({ rules: expect.stringMatching(/^ray ~RAYray:\* .*\nweb ~web:\* /) });
});

test('who asks twice is one user, with either password', () => {
  const twice = asking(
    'ray',
    { durability: 'durable', keys: ['a:*'] },
    { other: { durability: 'cache', keys: ['b:*'] } },
  );
  const text = JSON.stringify(objectsOf(only(redis()), [twice]));
  expect(text).toContain('ray ~a:* ~b:* ');
  expect(text).toMatch(/"path":"ray\/0"[^[]*"name":"ray-state"|"name":"ray-state"[^[]*"path":"ray\/0"/);
  expect(text).toContain('"path":"ray/1"');
});

test('who cannot be a user is told so', () => {
  expect(problems(asking('metrics', { durability: 'cache' }), ...redis())).toEqual([
    `metrics cannot be a user: "metrics" is a user of the store's own; take another name than default, admin, metrics, probe`,
  ]);
  expect(problems(asking('web', { durability: 'cache', keys: ['a b'] }), ...redis())).toEqual([
    'web cannot be a user: "a b" is no pattern of keys; write it without spaces, quotes and backslashes, like features:*',
  ]);
});

test('others reach its port, and its own pod that makes users does', () => {
  const graph = new ServiceGraph([ray, ...redis()]);
  const flows = flowsOf(graph, surroundingsOf(environment), new Map()).map(
    ({ from, to, ports }) => `${from.name} to ${to.name}: ${portNumbers(ports).join(' ')}`,
  );
  expect(flows).toEqual(expect.arrayContaining(['ray to redis: 6379', 'redis to redis: 6379']));
});

test('settings reach the server', () => {
  const [store, dropping] = redis({
    durable: { resources: { memory: '2Gi' }, storage: { size: '8Gi' }, alerts: { memory: 60 } },
    cache: { eviction: 'volatile-ttl' },
  });
  if (!store || !dropping) throw new Error('no two components');
  const text = JSON.stringify(objectsOf(store));
  expect(text).toContain('maxmemory-policy noeviction');
  expect(text).toContain('"storage":"8Gi"');
  expect(text).toContain('"storageClassName":"standard"');
  expect(text).toContain('"memory":"2Gi"');
  expect(store.alerts?.map(({ expr }) => expr).join()).toContain('> 60');
  expect(JSON.stringify(objectsOf(dropping))).toContain('maxmemory-policy volatile-ttl');
});

test.each([
  [
    { durable: { resources: { memory: '32Mi' } } },
    'durable.resources.memory: is so little that nothing is left for keys; give it 64Mi or more',
  ],
  [
    { durable: { resources: { memory: '8Gi' } } },
    'durable.storage.size: is less than its memory of 8Gi, all of which may stand in the log; give it three times as much',
  ],
])('%j is refused', (settings, message) => {
  const issues = redisKind.settings.safeParse(settings).error?.issues;
  expect(issues?.map(({ path, message: said }) => `${path.join('.')}: ${said}`)).toEqual([message]);
});
