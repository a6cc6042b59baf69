import { z } from 'zod';
import { cidr, hostName, port } from '../config/scalars.ts';
import { openedTogether, totalConnections } from '../constructs/postgres/index.ts';
import { type PostgresTls, postgres } from '../contracts/postgres.ts';
import { secretOffer } from '../graph/contract.ts';
import { credential, generated, publicKey, SecretRef } from '../graph/credential.ts';
import { defineExternalKind } from './external.ts';

const name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/, { error: 'is not a name in PostgreSQL; write it like mlflow or ml_prod' });

/** Certificates as text; a key has no place here. */
const AUTHORITY = /^(public|\s*(-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+)$/;
const NO_AUTHORITY =
  'is not a certificate; write public, or the whole PEM text below "authority: |", from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----';

const settings = z.strictObject({
  host: hostName.describe(
    'DNS name of the server that takes writes, e.g. ml.cluster-c1a2b3.eu-central-1.rds.amazonaws.com.',
  ),
  port: port.default(5432).describe('Port of the server. Default 5432.'),
  addresses: z
    .array(cidr)
    .min(1)
    .describe('Addresses that the host may resolve to, such as those of the database subnets; nothing else is opened.'),
  version: z
    .string()
    .regex(/^[0-9]+(\.[0-9]+)*$/, { error: 'is not a PostgreSQL version; write it in quotes, like "17.6"' })
    .optional()
    .describe('Version of the server, in quotes, for the catalogue.'),
  authority: z
    .string({ error: NO_AUTHORITY })
    .regex(AUTHORITY, { error: NO_AUTHORITY })
    .optional()
    .describe(
      'Who signs the certificate of the server, which is then checked together with its host name: public for those whom every system trusts, else their certificates as PEM text, such as the bundle that Amazon publishes for the region of an RDS. Default: connections are encrypted, but nothing is checked.',
    ),
  maxConnections: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe(
      'Most connections that components may open together: max_connections of the server less what its provider reserves and what others use. Default: what components may open is compared with nothing.',
    ),
  databases: z
    .record(
      z.string().min(1).describe('Name by which a component asks for the database, e.g. mlflow.'),
      z.strictObject({
        database: name.optional().describe('Name of the database on the server. Default: as the component asks.'),
        user: name.optional().describe('Role that owns the database. Default: named as the database.'),
      }),
    )
    .default({})
    .describe('Databases that are called otherwise on the server than components ask for them.'),
});

/**
 * Any PostgreSQL that runs elsewhere: RDS, Cloud SQL, Azure Database. Whoever runs it makes databases and roles; their
 * passwords come from the environment's secret source.
 */
export const postgresExternal = defineExternalKind({
  name: 'postgres',
  summary: 'PostgreSQL outside the cluster: RDS, Cloud SQL or any other, by host name.',
  settings,
  external: ({ host, port, addresses, version, databases, authority, maxConnections }, _environment, origin) => {
    const loginOf = (asked: string) => {
      const database = databases[asked]?.database ?? asked;
      return { database, user: databases[asked]?.user ?? database };
    };
    return {
      name: 'postgres',
      summary: `PostgreSQL${version === undefined ? '' : ` ${version}`} at ${host}:${port}.`,
      origin,
      host,
      addresses: { cidrs: addresses },
      ports: [port],
      offer: secretOffer(postgres, {
        ports: [{ name: 'postgres', port }],
        refuseAll: (asked) => {
          const demands = asked.map(({ ask: { connections }, consumer }) => ({ consumer: consumer.name, connections }));
          if (maxConnections === undefined || totalConnections(demands) <= maxConnections) return undefined;
          return `${openedTogether(demands)}, and maxConnections leaves them ${maxConnections}; give the server a larger max_connections and say so here, or let them open fewer`;
        },
        claims: ({ database }) => `the database "${loginOf(database).database}"`,
        credential: ({ database }, consumer) =>
          credential({
            type: 'kubernetes.io/basic-auth',
            keys: { username: publicKey(loginOf(database).user), password: generated() },
            why: `${consumer.name} logs in to the database "${loginOf(database).database}" at ${host}`,
          }),
        handle: ({ ask, endpoint, secret }) => ({
          endpoint,
          ...loginOf(ask.database),
          password: SecretRef.to(secret, 'password'),
          ...tls(authority),
        }),
      }),
    };
  },
});

const tls = (authority: string | undefined): PostgresTls =>
  authority === undefined
    ? { sslMode: 'require' }
    : { sslMode: 'verify-full', ...(authority !== 'public' && { authority: `${authority.trim()}\n` }) };
