import type { PostgresHandle } from '../../contracts/postgres.ts';
import type { EnvValue } from '../workload/index.ts';

/**
 * The database as SQLAlchemy takes it, without its password: libpq finds that in `PGPASSWORD`. So no character of it
 * has to be escaped, and it appears in no argument, file or log.
 */
export function databaseUri({ endpoint, user, database }: PostgresHandle): string {
  return `postgresql+psycopg2://${encodeURIComponent(user)}@${endpoint.host}:${endpoint.port}/${encodeURIComponent(database)}`;
}

/** What the address leaves open, in the environment variables of libpq. */
export function databaseEnv({ password, sslMode }: PostgresHandle): Readonly<Record<string, EnvValue>> {
  return {
    PGPASSWORD: password,
    PGSSLMODE: sslMode,
    // The driver brings an OpenSSL of its own that does not know where the image keeps the certificates it trusts.
    ...(sslMode === 'verify-full' && {
      PGSSLROOTCERT: 'system',
      SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
    }),
    // Without it a connection to a database that is gone hangs until TCP gives up, for minutes.
    PGCONNECT_TIMEOUT: '10',
  };
}
