import { App, Chart } from 'cdk8s';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { RedisStore, type RedisStoreProps } from './redis-store.ts';

const password = (name: string) => SecretRef.to(declaredSecret(name, ['password'], 'a test'), 'password');
const least: RedisStoreProps = {
  name: 'redis',
  flavour: 'durable',
  image: 'valkey:9',
  exporterImage: 'exporter:1',
  resources: { cpu: '100m', memory: '1Gi' },
  storage: '5Gi',
  users: [{ name: 'ray', passwords: [password('ray-state')], keys: ['RAYray:*'] }],
  adminPassword: password('redis-admin'),
  metricsPassword: password('redis-metrics'),
};
const { storage: _, ...withoutStorage } = least;
const evicting: RedisStoreProps = { ...withoutStorage, flavour: 'cache' };

// biome-ignore lint/suspicious/noExplicitAny: manifests as cdk8s returns them
function made(props: RedisStoreProps): (name: string) => any {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new RedisStore(chart, 'redis', props);
  const objects = chart.toJson();
  return (name) => objects.find(({ kind, metadata }) => `${kind}/${metadata.name}` === name);
}

test('the server is not replaced because of who uses it', () => {
  const two = [...least.users, { name: 'feast', passwords: [password('feast-online')], keys: ['*driver'] }] as const;
  expect(made({ ...least, users: two })('StatefulSet/redis')).toEqual(made(least)('StatefulSet/redis'));
  expect(made({ ...least, users: two })('Deployment/redis-users')).not.toEqual(made(least)('Deployment/redis-users'));
});

test('a durable store has a volume, and time to write when it is told to end', () => {
  const { spec } = made(least)('StatefulSet/redis');
  expect(spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe('5Gi');
  expect(spec.template.spec.terminationGracePeriodSeconds).toBe(60);
});

test('a cache has none', () => {
  const { spec } = made(evicting)('StatefulSet/redis');
  expect(spec).not.toHaveProperty('volumeClaimTemplates');
  expect(spec.template.spec.volumes).toContainEqual({ name: 'data', emptyDir: { sizeLimit: '16Mi' } });
});

test('no password is on a command line, in a file or in a probe', () => {
  const find = made(least);
  const pods = ['StatefulSet/redis', 'Deployment/redis-users'].map((name) => find(name).spec.template.spec);
  for (const { containers, initContainers = [] } of pods) {
    for (const { command, args, readinessProbe } of [...containers, ...initContainers]) {
      expect(JSON.stringify([command, args, readinessProbe])).not.toMatch(/REDIS_PASSWORD|credentials/);
    }
  }
  expect(JSON.stringify(['redis-config', 'redis-users'].map((name) => find(`ConfigMap/${name}`)))).not.toContain(
    'nopass ~',
  );
});

test('each has what it needs of the Secrets', () => {
  const secrets = (name: string) =>
    [...new Set(JSON.stringify(made(least)(name)).matchAll(/"name":"((?:ray|redis)-(?:state|admin|metrics))"/g))].map(
      ([, secret]) => secret,
    );
  expect(new Set(secrets('StatefulSet/redis'))).toEqual(new Set(['redis-admin', 'redis-metrics']));
  expect(new Set(secrets('Deployment/redis-users'))).toEqual(new Set(['redis-admin', 'ray-state']));
});

test('a store that nobody uses yet is one all the same', () => {
  expect(made({ ...least, users: [] })('Deployment/redis-users').spec.template.spec.volumes).not.toContainEqual(
    expect.objectContaining({ name: 'credentials' }),
  );
});

test.each([
  ['storage of a cache', { ...evicting, storage: '1Gi' }, 'a cache keeps nothing on disk'],
  ['no storage', { ...withoutStorage }, 'a durable store has no storage'],
  ['eviction of a durable store', { ...least, eviction: 'allkeys-lru' as const }, 'a durable store never evicts'],
  ['too little memory', { ...least, resources: { cpu: '1', memory: '16Mi' } }, 'leaves no room for keys'],
  ['a user twice', { ...least, users: [...least.users, ...least.users] }, 'two users are called "ray"'],
  [
    'a pattern that ends a rule',
    { ...least, users: [{ name: 'ray', passwords: [password('a')] as const, keys: ['a +@all'] as const }] },
    'is no pattern of keys',
  ],
  [
    "a user of the store's own",
    { ...least, users: [{ name: 'default', passwords: [password('a')] as const, keys: ['a'] as const }] },
    `"default" is a user of the store's own`,
  ],
])('%s is refused', (_what, props, message) => {
  expect(() => made(props)).toThrow(message);
});
