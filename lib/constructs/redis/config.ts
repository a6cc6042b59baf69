/**
 * `cache`: full memory evicts keys, and nothing is kept on disk. `durable`: full memory refuses writes, and what was
 * written is on a volume within a second.
 */
export type RedisFlavour = 'cache' | 'durable';

/** Which keys go when the memory of a cache is full. Source: Valkey docs, Key eviction. */
export type RedisEviction = 'allkeys-lru' | 'allkeys-lfu' | 'volatile-lru' | 'volatile-ttl';

export const REDIS_PORT = { name: 'redis', port: 6379 } as const;

export const DATA_DIRECTORY = '/data';
/** Beside the data: what became of users while it ran is there when it starts again. */
export const USERS_FILE = `${DATA_DIRECTORY}/users.acl`;

/**
 * Of the memory limit: keys and clients. The rest is for fragmentation, and for a durable store for the pages that
 * change while a fork of it rewrites the log.
 */
const SHARE: Readonly<Record<RedisFlavour, number>> = { cache: 0.8, durable: 0.6 };

/** Bytes that keys and clients may take, in whole MiB. */
export const maxMemory = (flavour: RedisFlavour, memory: string): number =>
  Math.floor((bytesOf(memory) * SHARE[flavour]) / 2 ** 20) * 2 ** 20;

/** Powers of a thousand, or with `i` of 1024. Source: Kubernetes docs, Quantity. */
const UNITS: Readonly<Record<string, number>> = { m: -1, '': 0, k: 1, K: 1, M: 2, G: 3, T: 4, P: 5, E: 6 };

function bytesOf(memory: string): number {
  const [, number, unit = '', binary] = /^([0-9]+(?:\.[0-9]+)?)([mkKMGTPE]?)(i?)$/.exec(memory) ?? [];
  const power = UNITS[unit];
  if (number === undefined || power === undefined) {
    throw new Error(`memory is "${memory}"; write it like 512Mi or 2Gi`);
  }
  return Number(number) * (binary ? 1024 : 1000) ** power;
}

/** `valkey.conf`. Source: the one that comes with Valkey 9.1, which explains every line. */
export function redisConfig(flavour: RedisFlavour, memory: string, eviction: RedisEviction): string {
  return [
    'bind * -::*',
    `port ${REDIS_PORT.port}`,
    // Would only let this pod in while the default user has no password; that user is off.
    'protected-mode no',
    `dir ${DATA_DIRECTORY}`,
    `aclfile ${USERS_FILE}`,
    `maxmemory ${maxMemory(flavour, memory)}`,
    `maxmemory-policy ${flavour === 'cache' ? eviction : 'noeviction'}`,
    // Snapshots: the log below loses less, and a cache nothing of worth.
    'save ""',
    ...(flavour === 'durable'
      ? ['appendonly yes', 'appendfsync everysec', 'aof-timestamp-enabled no', 'auto-aof-rewrite-min-size 64mb']
      : ['appendonly no']),
    // Frees large keys beside the thread that answers.
    'lazyfree-lazy-eviction yes',
    'lazyfree-lazy-expire yes',
    // Finds clients whose node is gone.
    'tcp-keepalive 60',
    'latency-tracking yes',
    '',
  ].join('\n');
}
