import { contract } from '../graph/contract.ts';
import type { SecretRef } from '../graph/credential.ts';
import type { Endpoint } from '../graph/endpoint.ts';

export interface PostgresAsk {
  /** Name of the database, and of the role that owns it; unique in the environment. `[a-z][a-z0-9_]*`, at most 63. */
  readonly database: string;
  /**
   * Most connections that all pods which use the database may hold at once: with every replica there can be, those that
   * a rollout adds, and Jobs beside them. What the server takes is compared with the sum of what all ask for.
   */
  readonly connections: number;
}

/** Everything libpq needs. Passwords go through `PGPASSWORD`, so none ever has to be escaped into a URL. */
export type PostgresHandle = {
  readonly endpoint: Endpoint;
  readonly database: string;
  /** Role that owns the database. */
  readonly user: string;
  readonly password: SecretRef;
} & PostgresTls;

/** How a connection is protected. */
export type PostgresTls =
  /** libpq `sslmode`: encrypted, whoever the server may be. */
  | { readonly sslMode: 'require' }
  | {
      /** Encrypted, and the server shows a certificate for its host name. */
      readonly sslMode: 'verify-full';
      /** Certificates of those who may sign it, as PEM text. Default: whoever the client's system trusts. */
      readonly authority?: string;
    };

/** A database of one's own in a PostgreSQL server, with a role that owns it. */
export const postgres = contract<PostgresAsk, PostgresHandle>('postgres', 'a PostgreSQL database');
