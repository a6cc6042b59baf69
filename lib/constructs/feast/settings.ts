import { stringify } from 'yaml';
import type { CacheHandle } from '../../contracts/cache.ts';
import type { ObjectStoreHandle } from '../../contracts/object-store.ts';
import type { PostgresHandle } from '../../contracts/postgres.ts';
import type { Endpoint } from '../../graph/endpoint.ts';
import type { EnvValue } from '../workload/index.ts';
import type { Json } from '../yaml-text.ts';

/** Where Feast keeps what was defined: entities, feature views, and up to when these are materialized. */
export type FeastRegistry =
  /** Each process keeps a copy for `cacheSeconds`, and goes on with it when the database is gone. */
  | {
      readonly kind: 'sql';
      readonly database: PostgresHandle;
      /** Most connections of one process. Default 3. */
      readonly connections?: number;
      /** Default 60. */
      readonly cacheSeconds?: number;
    }
  /** One file, which one process at a time may write: a volume of the registry server. */
  | { readonly kind: 'file'; readonly path: string; readonly cacheSeconds?: number }
  /** A registry server, asked for every request: nothing is kept. */
  | { readonly kind: 'remote'; readonly endpoint: Endpoint };

/** Where training data comes from. */
export type FeastOfflineStore =
  /** Parquet files, which Dask reads: below the bucket, or wherever the definitions say. */
  | { readonly kind: 'files'; readonly bucket?: ObjectStoreHandle }
  /** Parquet files on a volume, which DuckDB reads. In a bucket it would need an extension from the internet. */
  | { readonly kind: 'duckdb'; readonly directory: string }
  | { readonly kind: 'postgres'; readonly database: PostgresHandle }
  /** An offline server. */
  | { readonly kind: 'remote'; readonly endpoint: Endpoint };

export type FeastOnlineStore =
  | {
      readonly kind: 'redis';
      readonly cache: CacheHandle;
      /** Seconds after which an entity that nothing was written for is forgotten, in all views. Default: never. */
      readonly keyTtlSeconds?: number;
    }
  /** A feature server. */
  | { readonly kind: 'remote'; readonly url: string };

/** Whether servers ask who is there; what somebody may do is defined beside the features. */
export type FeastAuth =
  | { readonly kind: 'none' }
  /** By tokens of ServiceAccounts, and the roles that they are bound to in the server's namespace. */
  | { readonly kind: 'kubernetes' }
  | { readonly kind: 'oidc'; readonly issuer: string; readonly clientId: string };

/** What `feature_store.yaml` says. */
export interface FeastSettings {
  /** Letters, digits and underscores, the first no underscore. */
  readonly project: string;
  readonly registry: FeastRegistry;
  readonly onlineStore?: FeastOnlineStore;
  /** Default: files. */
  readonly offlineStore?: FeastOfflineStore;
  /** Default: none. */
  readonly auth?: FeastAuth;
}

export const PROJECT = /^[A-Za-z0-9][A-Za-z0-9_]*$/;

/** Directory of `feature_store.yaml` and the certificates it names. */
export const STORE_DIRECTORY = '/etc/feast';
export const STORE_FILE = 'feature_store.yaml';

/** What the image (UBI 9) trusts. Its libpq is too old for `sslrootcert=system`. */
const SYSTEM_AUTHORITIES = '/etc/pki/tls/certs/ca-bundle.crt';

/**
 * `feature_store.yaml`, without any credential: Feast puts environment variables in for `${…}` before it reads the file.
 *
 * They become part of the text. So every string is in single quotes, and passwords in the text must not have any; that of
 * the online store neither commas, double quotes nor backslashes. The password of a SQL registry is not in it at all:
 * libpq finds it by itself.
 */
export function featureStoreYaml({
  project,
  registry,
  onlineStore,
  offlineStore = { kind: 'files' },
  auth = { kind: 'none' },
}: FeastSettings): string {
  if (!PROJECT.test(project)) {
    throw new Error(
      `project "${project}" is no name of Feast; use letters, digits and underscores, the first no underscore`,
    );
  }
  const value: Json = {
    project,
    provider: 'local',
    registry: registryOf(registry),
    // Written out: Feast would make a SQLite file otherwise.
    online_store: onlineStore ? onlineStoreOf(onlineStore) : null,
    offline_store: offlineStoreOf(offlineStore),
    auth: authOf(auth),
    entity_key_serialization_version: 3,
  };
  return stringify(value, {
    version: '1.1',
    defaultStringType: 'QUOTE_SINGLE',
    defaultKeyType: 'PLAIN',
    sortMapEntries: true,
    lineWidth: 0,
  });
}

function registryOf(registry: FeastRegistry): Json {
  switch (registry.kind) {
    case 'sql':
      return {
        registry_type: 'sql',
        path: registryUri(registry.database),
        cache_ttl_seconds: registry.cacheSeconds ?? 60,
        sqlalchemy_config_kwargs: {
          pool_size: registry.connections ?? 3,
          max_overflow: 0,
          // A connection may have ended with the server it led to.
          pool_pre_ping: true,
        },
      };
    case 'file':
      return { registry_type: 'file', path: registry.path, cache_ttl_seconds: registry.cacheSeconds ?? 60 };
    case 'remote':
      return { registry_type: 'remote', path: `${registry.endpoint.host}:${registry.endpoint.port}` };
  }
}

function registryUri(database: PostgresHandle): string {
  const { endpoint, user, sslMode } = database;
  const query = new URLSearchParams({
    sslmode: sslMode,
    connect_timeout: '10',
    ...rootCertificate(database, REGISTRY),
  });
  return `postgresql+psycopg://${encodeURIComponent(user)}@${endpoint.host}:${endpoint.port}/${encodeURIComponent(database.database)}?${query}`;
}

const REGISTRY = 'registry.pem';
const OFFLINE = 'offline.pem';

function rootCertificate(database: PostgresHandle, file: string): { readonly sslrootcert?: string } {
  if (database.sslMode !== 'verify-full') return {};
  return { sslrootcert: database.authority === undefined ? SYSTEM_AUTHORITIES : `${STORE_DIRECTORY}/${file}` };
}

function onlineStoreOf(store: FeastOnlineStore): Json {
  if (store.kind === 'remote') return { type: 'remote', path: store.url };
  const { endpoint, tls, login } = store.cache;
  const parameters: Readonly<Record<string, string>> = {
    ...(tls && { ssl: 'true' }),
    // Values are read as JSON: in quotes, a password of digits stays what it is.
    ...(login?.username !== undefined && { username: `"${login.username}"` }),
    ...(login && { password: '"${FEAST_ONLINE_PASSWORD}"' }),
    // Requests otherwise hang as long as TCP does when the store is gone.
    socket_connect_timeout: '2',
    socket_timeout: '2',
  };
  return {
    type: 'redis',
    connection_string: [
      `${endpoint.host}:${endpoint.port}`,
      ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`),
    ].join(','),
    ...(store.keyTtlSeconds !== undefined && { key_ttl_seconds: store.keyTtlSeconds }),
  };
}

function offlineStoreOf(store: FeastOfflineStore): Json {
  switch (store.kind) {
    case 'files':
      return { type: 'dask' };
    case 'duckdb':
      return { type: 'duckdb' };
    case 'postgres': {
      const { endpoint, database, user, sslMode } = store.database;
      const { sslrootcert } = rootCertificate(store.database, OFFLINE);
      return {
        type: 'postgres',
        host: endpoint.host,
        port: endpoint.port,
        database,
        user,
        password: '${FEAST_OFFLINE_PASSWORD}',
        sslmode: sslMode,
        ...(sslrootcert !== undefined && { sslrootcert_path: sslrootcert }),
      };
    }
    case 'remote':
      return { type: 'remote', host: store.endpoint.host, port: store.endpoint.port };
  }
}

function authOf(auth: FeastAuth): Json {
  switch (auth.kind) {
    case 'none':
      return { type: 'no_auth' };
    case 'kubernetes':
      return { type: 'kubernetes' };
    case 'oidc':
      return {
        type: 'oidc',
        auth_discovery_url: `${auth.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        client_id: auth.clientId,
        issuer: auth.issuer,
        audience: auth.clientId,
      };
  }
}

/** The variables that the file speaks of, and what the libraries below Feast want to know. */
export function featureStoreEnv({
  registry,
  onlineStore,
  offlineStore,
}: FeastSettings): Readonly<Record<string, EnvValue>> {
  return {
    // The id has no home directory, and libraries look for one.
    HOME: '/tmp',
    ...(registry.kind === 'sql' && { PGPASSWORD: registry.database.password }),
    ...(onlineStore?.kind === 'redis' &&
      onlineStore.cache.login && { FEAST_ONLINE_PASSWORD: onlineStore.cache.login.password }),
    ...(offlineStore?.kind === 'postgres' && { FEAST_OFFLINE_PASSWORD: offlineStore.database.password }),
    ...(offlineStore?.kind === 'files' && offlineStore.bucket && bucketEnv(offlineStore.bucket)),
    ...(offlineStore?.kind === 'duckdb' && { FEAST_DATA: offlineStore.directory }),
  };
}

/** How Arrow gets at a bucket, and where definitions find their data. */
function bucketEnv(bucket: ObjectStoreHandle): Readonly<Record<string, EnvValue>> {
  if (bucket.protocol !== 's3') {
    throw new Error(
      `Feast reads files from S3 only, and the bucket is of the kind "${bucket.protocol}"; speak S3 to it, or take another offline store`,
    );
  }
  const { auth, endpoint, region } = bucket;
  return {
    FEAST_DATA: `s3://${bucket.bucket}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(endpoint !== undefined && { AWS_ENDPOINT_URL_S3: endpoint }),
    ...(endpoint !== undefined && auth.kind === 'keys' && { AWS_ENDPOINT_URL: endpoint }),
    ...(auth.kind === 'keys' && {
      AWS_ACCESS_KEY_ID: auth.accessKeyId,
      AWS_SECRET_ACCESS_KEY: auth.secretAccessKey,
    }),
  };
}

/** Who the cloud takes the pods for. */
export function identityOf({ offlineStore }: FeastSettings) {
  const bucket = offlineStore?.kind === 'files' ? offlineStore.bucket : undefined;
  return bucket?.auth.kind === 'workload-identity'
    ? { annotations: bucket.auth.serviceAccountAnnotations, podLabels: bucket.auth.podLabels }
    : { annotations: {}, podLabels: {} };
}

/** All files of the directory. */
export function storeFiles(settings: FeastSettings): Readonly<Record<string, string>> {
  const { registry, offlineStore } = settings;
  const authority = (database: PostgresHandle, file: string): Readonly<Record<string, string>> =>
    database.sslMode === 'verify-full' && database.authority !== undefined ? { [file]: database.authority } : {};
  return {
    [STORE_FILE]: featureStoreYaml(settings),
    ...(registry.kind === 'sql' && authority(registry.database, REGISTRY)),
    ...(offlineStore?.kind === 'postgres' && authority(offlineStore.database, OFFLINE)),
  };
}
