import { z } from 'zod';
import { cidr, hostName, port } from '../config/scalars.ts';
import { cache, keysOf } from '../contracts/cache.ts';
import { offer } from '../graph/contract.ts';
import { credential, generated, provided, publicKey, SecretRef } from '../graph/credential.ts';
import { defineExternalKind } from './external.ts';

const user = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: 'is not a name of a user; write it like ray or ml-prod' });

const settings = z
  .strictObject({
    host: hostName.describe(
      'DNS name of the server that takes writes, e.g. master.ml.c1a2b3.euc1.cache.amazonaws.com. Not of several shards: Ray takes one only.',
    ),
    port: port.default(6379).describe('Port of the server. Default 6379; Azure has 10000 or 6380.'),
    tls: z
      .boolean()
      .default(true)
      .describe(
        'Whether connections are encrypted; the certificate is to be signed by one whom every system trusts. Default true.',
      ),
    addresses: z
      .array(cidr)
      .min(1)
      .describe('Addresses that the host may resolve to, such as those of the cache subnets; nothing else is opened.'),
    version: z
      .string()
      .regex(/^[A-Za-z]+ [0-9]+(\.[0-9]+)*$/, { error: 'is not a product with its version; write it like Valkey 8.1' })
      .optional()
      .describe('What the server is, like Valkey 8.1, for the catalogue.'),
    durable: z
      .boolean()
      .default(false)
      .describe(
        'Whether it keeps what is written: maxmemory-policy is noeviction, and a replica or a log outlives the loss of a server. Only then it is for the state of Ray clusters and for online features. Default false.',
      ),
    login: z
      .enum(['user', 'password', 'none'])
      .default('user')
      .describe(
        'How clients log in: each as a user of its own (user, the default; ElastiCache calls this RBAC), each with the same password (password: an AUTH token, an access key), or not at all (none).',
      ),
    users: z
      .record(z.string().min(1).describe('Component, e.g. ray.'), user.describe('Its user on the server.'))
      .default({})
      .describe('Users that are called otherwise on the server than the components that use them.'),
  })
  .superRefine(({ login, users }, context) => {
    if (login === 'user' || Object.keys(users).length === 0) return;
    context.addIssue({
      code: 'custom',
      path: ['users'],
      message: `says users, but login is ${login}; leave one of them out`,
    });
  });

/**
 * Any store that speaks Redis' protocol and runs elsewhere: ElastiCache, Memorystore, Azure Managed Redis. Whoever runs
 * it makes users; their passwords come from the environment's secret source.
 */
export const cacheExternal = defineExternalKind({
  name: 'cache',
  summary:
    "Key-value store outside the cluster that speaks Redis' protocol: ElastiCache, Memorystore or any other, by host name.",
  settings,
  external: ({ host, port, tls, addresses, version, durable, login, users }, _environment, origin) => {
    const userOf = (consumer: string) => users[consumer] ?? consumer;
    return {
      name: 'cache',
      summary: `${version ?? 'Key-value store'} at ${host}:${port}.`,
      origin,
      host,
      addresses: { cidrs: addresses },
      ports: [port],
      offer: offer(cache, {
        ports: [{ name: 'redis', port }],
        ...(!durable && {
          serves: (_, { durability }) => durability === 'cache',
          limits: 'may lose what is written; set external.cache.durable if it does not',
        }),
        credential: (ask, consumer) => {
          const keys = keysOf(ask, consumer).join(' and ');
          if (login === 'none') return undefined;
          if (login === 'password') {
            return credential({
              keys: { password: provided(`the password of ${host}, which is the same for all`) },
              why: `${consumer.name} uses the keys ${keys} at ${host}`,
            });
          }
          return credential({
            keys: { username: publicKey(userOf(consumer.name)), password: generated(40) },
            why: `${consumer.name} uses the keys ${keys} at ${host}`,
          });
        },
        handle: ({ endpoint, consumer, secret }) => ({
          endpoint,
          tls,
          ...(secret && {
            login: {
              ...(login === 'user' && { username: userOf(consumer.name) }),
              password: SecretRef.to(secret, 'password'),
            },
          }),
        }),
      }),
    };
  },
});
