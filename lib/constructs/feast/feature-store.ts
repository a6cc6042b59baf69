import { Construct } from 'constructs';
import type { Volume, VolumeMount } from '../../../imports/k8s.ts';
import type { CacheHandle } from '../../contracts/cache.ts';
import type { DeclaredSecret } from '../../graph/credential.ts';
import {
  type Autoscaling,
  type ContainerProps,
  type Identity,
  type PodProps,
  type Probes,
  type Resources,
  ScheduledTask,
  Task,
  Workload,
} from '../workload/index.ts';
import { definitionsPod, type FeastDefinitions } from './definitions.ts';
import {
  FEAST_USER,
  FeatureRegistry,
  featureUi,
  LINGER,
  required,
  SCRATCH,
  STORE_ARGUMENT,
} from './feature-registry.ts';
import { FEAST_PORTS } from './ports.ts';
import { tokenReader } from './rbac.ts';
import {
  type FeastAuth,
  type FeastOfflineStore,
  type FeastRegistry,
  type FeastSettings,
  featureStoreEnv,
  identityOf,
  STORE_DIRECTORY,
  storeFiles,
} from './settings.ts';

/** A program that brings features from the offline into the online store, as far as they are new. */
export interface FeastMaterialization {
  /** Unique among those of the store: `hourly`. */
  readonly name: string;
  /** Five cron fields, UTC. */
  readonly schedule: string;
  /** Feature views. Default: all. */
  readonly views?: readonly string[];
  /** Seconds after which a run is ended and has failed. Default 3600. */
  readonly deadlineSeconds?: number;
}

export interface FeatureStoreProps {
  /** Of all objects and of the Service. */
  readonly name: string;
  /** What the names of Jobs begin with, which may be 37 characters long less the name of a materialization. Default `name`. */
  readonly jobs?: string;
  /** Needed for auth `kubernetes`, whose rights name it. */
  readonly namespace?: string;
  /** Feast with the libraries of its stores, a shell and git: upstream's feature-server. */
  readonly image: string;
  readonly project: string;
  readonly registry: FeastRegistry;
  readonly onlineStore: CacheHandle;
  /** Seconds after which an entity that nothing was written for is forgotten. Default: never. */
  readonly keyTtlSeconds?: number;
  readonly offlineStore: FeastOfflineStore;
  readonly auth?: FeastAuth;
  /** What `feast apply` applies, once for every change. Default: nothing; somebody else applies. */
  readonly definitions?: FeastDefinitions;
  readonly materializations?: readonly FeastMaterialization[];
  /** Default 2. */
  readonly replicas?: number;
  /** In place of `replicas`. */
  readonly autoscaling?: Autoscaling;
  /** Processes of one replica. Default 2. */
  readonly workers?: number;
  /** CPU: default 250m. Memory: by default 384Mi and 256Mi for each worker. */
  readonly resources?: Partial<Resources>;
  /** Of one run of apply or of a materialization. Default 250m and 1Gi. */
  readonly jobResources?: Partial<Resources>;
  /** Certificate and key (`tls.crt`, `tls.key`) of the feature server, where no mesh encrypts. Default: plain HTTP. */
  readonly tls?: DeclaredSecret<'tls.crt' | 'tls.key'>;
  /** Volumes that hold data, for all containers. */
  readonly volumes?: readonly { readonly volume: Volume; readonly mount: VolumeMount }[];
  /** gRPC for clients that want the registry itself; for registries that are no servers yet. */
  readonly registryServer?: boolean;
  /** Arrow Flight for clients that want history. */
  readonly offlineServer?: boolean;
  /** Pages that show what is defined. They have no login. */
  readonly ui?: boolean;
}

/** After everything it needs, before everything that needs it. */
const APPLY_WAVE = 1;
const SERVER_WAVE = 2;

const TLS_DIRECTORY = '/etc/feast-tls';

/**
 * One project of a feature store: the server that answers for features, the Job that applies the definitions, and
 * CronJobs that bring new values into the online store.
 *
 * The definitions are applied by a Job of its own, because replicas that did it when they start would race each other.
 */
export class FeatureStore extends Construct {
  constructor(scope: Construct, id: string, props: FeatureStoreProps) {
    super(scope, id);
    const { name, jobs = name, project, registry, offlineStore, auth, definitions, tls, keyTtlSeconds } = props;
    const settings: FeastSettings = {
      project,
      registry,
      onlineStore: {
        kind: 'redis',
        cache: props.onlineStore,
        ...(keyTtlSeconds !== undefined && { keyTtlSeconds }),
      },
      offlineStore,
      ...(auth && { auth }),
    };
    const image = definitions?.kind === 'image' ? definitions.image : props.image;
    const cloud = identityOf(settings);
    const kubernetesApi = auth?.kind === 'kubernetes';
    const extra = props.volumes ?? [];
    const pod: PodProps = { ...FEAST_USER, podLabels: cloud.podLabels, kubernetesApi };
    const shared = (role: string, prefix = name): Identity => ({
      name: `${prefix}-${role}`,
      component: name,
      role,
      serviceAccount: name,
    });
    const storeConfig = (owner: string, containers: readonly string[]) => ({
      name: `${owner}-store`,
      path: STORE_DIRECTORY,
      files: storeFiles(settings),
      containers,
    });
    const common = {
      image,
      command: ['feast'],
      workingDir: '/tmp',
      env: featureStoreEnv(settings),
      scratch: SCRATCH,
    };
    const mounts = extra.map(({ mount }) => mount);
    const volumes = extra.map(({ volume }) => volume);
    const job = { cpu: '250m', memory: '1Gi', ...props.jobResources };

    if (kubernetesApi) tokenReader(this, name, required(name, props.namespace));

    if (definitions) {
      const owner = `${jobs}-apply`;
      const repository = definitionsPod(owner, image, definitions);
      new Task(this, 'apply', {
        ...shared('apply', jobs),
        ...pod,
        wave: APPLY_WAVE,
        initContainers: repository.initContainers,
        config: [storeConfig(owner, ['apply']), ...repository.config],
        volumes: [...volumes, ...repository.volumes],
        containers: [
          {
            ...common,
            name: 'apply',
            args: [`--chdir=${repository.directory}`, STORE_ARGUMENT, 'apply', '--no-progress'],
            resources: job,
            mounts: [...mounts, ...repository.mounts],
          },
        ],
      });
    }

    for (const one of props.materializations ?? []) {
      const role = `materialize-${one.name}`;
      new ScheduledTask(this, role, {
        ...shared(role, jobs),
        ...pod,
        schedule: one.schedule,
        retries: 1,
        deadlineSeconds: one.deadlineSeconds ?? 3600,
        config: [storeConfig(`${jobs}-${role}`, ['materialize'])],
        volumes,
        containers: [
          {
            ...common,
            name: 'materialize',
            // Up to the moment it starts.
            command: ['sh', '-ec', 'exec feast "$@" "`date -u +%Y-%m-%dT%H:%M:%S`"', 'sh'],
            args: [STORE_ARGUMENT, 'materialize-incremental', ...(one.views ?? []).map((view) => `--views=${view}`)],
            resources: job,
            mounts,
          },
        ],
      });
    }

    new Workload(this, 'server', {
      name,
      role: 'server',
      serviceAccountAnnotations: cloud.annotations,
      ...pod,
      wave: SERVER_WAVE,
      config: [storeConfig(name, [SERVER])],
      volumes: [...volumes, ...(tls ? [{ name: 'tls', secret: { secretName: tls.name } }] : [])],
      ...(props.autoscaling ? { autoscaling: props.autoscaling } : { replicas: props.replicas ?? 2 }),
      services: [{ ports: [FEAST_PORTS.server, FEAST_PORTS.metrics] }],
      containers: [
        {
          ...common,
          name: SERVER,
          args: serverArgs(props),
          ports: [FEAST_PORTS.server, FEAST_PORTS.metrics],
          resources: { cpu: '250m', memory: memoryOf(props), ...props.resources },
          mounts: [...mounts, ...(tls ? [{ name: 'tls', mountPath: TLS_DIRECTORY, readOnly: true }] : [])],
          probes: serverProbes(tls !== undefined),
          lifecycle: LINGER,
        },
      ],
    });

    if (props.registryServer) {
      if (registry.kind === 'remote') {
        throw new Error(`${name}: the registry is a server already; leave out registryServer`);
      }
      new FeatureRegistry(this, 'registry', {
        name: `${name}-registry`,
        ...(props.namespace !== undefined && { namespace: props.namespace }),
        image,
        project,
        registry,
        ...(auth && { auth }),
      });
    }
    if (props.offlineServer)
      this.#offlineServer(shared('offline'), pod, common, {
        volumes,
        mounts,
        config: [storeConfig(`${name}-offline`, ['offline'])],
      });
    if (props.ui) {
      featureUi(this, { name: `${name}-ui`, component: name, serviceAccount: name, image, settings });
    }
  }

  #offlineServer(
    identity: Identity,
    pod: PodProps,
    common: Omit<ContainerProps, 'name' | 'args' | 'resources'>,
    {
      volumes,
      mounts,
      config,
    }: { volumes: readonly Volume[]; mounts: readonly VolumeMount[]; config: NonNullable<PodProps['config']> },
  ): void {
    const probe = { tcpSocket: { port: FEAST_PORTS.offline.name } } as const;
    new Workload(this, 'offline', {
      ...identity,
      ...pod,
      wave: SERVER_WAVE,
      config,
      volumes,
      services: [{ ports: [FEAST_PORTS.offline] }],
      containers: [
        {
          ...common,
          name: 'offline',
          args: [STORE_ARGUMENT, 'serve_offline', '--host=0.0.0.0', `--port=${FEAST_PORTS.offline.port}`],
          ports: [FEAST_PORTS.offline],
          resources: { cpu: '250m', memory: '2Gi' },
          mounts,
          probes: {
            startup: { ...probe, periodSeconds: 3, failureThreshold: 40 },
            readiness: { ...probe, periodSeconds: 10 },
          },
        },
      ],
    });
  }
}

const SERVER = 'server';

function serverArgs({ workers = 2, tls }: FeatureStoreProps): string[] {
  return [
    STORE_ARGUMENT,
    'serve',
    '--host=0.0.0.0',
    `--port=${FEAST_PORTS.server.port}`,
    `--workers=${workers}`,
    // Workers that are replaced leave their last word on freshness behind, and Prometheus is told the worst of all.
    '--max-requests=0',
    // Longer than gateways keep theirs, which otherwise send into a connection that is just closing.
    '--keep-alive-timeout=90',
    '--registry_ttl_sec=60',
    '--no-access-log',
    '--metrics',
    ...(tls ? [`--cert=${TLS_DIRECTORY}/tls.crt`, `--key=${TLS_DIRECTORY}/tls.key`] : []),
  ];
}

/**
 * `/health` asks the registry, which every request needs too. Not for liveness: new pods would not have it either.
 */
function serverProbes(tls: boolean): Probes {
  const health = {
    httpGet: { path: '/health', port: FEAST_PORTS.server.name, ...(tls && { scheme: 'HTTPS' as const }) },
  };
  return {
    startup: { ...health, periodSeconds: 3, failureThreshold: 40, timeoutSeconds: 5 },
    readiness: { ...health, periodSeconds: 5, timeoutSeconds: 5 },
  };
}

const memoryOf = ({ workers = 2 }: FeatureStoreProps): string => `${384 + workers * 256}Mi`;
