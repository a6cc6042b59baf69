import { z } from 'zod';
import {
  cpuQuantity,
  cron,
  duration,
  durationSeconds,
  hostName,
  memoryQuantity,
  parseQuantity,
  storageQuantity,
} from '../config/scalars.ts';
import {
  artifactsPrefix,
  MLFLOW_PORT,
  MlflowServer,
  mlflowConnections,
  mlflowDashboard,
  mlflowMetricsPort,
  PERMISSIONS,
} from '../constructs/mlflow/index.ts';
import { experimentTracking } from '../contracts/experiment-tracking.ts';
import { objectStore } from '../contracts/object-store.ts';
import { postgres } from '../contracts/postgres.ts';
import { need, offer } from '../graph/contract.ts';
import { credential, type DeclaredSecret, generated, publicKey, SecretRef } from '../graph/credential.ts';
import { IMAGES } from '../platform/versions.ts';
import { defineComponent, defineKind } from './component.ts';

const REPLICAS = 2;
const DAY = 24 * 60 * 60;

const settings = z
  .strictObject({
    replicas: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('Replicas of the server. Default 2. Not together with autoscaling.'),
    autoscaling: z
      .strictObject({
        min: z.int().min(1).max(100).default(2).describe('Fewest replicas.'),
        max: z.int().min(2).max(100).describe('Most replicas.'),
        cpuUtilization: z
          .int()
          .min(10)
          .max(200)
          .default(70)
          .describe('Percent of the requested CPU, averaged over the replicas, that the autoscaler aims at.'),
      })
      .refine(({ min, max }) => min <= max, {
        path: ['min'],
        error: 'is above max; the fewest replicas cannot be more than the most',
      })
      .optional()
      .describe('Lets the number of replicas follow their CPU. Default: replicas says how many.'),
    workers: z
      .int()
      .min(1)
      .max(32)
      .default(2)
      .describe(
        'Server processes in one replica. Each takes 384Mi of memory; with a login, 32Mi more for each of its connections.',
      ),
    connectionsPerWorker: z
      .int()
      .min(2)
      .max(1000)
      .default(10)
      .describe(
        'Most database connections of one worker for runs and models; with a login it has as many again for accounts, and each replica has two of its own. The database is asked for all of them, in all replicas and in the one more that a rollout starts.',
      ),
    resources: z
      .strictObject({
        cpu: cpuQuantity.default('250m').describe('CPU a replica asks for.'),
        memory: memoryQuantity
          .optional()
          .describe(
            'Memory a replica asks for and is limited to. Default: what its workers and connections need, 1Gi for two workers without a login.',
          ),
        cpuLimit: cpuQuantity.optional().describe('CPU a replica is limited to. Default: no limit.'),
      })
      .refine(({ cpu, cpuLimit }) => cpuLimit === undefined || parseQuantity(cpuLimit) >= parseQuantity(cpu), {
        path: ['cpuLimit'],
        error: 'is below cpu; a replica cannot be limited to less than it asks for',
      })
      .prefault({})
      .describe('Resources of one replica.'),
    uploadSpace: storageQuantity
      .default('10Gi')
      .describe('Disk of a replica for artifacts on their way to the bucket; all that are sent at once must fit.'),
    login: z
      .strictObject({
        defaultPermission: z
          .enum(PERMISSIONS)
          .default('READ')
          .describe('What an account may do with experiments and models of others.'),
        rememberFor: duration
          .default('60s')
          .describe(
            'How long a worker remembers that a password was right; checking one costs a tenth of a second of CPU, and a changed one is accepted for this long. 0s: checks every request.',
          ),
      })
      .optional()
      .describe(
        'Asks everybody for a user name and a password. Components and teams that use the server get accounts; an administrator adds people. Default: who reaches the server may do everything.',
      ),
    garbageCollection: z
      .strictObject({
        schedule: cron.default('30 3 * * *').describe('When to remove, as a cron line, UTC.'),
        olderThan: duration.default('30d').describe('How long a deleted experiment, run or model can be restored.'),
      })
      .optional()
      .describe('Removes for good, artifacts too, what users have deleted. Default: it stays restorable for ever.'),
    artifactRetention: z
      .array(
        z.strictObject({
          prefix: z
            .string()
            .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*\/$/, {
              error: 'is not a directory of artifacts; write it relative and with a slash at the end, like scratch/',
            })
            .optional()
            .describe(
              'Directory to which the rule applies, as in the experiment that was made with artifact_location "mlflow-artifacts:/scratch". Default: all artifacts, those of registered and running models too.',
            ),
          after: duration
            .refine((text) => durationSeconds(text) > 0 && durationSeconds(text) % DAY === 0, {
              error: 'is not a number of whole days; object stores count in days, write it like 90d',
            })
            .describe('Age at which an artifact is removed, in whole days.'),
        }),
      )
      .default([])
      .describe(
        'Removes artifacts by age, whatever still refers to them: the store knows nothing of runs and models, and a model whose files are gone stays registered. Give throw-away experiments a directory and name it here; for what users deleted, garbageCollection is the way.',
      ),
    additionalHosts: z
      .array(hostName)
      .default([])
      .describe(
        'Further host names under which the server is reached, e.g. through a proxy of your own. It refuses unknown ones.',
      ),
    jobs: z
      .boolean()
      .default(false)
      .describe(
        'Whether the server runs jobs such as automatic evaluation. Needs replicas: 1, since replicas would run jobs of each other again.',
      ),
  })
  .refine(({ replicas, autoscaling }) => replicas === undefined || autoscaling === undefined, {
    path: ['replicas'],
    error: 'stands beside autoscaling, which decides the number itself; keep one of them',
  })
  .refine(({ jobs, replicas, autoscaling }) => !jobs || (replicas === 1 && autoscaling === undefined), {
    path: ['jobs'],
    error:
      'is on with several replicas, which would run jobs of each other again; set replicas: 1 and leave out autoscaling, or turn jobs off',
  });

/** Experiment tracking and model registry. */
export const mlflowKind = defineKind({
  name: 'mlflow',
  summary: 'MLflow: tracks experiments and registers models.',
  settings,
  offers: [experimentTracking],
  components: (options, environment, origin) => {
    const { login, artifactRetention } = options;
    return [
      defineComponent({
        name: 'mlflow',
        layer: 'platform',
        namespace: environment.namespace('mlflow'),
        summary: 'Tracks experiments and registers models.',
        version: IMAGES.mlflow.tag.replace(/^v|-full$/g, ''),
        origin,
        needs: {
          database: need(
            postgres,
            {
              database: 'mlflow',
              connections: mlflowConnections({
                mostReplicas: options.autoscaling?.max ?? options.replicas ?? REPLICAS,
                workers: options.workers,
                connectionsPerWorker: options.connectionsPerWorker,
                login: login !== undefined,
                garbageCollection: options.garbageCollection !== undefined,
              }),
            },
            'keeps experiments, runs, metrics and models',
          ),
          artifacts: need(
            objectStore,
            {
              bucket: 'mlflow',
              ...(artifactRetention.length > 0 && {
                expire: artifactRetention.map(({ prefix, after }) => ({
                  prefix: artifactsPrefix(prefix),
                  days: durationSeconds(after) / DAY,
                })),
              }),
            },
            'keeps artifacts, which clients send and fetch through the server',
          ),
        },
        offers: {
          tracking: offer(experimentTracking, {
            ports: [MLFLOW_PORT],
            credential: (_ask, consumer) =>
              login && {
                keys: { username: publicKey(consumer.name), password: generated() },
                why: `account of ${consumer.name} in MLflow`,
              },
            handle: ({ endpoint, publicUrl, secret }) => ({
              trackingUri: `http://${endpoint.host}:${endpoint.port}`,
              ...(publicUrl !== undefined && { publicUrl }),
              ...(secret && {
                login: { username: SecretRef.to(secret, 'username'), password: SecretRef.to(secret, 'password') },
              }),
            }),
          }),
        },
        credentials: {
          encryption: credential({
            keys: { passphrase: generated(48) },
            why: 'encrypts what users store in MLflow, such as keys of model providers; changing it needs mlflow crypto rotate-kek',
          }),
          ...(login && {
            admin: credential({
              keys: { username: publicKey('admin'), password: generated() },
              why: 'account that may do everything in MLflow',
            }),
            session: credential({
              keys: { key: generated(48) },
              why: 'signs sessions of MLflow, the same in all replicas',
            }),
          }),
        },
        peers: { ports: [MLFLOW_PORT], why: 'garbage collection deletes artifacts through the server' },
        metrics: [{ via: 'service', port: mlflowMetricsPort(login !== undefined) }],
        dashboards: [
          mlflowDashboard({
            job: 'mlflow',
            namespace: environment.namespace('mlflow'),
            replicas: options.autoscaling?.min ?? options.replicas ?? REPLICAS,
          }),
        ],
        // Large artifacts take their time.
        exposes: [{ offer: 'tracking', host: 'mlflow', timeout: '1h' }],
        build(chart, { needs, offers, consumers, credentials }) {
          const { admin, session, encryption } = credentials;
          const { publicUrl, hosts } = offers.tracking;
          const account = (secret: DeclaredSecret) => ({
            username: SecretRef.to(secret, 'username'),
            password: SecretRef.to(secret, 'password'),
          });
          new MlflowServer(chart, 'mlflow', {
            image: environment.image('mlflow'),
            database: needs.database,
            artifacts: needs.artifacts,
            encryptionKey: SecretRef.to(encryption, 'passphrase'),
            hosts: [...hosts, ...options.additionalHosts],
            ...(publicUrl !== undefined && { publicUrl }),
            ...(options.autoscaling
              ? { autoscaling: options.autoscaling }
              : { replicas: options.replicas ?? REPLICAS }),
            workers: options.workers,
            connectionsPerWorker: options.connectionsPerWorker,
            resources: {
              cpu: options.resources.cpu,
              ...(options.resources.memory !== undefined && { memory: options.resources.memory }),
              ...(options.resources.cpuLimit !== undefined && { cpuLimit: options.resources.cpuLimit }),
            },
            uploadSpace: options.uploadSpace,
            ...(login &&
              admin &&
              session && {
                login: {
                  admin: account(admin),
                  accounts: consumers.tracking.flatMap(({ secret }) => secret ?? []).map(account),
                  sessionKey: SecretRef.to(session, 'key'),
                  defaultPermission: login.defaultPermission,
                  cacheSeconds: durationSeconds(login.rememberFor),
                },
              }),
            ...(options.garbageCollection && { garbageCollection: options.garbageCollection }),
            jobs: options.jobs,
          });
        },
      }),
    ];
  },
});
