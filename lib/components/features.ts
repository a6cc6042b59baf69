import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import type { ConfigMap } from '../../imports/k8s.ts';
import {
  cpuQuantity,
  cron,
  duration,
  durationSeconds,
  imageReference,
  kubernetesName,
  memoryQuantity,
  parseQuantity,
} from '../config/scalars.ts';
import {
  FEAST_PORTS,
  FEAST_THRESHOLDS,
  type FeastOfflineStore,
  FeatureStore,
  feastAlerts,
  featureStoreYaml,
  offlineConnections,
  PROJECT,
  STORE_FILE,
} from '../constructs/feast/index.ts';
import { cache } from '../contracts/cache.ts';
import { featureRegistry } from '../contracts/feature-registry.ts';
import { featureServing } from '../contracts/feature-serving.ts';
import { type ObjectStoreHandle, objectStore } from '../contracts/object-store.ts';
import { type PostgresHandle, postgres } from '../contracts/postgres.ts';
import type { Ambient } from '../graph/component.ts';
import { need, offer } from '../graph/contract.ts';
import { credential, provided, SecretRef } from '../graph/credential.ts';
import { IMAGES } from '../platform/versions.ts';
import { defineComponent, defineTeamKind, type KindProblem, type TeamContext } from './component.ts';

const REPLICAS = 2;
/** What the names of Jobs begin with; a namespace has one project. */
const JOBS = 'features';

/** A path in a repository or image, without a way out. */
const path = (pattern: RegExp, error: string) => z.string().max(500).regex(pattern, { error });
const below = path(
  // Names begin with something else than a dot, so that none leads upwards.
  /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/,
  'is not a directory in the repository; write it like feature_repo',
);

const GIT_URL = 'is not an address of a repository; write it like https://git.example.com/ml/features.git';

const definitions = z
  .strictObject({
    image: z
      .strictObject({
        reference: imageReference.describe(
          'Image with Feast and the definitions, e.g. registry.example.com/vision/features:1.4.0, made FROM the feature-server image of the platform. It runs server and Jobs, so what the definitions import is there.',
        ),
        path: path(/^\/[A-Za-z0-9._/-]*$/, 'is not an absolute path; write it like /opt/features')
          .default('/opt/features')
          .describe('Directory of the definitions. Default /opt/features.'),
      })
      .optional()
      .describe('Definitions that are in an image.'),
    git: z
      .strictObject({
        url: z
          .string()
          .regex(/^https:\/\/[A-Za-z0-9.-]+(:[0-9]+)?\/[A-Za-z0-9._~/-]+$/, { error: GIT_URL, abort: true })
          .refine((url) => URL.canParse(url), { error: GIT_URL })
          .describe('Address of the repository, over HTTPS. Its host is to have a public address.'),
        commit: z
          .string()
          .regex(/^[0-9a-f]{40}$/, {
            error: 'is not a commit; write all 40 digits of its hash, since a branch or tag can move',
          })
          .describe('Commit to apply, all 40 digits. Another one is applied when it is written here.'),
        path: below.optional().describe('Directory of the definitions. Default: the root of the repository.'),
        private: z
          .boolean()
          .default(false)
          .describe('Whether reading needs an access token, which a person brings. Default false.'),
      })
      .optional()
      .describe('Definitions that are in a git repository.'),
    files: z
      .record(
        z
          .string()
          .max(200, { error: 'is longer than 200 characters' })
          .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\.py$/, {
            error: 'is not the path of a Python file; write it like fraud.py',
          }),
        z.string(),
      )
      .refine((files) => Object.keys(files).length > 0, { error: 'has no file; write one, or leave it out' })
      .optional()
      .describe('Definitions as they are: Python by its path. For few lines.'),
  })
  .superRefine((value, context) => {
    const given = Object.keys(value);
    if (given.length === 1) return;
    const message =
      given.length === 0
        ? 'says nowhere what is defined; write one of image, git, files'
        : `has ${given.join(' and ')}; definitions come from one place, keep one of them`;
    context.addIssue({ code: 'custom', message });
  })
  .describe('Where the features are defined. Every change is applied once.');

const offlineStore = z
  .enum(['files', 'duckdb', 'postgres'], {
    error: 'is not an offline store of the platform; take files, duckdb or postgres',
  })
  .default('postgres')
  .describe(
    "Where values come from: tables in a database of the project (postgres, the default), Parquet files on the team's shared volume (duckdb; their directory is FEAST_DATA), or Parquet files in a bucket of the project (files; its address is FEAST_DATA), for which definitions.image needs s3fs, since Feast's own image has none.",
  );

const materialization = z.strictObject({
  name: kubernetesName
    .max(31, { error: 'is longer than 31 characters, which is all that is left of the name of a CronJob' })
    .default('hourly')
    .describe('Name of the schedule, unique in the project. Default hourly.'),
  schedule: cron
    .default('5 * * * *')
    .describe('When to bring new values into the online store, as a cron line, UTC. Default: every hour.'),
  views: z
    .array(z.string().regex(/^[A-Za-z0-9_-]+$/, { error: 'is not a name of a feature view' }))
    .min(1)
    .optional()
    .describe('Feature views. Default: all.'),
  deadline: duration
    .refine((text) => durationSeconds(text) >= 60, { error: 'is less than a minute; write it like 30m' })
    .default('55m')
    .describe(
      'How long a run may take. Runs never overlap: what comes while one is under way is left out. Default 55m.',
    ),
});

const settings = z
  .strictObject({
    project: z
      .string()
      .max(63)
      .regex(PROJECT, {
        error: 'is not a name of a Feast project; use letters, digits and underscores, the first no underscore',
      })
      .optional()
      .describe('Name of the project, unique in the environment. Default: the name of the team, with underscores.'),
    definitions,
    offlineStore,
    materializations: z
      .array(materialization)
      .max(20)
      .default([materialization.parse({})])
      .superRefine((entries, context) => {
        for (const [index, { name }] of entries.entries()) {
          if (entries.findIndex((one) => one.name === name) === index) continue;
          const message = `is the second schedule called "${name}"; give each a name of its own`;
          context.addIssue({ code: 'custom', path: [index], message });
        }
      })
      .describe('Schedules by which new values come into the online store. Default: every hour, all feature views.'),
    forgetAfter: duration
      .refine((text) => durationSeconds(text) >= 60, { error: 'is less than a minute; write it like 30d' })
      .optional()
      .describe(
        'How long an entity for which nothing new came stays in the online store. The ttl of a feature view removes nothing there. Default: for ever.',
      ),
    server: z
      .strictObject({
        replicas: z.int().min(1).max(100).optional().describe('Replicas. Default 2. Not together with autoscaling.'),
        autoscaling: z
          .strictObject({
            min: z.int().min(1).max(100).default(2).describe('Fewest replicas. Default 2.'),
            max: z.int().min(2).max(100).describe('Most replicas.'),
            cpuUtilization: z
              .int()
              .min(10)
              .max(200)
              .default(70)
              .describe('Percent of the requested CPU that the autoscaler aims at. Default 70.'),
          })
          .refine(({ min, max }) => min <= max, {
            path: ['min'],
            error: 'is above max; the fewest replicas cannot be more than the most',
          })
          .optional()
          .describe('Lets the number of replicas follow their CPU. Default: replicas says how many.'),
        workers: z.int().min(1).max(32).default(2).describe('Processes of one replica. Default 2.'),
        cpu: cpuQuantity.default('250m').describe('CPU a replica asks for. Default 250m.'),
        memory: memoryQuantity
          .optional()
          .describe('Memory a replica asks for and is limited to. Default: 384Mi, and 256Mi for each worker.'),
      })
      .refine(({ replicas, autoscaling }) => replicas === undefined || autoscaling === undefined, {
        path: ['replicas'],
        error: 'stands beside autoscaling, which decides the number itself; keep one of them',
      })
      .prefault({})
      .describe('The feature server.'),
    exposed: z
      .boolean()
      .default(false)
      .describe(
        'Whether the server answers at /api/ml/features/<team> of the host api, too. It asks nobody who they are: who reaches the gateway may read features, and write them. Default false.',
      ),
    alerts: z
      .strictObject({
        latency: z
          .number()
          .positive()
          .max(10_000)
          .default(FEAST_THRESHOLDS.latency)
          .describe(
            `Milliseconds within which 95 of 100 requests for features are answered. Default ${FEAST_THRESHOLDS.latency}.`,
          ),
        errors: z
          .number()
          .min(0)
          .max(100)
          .default(FEAST_THRESHOLDS.errors)
          .describe(`Percent of the requests for features that may fail. Default ${FEAST_THRESHOLDS.errors}.`),
        staleAfter: duration
          .default('2h')
          .describe('How long ago a feature view may have been materialized. Default 2h.'),
      })
      .prefault({})
      .describe('When somebody is told that something is wrong.'),
  })
  .describe('Features of the team: a project of Feast.');

type Settings = z.output<typeof settings>;

/** ConfigMap in the namespace of each team that has features. */
const CLIENT = 'features-client';

const nameOf = ({ name }: Pick<TeamContext, 'name'>): string => `${name}-features`;
const projectOf = ({ project }: Settings, { name }: TeamContext): string => project ?? name.replaceAll('-', '_');

/** The features of a team. */
export const featuresTeamKind = defineTeamKind({
  name: 'features',
  summary: 'Features of the team, defined in Python, kept in the platform’s online store and served over HTTP.',
  settings,
  *problems(options, team): Generator<KindProblem> {
    const { offlineStore, definitions } = options;
    if (offlineStore === 'duckdb' && !team.sharedVolume) {
      const message =
        "is duckdb, which reads files of the team's shared volume, and the team has none; add sharedVolume, or take files or postgres";
      yield { path: ['offlineStore'], message };
    }
    if (offlineStore === 'files' && !definitions.image) {
      const message =
        "is files, which are read from a bucket by s3fs, and Feast's own image has none; take definitions from an image that has it, or take duckdb or postgres";
      yield { path: ['offlineStore'], message };
    }
  },
  components: (options, team, origin) => {
    const { definitions, server, materializations, alerts, forgetAfter } = options;
    const { environment, namespace, sharedVolume } = team;
    const name = nameOf(team);
    const project = projectOf(options, team);
    const client = CLIENT;
    const ambient: Ambient = definitions.git
      ? {
          internet: { ports: [gitPort(definitions.git.url)], why: 'definitions are fetched from their git repository' },
        }
      : {};
    return [
      defineComponent({
        name,
        layer: 'teams',
        namespace,
        summary: `Features of team ${team.name}.`,
        version: IMAGES.feast.tag,
        origin,
        needs: {
          registry: need(featureRegistry, { project }, 'keeps what features are defined'),
          online: need(
            cache,
            // Keys are the entity, in bytes, and the project behind it.
            { durability: 'durable', keys: [`*${project}`] },
            'keeps the newest values, which are served',
          ),
          ...(options.offlineStore === 'files' && {
            bucket: need(objectStore, { bucket: name, s3Only: true }, 'holds the files that values come from'),
          }),
          ...(options.offlineStore === 'postgres' && {
            history: need(
              postgres,
              { database: name.replaceAll('-', '_'), connections: offlineConnections(materializations.length) },
              'holds the tables that values come from',
            ),
          }),
        },
        offers: {
          serving: offer(featureServing, {
            ports: [FEAST_PORTS.server],
            serves: (consumer) => consumer.namespace === namespace,
            handle: ({ endpoint }) => ({
              url: `http://${endpoint.host}:${endpoint.port}`,
              project,
              clientConfigMap: client,
            }),
          }),
        },
        credentials: {
          ...(definitions.git?.private && {
            repository: credential({
              keys: { token: provided(`access token that may read ${definitions.git.url}`) },
              why: 'fetches the definitions of the features',
            }),
          }),
        },
        metrics: [{ via: 'service', port: FEAST_PORTS.metrics }],
        alerts: feastAlerts({
          job: name,
          jobs: JOBS,
          namespace,
          project,
          materializations: materializations.map((one) => one.name),
          thresholds: {
            latency: alerts.latency,
            errors: alerts.errors,
            staleSeconds: durationSeconds(alerts.staleAfter),
          },
        }),
        ...(options.exposed && {
          exposes: [
            { offer: 'serving', host: 'api', path: `/api/ml/features/${team.name}`, stripPath: true, timeout: '30s' },
          ],
        }),
        ...(definitions.git && { ambient }),
        demand: {
          always: [
            {
              what: 'feature server',
              count: server.autoscaling?.min ?? server.replicas ?? REPLICAS,
              requests: {
                cpu: parseQuantity(server.cpu),
                memory: parseQuantity(server.memory ?? `${384 + server.workers * 256}Mi`),
              },
            },
          ],
        },
        images: definitions.image ? [definitions.image.reference] : [],
        build(chart, { needs: { registry, online, bucket, history }, credentials: { repository }, offers }) {
          const remote = { kind: 'remote', endpoint: registry.endpoint } as const;
          new FeatureStore(chart, 'store', {
            name,
            jobs: JOBS,
            image: environment.image('feast'),
            project,
            registry: remote,
            onlineStore: online,
            ...(forgetAfter !== undefined && { keyTtlSeconds: durationSeconds(forgetAfter) }),
            offlineStore: offlineOf({ bucket, history, sharedVolume }),
            definitions: definitionsOf(definitions, repository && SecretRef.to(repository, 'token')),
            materializations: materializations.map(({ deadline, views, ...one }) => ({
              ...one,
              ...(views && { views }),
              deadlineSeconds: durationSeconds(deadline),
            })),
            ...(server.autoscaling ? { autoscaling: server.autoscaling } : { replicas: server.replicas ?? REPLICAS }),
            workers: server.workers,
            resources: { cpu: server.cpu, ...(server.memory !== undefined && { memory: server.memory }) },
            ...(options.offlineStore === 'duckdb' &&
              sharedVolume && {
                volumes: [
                  {
                    volume: { name: 'shared', persistentVolumeClaim: { claimName: sharedVolume.claim } },
                    mount: { name: 'shared', mountPath: sharedVolume.path },
                  },
                ],
              }),
          });
          const [host] = offers.serving.hosts.slice(-2);
          new ApiObject(chart, 'client', {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: client },
            data: {
              [STORE_FILE]: featureStoreYaml({
                project,
                registry: remote,
                onlineStore: { kind: 'remote', url: `http://${host ?? name}:${FEAST_PORTS.server.port}` },
              }),
            },
          } satisfies ConfigMap);
        },
      }),
    ];
  },
});

const gitPort = (url: string): number => Number(new URL(url).port || 443);

function offlineOf({
  bucket,
  history,
  sharedVolume,
}: {
  readonly bucket?: ObjectStoreHandle | undefined;
  readonly history?: PostgresHandle | undefined;
  readonly sharedVolume: TeamContext['sharedVolume'];
}): FeastOfflineStore {
  if (history) return { kind: 'postgres', database: history };
  if (bucket) return { kind: 'files', bucket };
  // Without a volume nothing is built.
  return { kind: 'duckdb', directory: sharedVolume?.path ?? '/' };
}

function definitionsOf({ image, git, files }: Settings['definitions'], token: SecretRef | undefined) {
  if (image) return { kind: 'image', image: image.reference, path: image.path } as const;
  if (git) {
    const { url, commit, path: directory } = git;
    return {
      kind: 'git',
      url,
      commit,
      ...(directory !== undefined && { path: directory }),
      ...(token && { token }),
    } as const;
  }
  return { kind: 'files', files: files ?? {} } as const;
}
