import type { PostgresHandle } from '../../contracts/postgres.ts';
import type { ConfigFiles, EnvValue } from '../workload/index.ts';

const DIRECTORY = '/etc/jupyterhub-database';
const AUTHORITY = 'authority.pem';

/** SQLAlchemy's pool in the hub, which is one process with one session: two for it, three for bursts. */
export const ENGINE = { pool_size: 2, max_overflow: 3, pool_pre_ping: true } as const;

/** Most connections the hub holds: its pool, and one that brings the tables up to date when it starts. */
export const HUB_CONNECTIONS = ENGINE.pool_size + ENGINE.max_overflow + 1;

/** The database as SQLAlchemy takes it, without its password: libpq finds that in `PGPASSWORD`. */
export const databaseUrl = ({ endpoint, user, database }: PostgresHandle): string =>
  `postgresql+psycopg2://${encodeURIComponent(user)}@${endpoint.host}:${endpoint.port}/${encodeURIComponent(database)}`;

export function databaseEnv(database: PostgresHandle): Readonly<Record<string, EnvValue>> {
  return {
    PGPASSWORD: database.password,
    PGSSLMODE: database.sslMode,
    // Not `system`: the libpq of the image may be older than 16.
    ...(database.sslMode === 'verify-full' && {
      PGSSLROOTCERT:
        database.authority === undefined ? '/etc/ssl/certs/ca-certificates.crt' : `${DIRECTORY}/${AUTHORITY}`,
    }),
    // Without it a connection to a database that is gone hangs until TCP gives up, for minutes.
    PGCONNECT_TIMEOUT: '10',
  };
}

/** The files that `databaseEnv` speaks of. */
export const databaseFiles = (name: string, database: PostgresHandle): readonly ConfigFiles[] =>
  database.sslMode === 'verify-full' && database.authority !== undefined
    ? [{ name: `${name}-database`, path: DIRECTORY, files: { [AUTHORITY]: database.authority } }]
    : [];
