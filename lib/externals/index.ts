import { cacheExternal } from './cache.ts';
import type { AnyExternalKind } from './external.ts';
import { objectStoreExternal } from './object-store.ts';
import { oidcExternal } from './oidc.ts';
import { postgresExternal } from './postgres.ts';

/** Every contract that an environment can bind to a managed service. */
export const EXTERNAL_KINDS: readonly AnyExternalKind[] = [
  objectStoreExternal,
  postgresExternal,
  cacheExternal,
  oidcExternal,
];
