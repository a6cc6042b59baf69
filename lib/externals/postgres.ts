import { z } from 'zod';
import { cidr, hostName, port } from '../config/scalars.ts';
import { postgres } from '../contracts/postgres.ts';
import { offer } from '../graph/contract.ts';
import { credential, generated, publicKey, SecretRef } from '../graph/credential.ts';
import { defineExternalKind } from './external.ts';

const name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/, { error: 'is not a name in PostgreSQL; write it like mlflow or ml_prod' });

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
  external: ({ host, port, addresses, version, databases }, _environment, origin) => {
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
      offer: offer(postgres, {
        ports: [{ name: 'postgres', port }],
        claims: ({ database }) => `the database "${loginOf(database).database}"`,
        credential: ({ database }, consumer) =>
          credential({
            type: 'kubernetes.io/basic-auth',
            keys: { username: publicKey(loginOf(database).user), password: generated() },
            why: `${consumer.name} logs in to the database "${loginOf(database).database}" at ${host}`,
          }),
        handle: ({ ask, endpoint, secret }) => {
          if (!secret) throw new Error('a consumer of PostgreSQL came without the credential that its offer declares');
          return {
            endpoint,
            ...loginOf(ask.database),
            password: SecretRef.to(secret, 'password'),
            // To verify the server, every client would need the provider's authority as a file.
            sslMode: 'require',
          };
        },
      }),
    };
  },
});
