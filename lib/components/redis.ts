import { z } from 'zod';
import { compareText, groupBy } from '../collections.ts';
import type { EnvironmentContext } from '../config/context.ts';
import { cpuQuantity, memoryQuantity, parseQuantity, storageQuantity } from '../config/scalars.ts';
import {
  keyPatternProblem,
  REDIS_METRICS_PORT,
  REDIS_PORT,
  type RedisFlavour,
  RedisStore,
  type RedisStoreProps,
  type RedisThresholds,
  type RedisUser,
  redisAlerts,
  userNameProblem,
} from '../constructs/redis/index.ts';
import { type CacheAsk, cache, keysOf } from '../contracts/cache.ts';
import type { Origin } from '../graph/component.ts';
import type { Consumer } from '../graph/contract.ts';
import { secretOffer } from '../graph/contract.ts';
import { credential, type DeclaredSecret, generated, publicKey, SecretRef } from '../graph/credential.ts';
import { IMAGES } from '../platform/versions.ts';
import { type AnyComponent, defineComponent, defineKind } from './component.ts';

const memory = (standard: string, share: string) =>
  memoryQuantity
    .refine((quantity) => parseQuantity(quantity) >= 64 * 2 ** 20, {
      error: 'is so little that nothing is left for keys; give it 64Mi or more',
    })
    .default(standard)
    .describe(`Memory it asks for and may use; ${share} of it are for keys. At least 64Mi. Default ${standard}.`);
const cpu = cpuQuantity.default('100m').describe('CPU it asks for. It answers on one core. Default 100m.');

const durable = z
  .strictObject({
    resources: z
      .strictObject({ cpu, memory: memory('1Gi', '60 %') })
      .prefault({})
      .describe('What it asks for.'),
    storage: z
      .strictObject({
        size: storageQuantity
          .default('5Gi')
          .describe(
            'Volume of its log: at least three times its memory, since the log is rewritten beside itself. Default 5Gi.',
          ),
      })
      .prefault({})
      .describe('Its volume.'),
    alerts: z
      .strictObject({
        memory: z
          .number()
          .min(1)
          .max(99)
          .default(80)
          .describe('Percent of the memory for keys at which somebody is told. Default 80.'),
      })
      .prefault({})
      .describe('When somebody is told, where there is monitoring.'),
  })
  .superRefine(({ storage, resources }, context) => {
    if (parseQuantity(storage.size) >= parseQuantity(resources.memory)) return;
    const message = `is less than its memory of ${resources.memory}, all of which may stand in the log; give it three times as much`;
    context.addIssue({ code: 'custom', path: ['storage', 'size'], message });
  });

const evicting = z.strictObject({
  resources: z
    .strictObject({ cpu, memory: memory('512Mi', '80 %') })
    .prefault({})
    .describe('What it asks for.'),
  eviction: z
    .enum(['allkeys-lru', 'allkeys-lfu', 'volatile-lru', 'volatile-ttl'])
    .default('allkeys-lru')
    .describe(
      'Which keys go when memory is full: of all keys those that were not used for longest (allkeys-lru, the default) or least often (allkeys-lfu); or only of those with a time to live, the longest unused (volatile-lru) or the first to expire (volatile-ttl).',
    ),
});

const settings = z.strictObject({
  durable: durable
    .optional()
    .describe(
      'A store that forgets nothing: for online features and the state of Ray clusters. Default: there, unless only `cache` is set.',
    ),
  cache: evicting
    .optional()
    .describe(
      'A store that drops keys when it is full, and all of them when it restarts. Default: none; those who ask for one use the durable store.',
    ),
});

/** Asks and secrets of those who use a store, as its users. Who asks twice is one user with two passwords. */
function usersOf(
  consumers: readonly (Consumer & { readonly ask: CacheAsk; readonly secret: DeclaredSecret })[],
): readonly RedisUser[] {
  return [...groupBy(consumers, ({ name }) => name)]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([name, [first, ...more]]) => {
      if (!first) return [];
      const password = ({ secret }: typeof first) => SecretRef.to(secret, 'password');
      const [key, ...keys] = keysOf(first.ask, first);
      return [
        {
          name,
          passwords: [password(first), ...more.map(password)],
          keys: [key, ...keys, ...more.flatMap((one) => keysOf(one.ask, one))],
        } satisfies RedisUser,
      ];
    });
}

const store = (flavour: RedisFlavour, serves: (ask: CacheAsk) => boolean) =>
  secretOffer(cache, {
    ports: [REDIS_PORT],
    serves: (_, ask) => serves(ask),
    ...(flavour === 'cache' && { limits: 'keeps nothing over a restart; set components.redis.durable beside it' }),
    refuse: (ask, consumer) => {
      const problem = [userNameProblem(consumer.name), ...keysOf(ask, consumer).map(keyPatternProblem)].find(
        (one) => one !== undefined,
      );
      return problem && `${consumer.name} cannot be a user: ${problem}`;
    },
    credential: (ask, consumer) =>
      credential({
        keys: { username: publicKey(consumer.name), password: generated(40) },
        why: `${consumer.name} uses the keys ${keysOf(ask, consumer).join(' and ')}`,
      }),
    handle: ({ endpoint, consumer, secret }) => ({
      endpoint,
      tls: false,
      login: { username: consumer.name, password: SecretRef.to(secret, 'password') },
    }),
  });

interface Server {
  readonly flavour: RedisFlavour;
  readonly summary: string;
  readonly serves: (ask: CacheAsk) => boolean;
  readonly resources: { readonly cpu: string; readonly memory: string };
  /** What only one of the two has. */
  readonly own: Pick<RedisStoreProps, 'eviction' | 'storage' | 'storageClass'>;
  readonly thresholds?: RedisThresholds;
}

function server(
  name: string,
  { flavour, ...it }: Server,
  environment: EnvironmentContext,
  origin: Origin,
): AnyComponent {
  const namespace = environment.namespace('data');
  return defineComponent({
    name,
    layer: 'data',
    namespace,
    summary: it.summary,
    version: IMAGES.valkey.tag,
    origin,
    needs: {},
    offers: { store: store(flavour, it.serves) },
    credentials: {
      admin: credential({
        keys: { password: generated(40) },
        why: `the administrator of ${name}, who makes the users of those who ask`,
      }),
      metrics: credential({
        keys: { password: generated(40) },
        why: `the exporter of metrics reads what ${name} says of itself`,
      }),
    },
    peers: { ports: [REDIS_PORT], why: 'a pod beside the server makes its users' },
    metrics: [{ via: 'pod', port: REDIS_METRICS_PORT }],
    alerts: redisAlerts({ job: name, namespace, flavour, ...(it.thresholds && { thresholds: it.thresholds }) }),
    build(chart, { consumers, credentials }) {
      new RedisStore(chart, 'store', {
        name,
        flavour,
        image: environment.image('valkey'),
        exporterImage: environment.image('redis-exporter'),
        resources: it.resources,
        ...it.own,
        users: usersOf(consumers.store),
        adminPassword: SecretRef.to(credentials.admin, 'password'),
        metricsPassword: SecretRef.to(credentials.metrics, 'password'),
      });
    },
  });
}

/** Valkey, as a durable store, a cache, or both: a user with keys of its own for each who asks. */
export const redisKind = defineKind({
  name: 'redis',
  summary: "Valkey, a key-value store that speaks Redis' protocol, with a user and keys of its own for each who asks.",
  settings,
  offers: [cache],
  components: ({ durable: asked, cache: dropping }, environment, origin) => {
    const storageClass = environment.cluster.storageClasses.block;
    const keeping = asked ?? (dropping === undefined ? durable.parse({}) : undefined);
    const servers: AnyComponent[] = [];
    if (keeping) {
      const it: Server = {
        flavour: 'durable',
        summary: 'Valkey, key-value store that keeps what is written.',
        serves: ({ durability }) => durability === 'durable' || dropping === undefined,
        resources: keeping.resources,
        own: { storage: keeping.storage.size, ...(storageClass !== undefined && { storageClass }) },
        thresholds: keeping.alerts,
      };
      servers.push(server('redis', it, environment, origin));
    }
    if (dropping) {
      const it: Server = {
        flavour: 'cache',
        summary: 'Valkey, key-value store that drops keys when it is full.',
        serves: ({ durability }) => durability === 'cache',
        resources: dropping.resources,
        own: { eviction: dropping.eviction },
      };
      servers.push(server('redis-cache', it, environment, origin));
    }
    return servers;
  },
});
