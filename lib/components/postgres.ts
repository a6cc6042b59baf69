import { z } from 'zod';
import {
  cpuQuantity,
  cron,
  kubernetesName,
  memoryQuantity,
  parseQuantity,
  storageQuantity,
} from '../config/scalars.ts';
import {
  clusterPods,
  connectionProblem,
  databaseNameProblem,
  instancePods,
  isFixedParameter,
  MAX_CLUSTER_NAME,
  memoryParameters,
  PGBOUNCER_METRICS,
  POSTGRES_METRICS,
  POSTGRES_PORT,
  POSTGRES_STATUS,
  PostgresCluster,
  planConnections,
  poolerName,
  poolerPods,
  postgresDashboard,
  primaryService,
} from '../constructs/postgres/index.ts';
import { objectStore } from '../contracts/object-store.ts';
import { type PostgresAsk, postgres } from '../contracts/postgres.ts';
import type { MetricsEndpoint } from '../graph/component.ts';
import type { Consumer } from '../graph/contract.ts';
import { need, secretOffer } from '../graph/contract.ts';
import { credential, generated, publicKey, SecretRef } from '../graph/credential.ts';
import { IMAGES } from '../platform/versions.ts';
import { defineComponent, defineKind } from './component.ts';

/** Parameters that limit connections: what clients may open is compared with them. */
const COUNTS = ['max_connections', 'superuser_reserved_connections', 'reserved_connections'] as const;

const clusterName = kubernetesName.regex(/^[a-z]/, {
  error: 'is not a name here; begin it with a letter, like postgres',
});

const pooler = z.strictObject({
  instances: z.int().min(1).max(100).default(2).describe('Pods of the pooler. Default 2.'),
  mode: z
    .enum(['session', 'transaction'])
    .default('session')
    .describe(
      'When a database connection goes to another client: when its client leaves (session, the default), or after each transaction, which is not for clients that use LISTEN, SET or advisory locks.',
    ),
  maxClientConnections: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Client connections of one pod. Default 1000, or more where those who ask may open more.'),
  poolSize: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      'Connections of one pod to one database. Default 20, in session mode more where one database has so many clients that the pods could not serve them while one of them is away.',
    ),
  resources: z
    .strictObject({
      cpu: cpuQuantity.default('100m').describe('CPU each pod asks for. Default 100m.'),
      memory: memoryQuantity.default('128Mi').describe('Memory each pod asks for and may use. Default 128Mi.'),
    })
    .prefault({})
    .describe('What each pod of the pooler asks for.'),
});

const backups = z.strictObject({
  schedule: cron
    .default('30 2 * * *')
    .describe(
      'When a base backup is taken: five cron fields, UTC. WAL is archived all the time. Default "30 2 * * *".',
    ),
  retentionDays: z
    .int()
    .min(1)
    .max(36_500)
    .default(30)
    .describe('Days back to which every moment can be restored; older backups are deleted. Default 30.'),
});

const recovery = z.strictObject({
  serverName: clusterName.describe('Cluster whose backups are restored: the name it had as `cluster`.'),
  targetTime: z.iso
    .datetime({ offset: true, error: 'is not a moment; write it with its offset, like 2026-08-11T14:30:00+02:00' })
    .optional()
    .describe('The moment to restore, like 2026-08-11T14:30:00+02:00. Default: as late as the archive goes.'),
});

const settings = z
  .strictObject({
    cluster: clusterName
      .max(MAX_CLUSTER_NAME, { error: `is longer than ${MAX_CLUSTER_NAME} characters` })
      .default('postgres')
      .describe('Name of the cluster; a new name makes a new cluster. Backups are kept under it. Default postgres.'),
    instances: z
      .int()
      .min(1)
      .max(20)
      .default(3)
      .describe('One primary, the others replicas that can take its place. Default 3.'),
    synchronous: z
      .enum(['off', 'preferred', 'required'])
      .optional()
      .describe(
        'Whether a commit waits until a replica has it: never (off), as long as there is one (preferred), or always, even if writing stops without one (required). Default: preferred with several instances, off with one.',
      ),
    spread: z
      .enum(['prefer', 'require'])
      .default('prefer')
      .describe('Whether instances must be on different nodes (require) or only should be (prefer, the default).'),
    storage: z
      .strictObject({
        size: storageQuantity
          .default('20Gi')
          .describe('Volume of each instance. It can grow, never shrink. Default 20Gi.'),
        wal: storageQuantity
          .optional()
          .describe(
            'Volume for WAL alone, beside the other. It can be added, never removed. Default: WAL shares the other.',
          ),
      })
      .prefault({})
      .describe('Volumes of each instance.'),
    resources: z
      .strictObject({
        cpu: cpuQuantity.default('500m').describe('CPU each instance asks for. Default 500m.'),
        memory: memoryQuantity
          .default('1Gi')
          .describe('Memory each instance asks for and may use; a quarter becomes its shared buffers. Default 1Gi.'),
      })
      .prefault({})
      .describe('What each instance asks for.'),
    parameters: z
      .record(
        z.string().regex(/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/, { error: 'is not a PostgreSQL parameter' }),
        z.union([z.string(), z.number()]).transform(String),
      )
      .default({})
      .describe(
        'Settings of postgresql.conf beside those derived from the resources, e.g. work_mem: 16MB. max_connections: by default 200, and more where those who ask may open more.',
      )
      .superRefine((parameters, context) => {
        for (const name of Object.keys(parameters).filter(isFixedParameter)) {
          context.addIssue({ code: 'custom', path: [name], message: 'is set by CloudNativePG itself; leave it out' });
        }
        for (const name of COUNTS) {
          const value = parameters[name];
          if (value === undefined || /^[0-9]{1,6}$/.test(value)) continue;
          context.addIssue({ code: 'custom', path: [name], message: 'is not a whole number; write it like 300' });
        }
      }),
    pooler: pooler.optional().describe('PgBouncer between clients and primary. Default: none.'),
    backups: backups
      .optional()
      .describe(
        'Backups to the object store of the environment. Default: none; `backups: {}` takes them as the defaults say.',
      ),
    recoverFrom: recovery
      .optional()
      .describe(
        'Backups that a new cluster begins with, out of the same bucket. Read when the cluster is made: to restore, give `cluster` a new name and say the old one here.',
      ),
  })
  .superRefine(({ cluster, instances, synchronous, recoverFrom, ...rest }, context) => {
    const say = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (instances < 2 && (synchronous === 'preferred' || synchronous === 'required')) {
      say(['synchronous'], 'needs a replica, and there is one instance; set instances to 2 or more');
    }
    if (recoverFrom && !rest.backups) {
      say(['recoverFrom'], 'needs the bucket that the backups are in; set backups, too');
    }
    if (recoverFrom?.serverName === cluster) {
      say(
        ['recoverFrom', 'serverName'],
        `is where this cluster archives to itself; give the new cluster another name, like cluster: ${cluster.replace(/(-[0-9]+)?$/, '')}-${Number(/-([0-9]+)$/.exec(cluster)?.[1] ?? 1) + 1}`,
      );
    }
  });

const VERSION = IMAGES.postgresql.tag.split('-')[0] ?? IMAGES.postgresql.tag;

/**
 * The environment's PostgreSQL: one cluster, and in it a database with its own role and password for each who asks.
 */
export const postgresKind = defineKind({
  name: 'postgres',
  summary: 'PostgreSQL run by CloudNativePG, with a database, a role and a password for each component that asks.',
  settings,
  offers: [postgres],
  components: (settings, environment, origin) => {
    const { cluster, instances, synchronous, storage, resources, backups, recoverFrom, pooler } = settings;
    const storageClass = environment.cluster.storageClasses.block ?? environment.provider.storageClasses.block;
    const volume = (size: string) => ({ size, ...(storageClass !== undefined && { storageClass }) });
    const replicated = instances > 1;
    const metrics: MetricsEndpoint[] = [{ via: 'pod', port: POSTGRES_METRICS, selector: instancePods(cluster) }];
    if (pooler) metrics.push({ name: 'pooler', via: 'pod', port: PGBOUNCER_METRICS, selector: poolerPods(cluster) });
    const demands = (asked: readonly { readonly consumer: Consumer; readonly ask: PostgresAsk }[]) =>
      asked.map(({ consumer, ask: { connections } }) => ({ consumer: consumer.name, connections }));

    return [
      defineComponent({
        name: 'postgres',
        layer: 'data',
        namespace: environment.namespace('data'),
        summary: `PostgreSQL: ${instances === 1 ? 'one instance' : `a primary and ${instances - 1} replica${instances > 2 ? 's' : ''}`}${pooler ? ' behind PgBouncer' : ''}${backups ? ', backed up' : ', not backed up'}.`,
        version: VERSION,
        origin,
        needs: backups
          ? {
              backups: need(
                objectStore,
                { bucket: 'postgres-backups' },
                'base backups and WAL are kept outside the cluster',
              ),
            }
          : {},
        offers: {
          sql: secretOffer(postgres, {
            service: pooler ? poolerName(cluster) : primaryService(cluster),
            ports: [POSTGRES_PORT],
            refuse: ({ database }, consumer) => {
              const problem = databaseNameProblem(database);
              return problem && `${consumer.name} asks for a database it cannot have: ${problem}`;
            },
            refuseAll: (asked) => connectionProblem(settings, demands(asked)),
            claims: ({ database }) => `the database "${database}"`,
            credential: ({ database }, consumer) =>
              credential({
                type: 'kubernetes.io/basic-auth',
                // Without it a new password waits for the operator's next look.
                labels: { 'cnpg.io/reload': 'true' },
                keys: { username: publicKey(database), password: generated() },
                why: `${consumer.name} logs in to the database "${database}"`,
              }),
            handle: ({ ask: { database }, endpoint, secret }) => ({
              endpoint,
              database,
              user: database,
              password: SecretRef.to(secret, 'password'),
              // The operator makes the server's certificate, and its authority is known in this namespace only.
              sslMode: 'require',
            }),
          }),
        },
        credentials: {},
        pods: clusterPods(cluster),
        ...((replicated || pooler) && {
          peers: replicated
            ? {
                ports: [POSTGRES_PORT, POSTGRES_STATUS],
                why: 'replicas follow the primary, and it asks them whether it is cut off',
              }
            : { ports: [POSTGRES_PORT], why: 'the pooler connects to the primary' },
        }),
        metrics,
        dashboards: [
          postgresDashboard({
            cluster,
            namespace: environment.namespace('data'),
            instances,
            pooler: pooler !== undefined,
            backups: backups !== undefined,
          }),
        ],
        ambient: { apiServer: 'every pod follows its Cluster or Pooler, and the instances elect the primary' },
        operators: ['cloudnative-pg', ...(backups ? ['barman-cloud'] : [])],
        build(chart, { needs, consumers }) {
          const store = 'backups' in needs ? needs.backups : undefined;
          const limits = planConnections(
            settings,
            demands(consumers.sql.map(({ ask, ...consumer }) => ({ ask, consumer }))),
          );
          new PostgresCluster(chart, 'cluster', {
            name: cluster,
            image: environment.image('postgresql'),
            instances,
            storage: volume(storage.size),
            ...(storage.wal !== undefined && { walStorage: volume(storage.wal) }),
            resources,
            ...(replicated && synchronous !== 'off' && { synchronous: synchronous ?? 'preferred' }),
            spread: settings.spread,
            parameters: {
              max_connections: String(limits.maxConnections),
              ...memoryParameters(parseQuantity(resources.memory)),
              ...settings.parameters,
            },
            databases: consumers.sql.map(({ ask, secret }) => ({ name: ask.database, credential: secret })),
            ...(backups && store && { backups: { ...backups, store } }),
            ...(recoverFrom && {
              recoverFrom: {
                serverName: recoverFrom.serverName,
                ...(recoverFrom.targetTime !== undefined && { targetTime: recoverFrom.targetTime }),
              },
            }),
            ...(pooler && { pooler: { ...pooler, ...limits.pooler, image: environment.image('pgbouncer') } }),
          });
        },
      }),
    ];
  },
});
