import type { PostgresHandle } from '../../contracts/postgres.ts';
import type { SecretRef } from '../../graph/credential.ts';
import type { Json } from '../yaml-text.ts';
import { connectorConfig } from './connector-config.ts';
import type { DexConnector } from './connectors.ts';
import { DEX_PORT, DEX_TELEMETRY_PORT } from './ports.ts';
import { clientSecretVariable, DATABASE_PASSWORD, literal, use } from './variables.ts';

/** A program that people sign in to. */
export interface DexClient {
  readonly id: string;
  /** What the pages call it. */
  readonly title: string;
  /** Where browsers may be sent back to; every other address is refused. Compared byte by byte. */
  readonly redirectUris: readonly [string, ...string[]];
  readonly secret: SecretRef;
}

/** Somebody whose password Dex compares itself. For a laptop: nobody can change it, and it is public as a hash. */
export interface DexStaticUser {
  readonly email: string;
  /** bcrypt, of a cost from 10 on: `$2y$10$...`. */
  readonly hash: string;
  /** `preferred_username`. Default: the part of the address before the @. */
  readonly username?: string;
  readonly groups?: readonly string[];
}

/** In seconds. */
export interface DexLifetimes {
  /** How long a client may rely on what it was told, and an access token is taken. Default 1 hour. */
  readonly idToken?: number;
  /** How long somebody may take to sign in. Default 15 minutes. */
  readonly signIn?: number;
  /** How long a refresh token that is not used can still be. Default 7 days. */
  readonly refreshIdle?: number;
  /** How long a refresh token can be used at all. Default 30 days. */
  readonly refresh?: number;
  /** How long one key signs. Default 6 hours. */
  readonly signingKey?: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const DEX_LIFETIMES = {
  idToken: HOUR,
  signIn: 15 * MINUTE,
  refreshIdle: 7 * DAY,
  refresh: 30 * DAY,
  signingKey: 6 * HOUR,
} as const satisfies Required<DexLifetimes>;

export interface DexConfigProps {
  /** Public URL, without a slash at the end: `https://dex.example.com`. */
  readonly issuer: string;
  readonly database: PostgresHandle;
  /** File with the authority of the database's certificate, where it has one. */
  readonly authorityFile: string | undefined;
  readonly connections: number;
  readonly clients: readonly DexClient[];
  readonly connectors: readonly DexConnector[];
  readonly staticUsers: readonly DexStaticUser[];
  readonly lifetimes: DexLifetimes;
}

/** Dex's configuration file. Secrets are in it only by the names of the variables that hold them. */
export function dexConfig(props: DexConfigProps): Json {
  const { issuer, clients, connectors, staticUsers } = props;
  const lifetimes = { ...DEX_LIFETIMES, ...props.lifetimes };
  return {
    issuer,
    storage: { type: 'postgres', config: storage(props) },
    web: { http: `0.0.0.0:${DEX_PORT.port}`, headers: headers(issuer) },
    telemetry: { http: `0.0.0.0:${DEX_TELEMETRY_PORT.port}` },
    logger: { level: 'info', format: 'json' },
    oauth2: {
      // Implicit flows put tokens into addresses; the device flow lets a stranger ask for a code.
      responseTypes: ['code'],
      grantTypes: ['authorization_code', 'refresh_token'],
      // All clients are the platform's own: nobody has to be asked whether they may know who is there.
      skipApprovalScreen: true,
    },
    expiry: {
      idTokens: seconds(lifetimes.idToken),
      authRequests: seconds(lifetimes.signIn),
      refreshTokens: {
        validIfNotUsedFor: seconds(lifetimes.refreshIdle),
        absoluteLifetime: seconds(lifetimes.refresh),
      },
    },
    signer: { type: 'local', config: { keysRotationPeriod: seconds(lifetimes.signingKey) } },
    staticClients: clients.map(({ id, title, redirectUris }) => ({
      id,
      name: title,
      redirectURIs: redirectUris,
      secretEnv: clientSecretVariable(id),
    })),
    connectors: connectors.map((connector) => connectorConfig(connector, issuer)),
    enablePasswordDB: staticUsers.length > 0,
    ...(staticUsers.length > 0 && { staticPasswords: staticUsers.map(staticPassword) }),
  };
}

function storage({ database, authorityFile, connections }: DexConfigProps): Json {
  return {
    host: literal(database.endpoint.host),
    port: database.endpoint.port,
    database: literal(database.database),
    user: literal(database.user),
    password: use(DATABASE_PASSWORD),
    // Seconds; without it a connection to a database that is gone hangs until TCP gives up.
    connectionTimeout: 10,
    maxOpenConns: connections,
    maxIdleConns: connections,
    // Seconds. After a failover, connections find the new primary by then at the latest.
    connMaxLifetime: 300,
    ssl: { mode: database.sslMode, ...(authorityFile !== undefined && { caFile: authorityFile }) },
  };
}

/** No page of another site shows Dex's, where a click could be stolen. */
const headers = (issuer: string): Json => ({
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "frame-ancestors 'none'",
  ...(issuer.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=31536000' }),
});

function staticPassword({ email, hash, username, groups = [] }: DexStaticUser): Json {
  const name = username ?? email.slice(0, email.indexOf('@'));
  return { email, hash, userID: email.toLowerCase(), username: name, preferredUsername: name, groups };
}

const seconds = (count: number): string => `${count}s`;
