import { type Json, yamlText } from '../yaml-text.ts';
import { RAY_PORTS } from './ports.ts';
import { serveRuntimeEnvProblem } from './runtime-env.ts';

/** The number of replicas follows the requests. Source: Ray docs, Serve, Advanced Autoscaling. */
export interface ServeAutoscaling {
  /** 0 lets a deployment without requests go away; the first request then waits for it. */
  readonly min: number;
  readonly max: number;
  /** Requests of one replica at a time that the autoscaler aims at. Default of Ray: 2. */
  readonly targetOngoingRequests?: number;
  /** Replicas to begin with. Default: `min`. */
  readonly initial?: number;
  /** Seconds that a need has to last before replicas are added (default of Ray: 30) or removed (600). */
  readonly upscaleDelay?: number;
  readonly downscaleDelay?: number;
}

/** What each replica takes of a node. */
export interface RayActor {
  /** Default of Ray: 1. */
  readonly numCpus?: number;
  /** A fraction below 1 shares a GPU, whose memory is then for the replicas to share as well; above 1 whole GPUs only. */
  readonly numGpus?: number;
  /** Bytes that Ray sets aside; the replica is not held to them. */
  readonly memory?: number;
  /** Resources of worker groups, `rayResources`. */
  readonly resources?: Readonly<Record<string, number>>;
  /** As Ray names models of GPUs: `A10G`. */
  readonly acceleratorType?: string;
  readonly runtimeEnv?: { readonly [key: string]: Json };
}

/** Changes how a class decorated with `@serve.deployment` runs. */
export interface ServeDeployment {
  /** As the program calls it: by default the name of the class. */
  readonly name: string;
  /** How many replicas, at least 1, or the range in which Ray decides. Default: what the program says. */
  readonly replicas?: number | ServeAutoscaling;
  /** Requests that a replica works on at a time; others wait. Default of Ray: 5. */
  readonly maxOngoingRequests?: number;
  /** Requests that wait in one proxy before more are refused with 503. Default of Ray: no limit. */
  readonly maxQueuedRequests?: number;
  readonly actor?: RayActor;
  /** Given to `reconfigure()`. A change of this alone starts no new replicas. */
  readonly userConfig?: Json;
  /** Seconds that a replica may take to end its requests. Default of Ray: 20. */
  readonly gracefulShutdownTimeout?: number;
  /** Seconds between two looks at whether it has ended them. Default of Ray: 2. */
  readonly gracefulShutdownWaitLoop?: number;
  /** Seconds between two calls of `check_health()` (default of Ray: 10), and for one of them (30). */
  readonly healthCheckPeriod?: number;
  readonly healthCheckTimeout?: number;
}

export interface ServeApplication {
  readonly name: string;
  /** Where Python finds the bound application: `module:app`. */
  readonly importPath: string;
  /** Begins every path of the application: `/api/ml/serve/fraud`. No other has it. Default `/`. */
  readonly routePrefix?: string;
  /**
   * Source: Ray docs, Runtime Environments. Packages are installed when a replica starts; an image that has them starts
   * faster. Serve uploads nothing: a directory of the image is `working_dir: local:///app`.
   */
  readonly runtimeEnv?: { readonly [key: string]: Json };
  /** Arguments of a builder function, where `importPath` names one. */
  readonly args?: { readonly [key: string]: Json };
  readonly deployments?: readonly ServeDeployment[];
}

/** Which pods have a proxy: those that have replicas, and the head; or only the head. */
export type ProxyLocation = 'EveryNode' | 'HeadOnly';

export interface ServeConfig {
  readonly name: string;
  readonly applications: readonly [ServeApplication, ...ServeApplication[]];
  readonly proxyLocation?: ProxyLocation;
  readonly requestTimeout?: number;
}

/** `serveConfigV2`: what Ray's ServeDeploySchema reads. Source: ray, python/ray/serve/schema.py. */
export function serveConfigText(config: ServeConfig): string {
  refuse(config);
  return yamlText({
    proxy_location: config.proxyLocation ?? 'EveryNode',
    http_options: {
      host: '0.0.0.0',
      port: RAY_PORTS.serve.port,
      // Idle connections otherwise end after 5 s, and a gateway that keeps them sends into ones that are just closing.
      keep_alive_timeout_s: 90,
      ...optional('request_timeout_s', config.requestTimeout),
    },
    applications: config.applications.map((application) => ({
      name: application.name,
      import_path: application.importPath,
      route_prefix: application.routePrefix ?? '/',
      ...optional('runtime_env', application.runtimeEnv),
      ...optional('args', application.args),
      ...optional('deployments', application.deployments?.map(deployment)),
    })),
  });
}

/** Whether some deployment is sure to have a replica, and so some worker a proxy. What the program itself says is not known. */
export const alwaysHasReplica = ({ applications }: Pick<ServeConfig, 'applications'>): boolean =>
  applications.some(({ deployments = [] }) =>
    deployments.some(({ replicas = 0 }) => (typeof replicas === 'number' ? replicas : replicas.min) > 0),
  );

function deployment(props: ServeDeployment): { readonly [key: string]: Json } {
  const { replicas, actor } = props;
  return {
    name: props.name,
    ...(typeof replicas === 'number' && { num_replicas: replicas }),
    ...(typeof replicas === 'object' && { autoscaling_config: autoscaling(replicas) }),
    ...optional('max_ongoing_requests', props.maxOngoingRequests),
    ...optional('max_queued_requests', props.maxQueuedRequests),
    ...optional('user_config', props.userConfig),
    ...optional('graceful_shutdown_timeout_s', props.gracefulShutdownTimeout),
    ...optional('graceful_shutdown_wait_loop_s', props.gracefulShutdownWaitLoop),
    ...optional('health_check_period_s', props.healthCheckPeriod),
    ...optional('health_check_timeout_s', props.healthCheckTimeout),
    ...(actor && {
      ray_actor_options: {
        ...optional('num_cpus', actor.numCpus),
        ...optional('num_gpus', actor.numGpus),
        ...optional('memory', actor.memory),
        ...optional('resources', actor.resources),
        ...optional('accelerator_type', actor.acceleratorType),
        ...optional('runtime_env', actor.runtimeEnv),
      },
    }),
  };
}

const autoscaling = (props: ServeAutoscaling): { readonly [key: string]: Json } => ({
  min_replicas: props.min,
  max_replicas: props.max,
  ...optional('initial_replicas', props.initial),
  ...optional('target_ongoing_requests', props.targetOngoingRequests),
  ...optional('upscale_delay_s', props.upscaleDelay),
  ...optional('downscale_delay_s', props.downscaleDelay),
});

const optional = (key: string, value: Json | undefined): { readonly [key: string]: Json } =>
  value === undefined ? {} : { [key]: value };

/** Begins with a slash and has none at its end, except alone. */
export const ROUTE_PREFIX = /^\/([^/{}?#\s]+(\/[^/{}?#\s]+)*)?$/;

/** `module:variable`. */
export const IMPORT_PATH = /^[A-Za-z_][\w.]*[.:][A-Za-z_]\w*$/;

/** Why Ray does not take a number of replicas. */
export function replicasProblem(replicas: number | ServeAutoscaling): string | undefined {
  if (typeof replicas === 'number') {
    if (Number.isInteger(replicas) && replicas > 0) return undefined;
    return `has ${replicas} replicas; a fixed number is a whole one, at least 1, and {min: 0, max: 1} goes down to none`;
  }
  const { min, max, initial = min } = replicas;
  if ([min, max, initial].every(Number.isInteger) && min >= 0 && max >= 1 && initial >= min && initial <= max) {
    return undefined;
  }
  return `has from ${min} to ${max} replicas, at first ${initial}; min is at most max, and initial in between`;
}

/** The first of the deployments of an application that has the name of one before it. */
export function deploymentsProblem(
  deployments: readonly Pick<ServeDeployment, 'name'>[],
): { readonly index: number; readonly message: string } | undefined {
  const names = deployments.map(({ name }) => name);
  const index = names.findIndex((name, at) => names.indexOf(name) < at);
  return index < 0
    ? undefined
    : { index, message: `has two deployments with the name "${names[index]}"; give each its own` };
}

function refuse({ name, applications }: ServeConfig): void {
  refuseTwice(
    name,
    'applications',
    'name',
    applications.map((application) => application.name),
  );
  refuseTwice(
    name,
    'applications',
    'route prefix',
    applications.map(({ routePrefix = '/' }) => routePrefix),
  );
  for (const application of applications) {
    const where = `application "${application.name}"`;
    if (application.name === '') throw new Error(`${name}: an application has no name; Serve tells them apart by it`);
    if (!IMPORT_PATH.test(application.importPath)) {
      throw new Error(
        `${name}: ${where} has the import path "${application.importPath}"; write module:variable, as in "fraud.app:app"`,
      );
    }
    const { routePrefix = '/', deployments = [] } = application;
    if (!ROUTE_PREFIX.test(routePrefix)) {
      throw new Error(
        `${name}: ${where} has the route prefix "${routePrefix}"; it begins with a slash, has none at its end and no braces`,
      );
    }
    const ofRuntimeEnv = application.runtimeEnv && serveRuntimeEnvProblem(application.runtimeEnv);
    if (ofRuntimeEnv !== undefined) throw new Error(`${name}: runtimeEnv of ${where} ${ofRuntimeEnv}`);
    const ofDeployments = deploymentsProblem(deployments);
    if (ofDeployments !== undefined) throw new Error(`${name}: ${where} ${ofDeployments.message}`);
    for (const one of deployments) refuseDeployment(`${name}: deployment "${one.name}" of ${where}`, one);
  }
}

function refuseDeployment(where: string, { replicas, actor, userConfig }: ServeDeployment): void {
  const ofReplicas = replicas === undefined ? undefined : replicasProblem(replicas);
  if (ofReplicas !== undefined) throw new Error(`${where} ${ofReplicas}`);
  const ofRuntimeEnv = actor?.runtimeEnv && serveRuntimeEnvProblem(actor.runtimeEnv);
  if (ofRuntimeEnv !== undefined) throw new Error(`${where}: runtimeEnv ${ofRuntimeEnv}`);
  const gpus = actor?.numGpus ?? 0;
  if (gpus < 0 || (gpus > 1 && !Number.isInteger(gpus))) {
    throw new Error(`${where} has numGpus ${gpus}; Ray gives parts of one GPU, or whole ones`);
  }
  if (userConfig !== undefined && (userConfig === null || typeof userConfig !== 'object')) {
    throw new Error(`${where} has a userConfig that is no map; reconfigure() takes one`);
  }
}

function refuseTwice(name: string, what: string, field: string, values: readonly string[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new Error(`${name}: two ${what} have the ${field} "${twice}"; give each its own`);
}
