import type { Consumer } from '../graph/contract.ts';
import { contract } from '../graph/contract.ts';
import type { SecretRef } from '../graph/credential.ts';
import type { Endpoint } from '../graph/endpoint.ts';

export interface CacheAsk {
  /**
   * `durable`: what is written is not lost with a restart and never evicted; `cache`: it may be, and clients can make
   * it again.
   */
  readonly durability: 'cache' | 'durable';
  /**
   * What the names of its keys and channels look like, as patterns with `*`: nobody else may use them, where the server
   * can hold others off. Default: `<consumer>:*`.
   */
  readonly keys?: readonly [string, ...string[]];
}

/** Patterns of the keys that a consumer uses. */
export const keysOf = (ask: CacheAsk, consumer: Pick<Consumer, 'name'>): readonly [string, ...string[]] =>
  ask.keys ?? [`${consumer.name}:*`];

/** What a client of Redis' protocol needs. */
export interface CacheHandle {
  readonly endpoint: Endpoint;
  /** Whether connections are encrypted: `rediss://`. */
  readonly tls: boolean;
  /** Absent where the server asks for no login. */
  readonly login?: { readonly username?: string; readonly password: SecretRef };
}

/** A key-value store that speaks Redis' protocol: Valkey, Redis, ElastiCache, Memorystore. */
export const cache = contract<CacheAsk, CacheHandle>('cache', "a key-value store that speaks Redis' protocol");

/** The server as Redis clients take it, without login. */
export const cacheUrl = ({ endpoint, tls }: CacheHandle): string =>
  `${tls ? 'rediss' : 'redis'}://${endpoint.host}:${endpoint.port}`;
