import { Construct } from 'constructs';
import type { ObjectStoreHandle } from '../../contracts/object-store.ts';
import type { PostgresHandle } from '../../contracts/postgres.ts';
import type { SecretRef } from '../../graph/credential.ts';
import {
  type Autoscaling,
  type EnvValue,
  type Identity,
  type PodProps,
  type Resources,
  ScheduledTask,
  type Scratch,
  Task,
  Workload,
} from '../workload/index.ts';
import { ACCOUNTS_SCRIPT } from './accounts.ts';
import { artifactsEnv, artifactsUri } from './artifacts.ts';
import { databaseEnv, databaseFiles, databaseUri } from './database.ts';
import { allowedHosts, allowedOrigins } from './hosts.ts';
import {
  METRICS_DIRECTORY,
  METRICS_MOUNT,
  METRICS_VOLUME,
  metricsExporter,
  mlflowMetricsPort,
} from './metrics-exporter.ts';
import { PROXIED_ARTIFACTS_FILES, proxied } from './proxied-artifacts.ts';

/** What people and programs may do with experiments and models that are not theirs. Source: MLflow docs, Basic Auth. */
export const PERMISSIONS = ['READ', 'USE', 'EDIT', 'MANAGE', 'NO_PERMISSIONS'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export interface Account {
  readonly username: SecretRef;
  readonly password: SecretRef;
}

export interface MlflowLogin {
  /** Signs sessions and forms; every replica has to have the same. */
  readonly sessionKey: SecretRef;
  /** The one account that may do everything. */
  readonly admin: Account;
  /** Accounts of programs, kept as they are here. People are added by the administrator. */
  readonly accounts?: readonly Account[];
  /** On what others made. Default `READ`. */
  readonly defaultPermission?: Permission;
  /**
   * Seconds for which a worker remembers that a password was right. Checking one takes a tenth of a second of CPU, and
   * clients send it with every request; a changed password is accepted for this long. Default 60.
   */
  readonly cacheSeconds?: number;
}

export interface MlflowGarbageCollection {
  /** Five cron fields, UTC. */
  readonly schedule: string;
  /** How long something deleted can be restored, as MLflow writes durations: `30d`. */
  readonly olderThan: string;
}

export interface MlflowServerProps {
  /** Of all objects and of the Service. Default `mlflow`. */
  readonly name?: string;
  /** MLflow with drivers for the database and the object store: upstream's images whose tag ends in `-full`. */
  readonly image: string;
  /** Runs, metrics, parameters, models, and accounts. Its user owns it: the server creates its tables. */
  readonly database: PostgresHandle;
  /** Where artifacts go. Clients send them through the server and need no access of their own. */
  readonly artifacts: ObjectStoreHandle;
  /** Encrypts what users store in the server, such as keys of model providers. Cannot change without `mlflow crypto rotate-kek`. */
  readonly encryptionKey: SecretRef;
  /** Names, without port, by which clients reach the server, beside `name` itself, which is always one. */
  readonly hosts?: readonly string[];
  /** URL at which browsers reach it. */
  readonly publicUrl?: string;
  /** Default 2. */
  readonly replicas?: number;
  /** In place of `replicas`. */
  readonly autoscaling?: Autoscaling;
  /** Processes of one replica. Default 2. */
  readonly workers?: number;
  /**
   * Most connections that one worker keeps for runs and models; accounts have as many again, and a replica has two of
   * its own. Default 10, at least 2.
   */
  readonly connectionsPerWorker?: number;
  /**
   * CPU: default 250m. Memory: by default 256Mi, 384Mi for each worker, and with a login 32Mi for each connection: so
   * much it takes to check a password, and as many are checked at once.
   */
  readonly resources?: Partial<Resources>;
  /** Disk for artifacts on their way through a replica. All that are sent at once must fit. Default 10Gi. */
  readonly uploadSpace?: string;
  /** Whether the server asks who is there. Default: it does not, and who reaches it may do everything. */
  readonly login?: MlflowLogin;
  /** Removes for good what users have deleted. Default: nothing is ever removed. */
  readonly garbageCollection?: MlflowGarbageCollection;
  /**
   * Whether the server runs jobs such as automatic evaluation. Only with one replica: a starting server takes up every
   * unfinished job in the database, those that other replicas are running too. Default false.
   */
  readonly jobs?: boolean;
}

export const MLFLOW_PORT = { name: 'http', port: 5000 } as const;

/** As any id but 0 would do: the image has no user of its own. */
const USER = { user: 1000, group: 1000 } as const;

/** Name of the server's container. */
const SERVER = 'mlflow';

const CONFIG = '/etc/mlflow';
const PLUGINS = '/opt/mlflow/plugins';

/** After everything it needs, before everything that needs it. */
const MIGRATION_WAVE = 1;
const SERVER_WAVE = 2;

/**
 * An MLflow tracking server with as many replicas as wanted: a Deployment, the Job that brings its database up to date
 * before it starts, and a CronJob that removes what was deleted.
 *
 * The migration is a Job of its own because Alembic takes no lock: of several pods that migrate at once all but one
 * fail. A server that is started too early, or by another tool than Argo CD, refuses a database that is not up to
 * date and is started again until it is.
 */
export class MlflowServer extends Construct {
  constructor(scope: Construct, id: string, props: MlflowServerProps) {
    super(scope, id);
    const name = props.name ?? 'mlflow';
    refuse(name, props);

    const identityOf = (store: ObjectStoreHandle) =>
      store.auth.kind === 'workload-identity'
        ? { annotations: store.auth.serviceAccountAnnotations, podLabels: store.auth.podLabels }
        : { annotations: {}, podLabels: {} };
    const cloud = identityOf(props.artifacts);
    const pod: PodProps = { ...USER, podLabels: cloud.podLabels };
    const shared = (role: string): Identity => ({
      name: `${name}-${role}`,
      component: name,
      role,
      serviceAccount: name,
    });

    const uri = databaseUri(props.database);
    const common: Readonly<Record<string, EnvValue>> = {
      // The id has no home directory, and libraries look for one.
      HOME: '/tmp',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_BACKEND_STORE_URI: uri,
      ...databaseEnv(props.database),
    };
    const login = props.login && loginFiles(name, uri, props.login);

    new Task(this, 'migrate', {
      ...shared('migrate'),
      ...pod,
      config: databaseFiles(`${name}-migrate`, props.database),
      wave: MIGRATION_WAVE,
      ...migration(props, uri, common),
    });

    new Workload(this, 'server', {
      name,
      role: 'server',
      serviceAccountAnnotations: cloud.annotations,
      ...pod,
      config: [
        { name: `${name}-plugins`, path: PLUGINS, files: PROXIED_ARTIFACTS_FILES, containers: [SERVER] },
        ...databaseFiles(name, props.database, [SERVER]),
        ...(login ? [login] : []),
      ],
      wave: SERVER_WAVE,
      ...(props.autoscaling ? { autoscaling: props.autoscaling } : { replicas: props.replicas ?? 2 }),
      // Time for uploads that are under way.
      terminationGracePeriodSeconds: 60,
      services: [{ ports: login ? [MLFLOW_PORT, mlflowMetricsPort(true)] : [MLFLOW_PORT] }],
      volumes: [METRICS_VOLUME],
      containers: [
        {
          name: SERVER,
          image: props.image,
          command: ['mlflow', 'server'],
          args: serverArgs(props),
          env: serverEnv(name, common, props),
          ports: [MLFLOW_PORT],
          resources: { cpu: '250m', memory: memoryOf(props), ...props.resources },
          mounts: [METRICS_MOUNT],
          scratch: [{ path: '/tmp', sizeLimit: props.uploadSpace ?? '10Gi' }],
          probes: {
            startup: { httpGet: { path: '/health', port: MLFLOW_PORT.name }, periodSeconds: 5, failureThreshold: 60 },
            readiness: { httpGet: { path: '/health', port: MLFLOW_PORT.name }, periodSeconds: 5, timeoutSeconds: 5 },
            liveness: {
              httpGet: { path: '/health', port: MLFLOW_PORT.name },
              periodSeconds: 20,
              timeoutSeconds: 10,
              failureThreshold: 6,
            },
          },
          // Until the endpoints have lost the pod, requests still come.
          lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
        },
        ...(login ? [metricsExporter(props.image)] : []),
      ],
    });

    if (props.garbageCollection) {
      const { schedule, olderThan } = props.garbageCollection;
      new ScheduledTask(this, 'gc', {
        ...shared('gc'),
        ...pod,
        config: databaseFiles(`${name}-gc`, props.database),
        schedule,
        containers: [
          {
            name: 'gc',
            image: props.image,
            command: ['mlflow', 'gc'],
            args: ['--backend-store-uri', uri, '--older-than', olderThan, ...(props.jobs ? ['--jobs'] : [])],
            env: {
              ...common,
              // Artifacts are deleted where they were sent to: at the server.
              MLFLOW_TRACKING_URI: `http://${name}:${MLFLOW_PORT.port}`,
              ...(props.login && {
                MLFLOW_TRACKING_USERNAME: props.login.admin.username,
                MLFLOW_TRACKING_PASSWORD: props.login.admin.password,
              }),
              // Except those of experiments that name a place in the bucket.
              ...artifactsEnv(props.artifacts),
            },
            resources: { cpu: '100m', memory: '1Gi' },
            scratch: SCRATCH,
          },
        ],
      });
    }
  }
}

const SCRATCH: readonly Scratch[] = [{ path: '/tmp' }];

/** In this order: the command that makes a new database would take one that already has accounts for an old one. */
function migration(props: MlflowServerProps, uri: string, env: Readonly<Record<string, EnvValue>>) {
  const step = { image: props.image, resources: { cpu: '100m', memory: '1Gi' }, scratch: SCRATCH };
  const migrate = { ...step, name: 'migrate', command: ['mlflow', 'db', 'upgrade'], args: [uri], env };
  if (!props.login) return { containers: [migrate] as const };
  const accounts = [props.login.admin, ...(props.login.accounts ?? [])];
  return {
    initContainers: [migrate],
    containers: [
      {
        ...step,
        name: 'accounts',
        command: ['python', '-c', ACCOUNTS_SCRIPT],
        env: {
          ...env,
          ACCOUNTS: String(accounts.length),
          ...Object.fromEntries(
            accounts.flatMap(({ username, password }, number) => [
              [`ACCOUNT_${number}_NAME`, username],
              [`ACCOUNT_${number}_PASSWORD`, password],
            ]),
          ),
        },
      },
    ] as const,
  };
}

function serverArgs({ artifacts, workers = 2, login }: MlflowServerProps): string[] {
  return [
    '--host=0.0.0.0',
    `--port=${MLFLOW_PORT.port}`,
    `--workers=${workers}`,
    `--artifacts-destination=${proxied(artifactsUri(artifacts))}`,
    `--expose-prometheus=${METRICS_DIRECTORY}`,
    // Idle connections otherwise end after 5 s, and a gateway that keeps them sends into ones that are just closing.
    '--uvicorn-opts=--timeout-keep-alive=90 --timeout-graceful-shutdown=45',
    ...(login ? ['--app-name=basic-auth'] : []),
  ];
}

function serverEnv(
  name: string,
  common: Readonly<Record<string, EnvValue>>,
  {
    hosts = [],
    publicUrl,
    artifacts,
    encryptionKey,
    connectionsPerWorker = 10,
    login,
    jobs = false,
  }: MlflowServerProps,
): Readonly<Record<string, EnvValue>> {
  const origins = allowedOrigins(publicUrl);
  return {
    // First: the hosts below refer to it.
    POD_IP: { podField: 'status.podIP' },
    PYTHONPATH: PLUGINS,
    ...common,
    MLFLOW_SERVER_ALLOWED_HOSTS: allowedHosts({ names: [name, ...hosts], port: MLFLOW_PORT.port, publicUrl, jobs }),
    ...(origins !== undefined && { MLFLOW_SERVER_CORS_ALLOWED_ORIGINS: origins }),
    MLFLOW_CRYPTO_KEK_PASSPHRASE: encryptionKey,
    // MLflow takes no overflow of 0 for an answer and would allow 10.
    MLFLOW_SQLALCHEMYSTORE_POOL_SIZE: String(connectionsPerWorker - 1),
    MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW: '1',
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: String(jobs),
    ...artifactsEnv(artifacts),
    ...(login && {
      MLFLOW_AUTH_CONFIG_PATH: `${CONFIG}/basic_auth.ini`,
      MLFLOW_FLASK_SERVER_SECRET_KEY: login.sessionKey,
      MLFLOW_AUTH_ADMIN_USERNAME: login.admin.username,
      MLFLOW_AUTH_ADMIN_PASSWORD: login.admin.password,
    }),
  };
}

function memoryOf({ workers = 2, connectionsPerWorker = 10, login }: MlflowServerProps): string {
  return `${256 + workers * (384 + (login ? connectionsPerWorker * 32 : 0))}Mi`;
}

function loginFiles(name: string, uri: string, { defaultPermission = 'READ', cacheSeconds = 60 }: MlflowLogin) {
  const settings = {
    default_permission: defaultPermission,
    database_uri: uri.replaceAll('%', '%%'),
    auth_cache_ttl_seconds: cacheSeconds,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
  return {
    name: `${name}-login`,
    path: CONFIG,
    containers: [SERVER],
    files: { 'basic_auth.ini': `[mlflow]\n${lines.join('')}` },
  };
}

function refuse(
  name: string,
  { jobs, replicas = 2, autoscaling, connectionsPerWorker = 10, workers = 2 }: MlflowServerProps,
): void {
  const most = autoscaling?.max ?? replicas;
  if (jobs && most > 1) {
    throw new Error(
      `${name}: jobs are on with ${most} replicas, which would run each other's jobs again; use one replica, or no jobs`,
    );
  }
  if (connectionsPerWorker < 2) {
    throw new Error(`${name}: connectionsPerWorker is ${connectionsPerWorker}; a worker needs at least 2`);
  }
  if (workers < 1) throw new Error(`${name}: workers is ${workers}; a replica needs at least 1`);
}
