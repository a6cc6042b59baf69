import type { PostgresHandle } from '../../contracts/postgres.ts';
import type { ConfigFiles, EnvValue } from '../workload/index.ts';

const DIRECTORY = '/etc/mlflow-database';
const AUTHORITY = 'authority.pem';

/**
 * The database as SQLAlchemy takes it, without its password: libpq finds that in `PGPASSWORD`. So no character of it
 * has to be escaped, and it appears in no argument, file or log.
 */
export function databaseUri({ endpoint, user, database }: PostgresHandle): string {
  return `postgresql+psycopg2://${encodeURIComponent(user)}@${endpoint.host}:${endpoint.port}/${encodeURIComponent(database)}`;
}

/** What the address leaves open, in the environment variables of libpq. */
export function databaseEnv(database: PostgresHandle): Readonly<Record<string, EnvValue>> {
  return {
    PGPASSWORD: database.password,
    PGSSLMODE: database.sslMode,
    ...trust(database),
    // Without it a connection to a database that is gone hangs until TCP gives up, for minutes.
    PGCONNECT_TIMEOUT: '10',
  };
}

function trust(database: PostgresHandle): Readonly<Record<string, string>> {
  if (database.sslMode !== 'verify-full') return {};
  if (database.authority !== undefined) return { PGSSLROOTCERT: `${DIRECTORY}/${AUTHORITY}` };
  // The driver brings an OpenSSL of its own that does not know where the image keeps the certificates it trusts.
  return { PGSSLROOTCERT: 'system', SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt' };
}

/** The files that `databaseEnv` speaks of, for containers that connect. `owner` is the workload they are made for. */
export function databaseFiles(
  owner: string,
  database: PostgresHandle,
  containers?: readonly string[],
): readonly ConfigFiles[] {
  if (database.sslMode !== 'verify-full' || database.authority === undefined) return [];
  const files = { [AUTHORITY]: database.authority };
  return [{ name: `${owner}-database`, path: DIRECTORY, files, ...(containers && { containers }) }];
}
