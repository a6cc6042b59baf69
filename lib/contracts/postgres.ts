import { contract } from '../graph/contract.ts';
import type { SecretRef } from '../graph/credential.ts';
import type { Endpoint } from '../graph/endpoint.ts';

export interface PostgresAsk {
  /** Name of the database, and of the role that owns it; unique in the environment. `[a-z][a-z0-9_]*`, at most 63. */
  readonly database: string;
}

/** Everything libpq needs. Passwords go through `PGPASSWORD`, so none ever has to be escaped into a URL. */
export interface PostgresHandle {
  readonly endpoint: Endpoint;
  readonly database: string;
  /** Role that owns the database. */
  readonly user: string;
  readonly password: SecretRef;
  /** libpq `sslmode`. */
  readonly sslMode: 'require' | 'verify-full';
}

/** A database of one's own in a PostgreSQL server, with a role that owns it. */
export const postgres = contract<PostgresAsk, PostgresHandle>('postgres', 'a PostgreSQL database');
