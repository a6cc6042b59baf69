import type {
  RayClusterSpec,
  RayClusterSpecGcsFaultToleranceOptions,
  RayClusterSpecWorkerGroupSpecs,
} from '../../../imports/kuberay.ts';
import { type CacheHandle, cacheUrl } from '../../contracts/cache.ts';
import { requirements } from '../workload/index.ts';
import { AUTH_TOKEN_KEY, RAY_NAME_LIMITS, type RayKind } from './names.ts';
import { AUTOSCALER_RESOURCES } from './overhead.ts';
import { AUTOSCALER_MOUNTS, headTemplate, RESTRICTED, workerTemplate } from './pods.ts';
import type { RayHead, RayTemplate, RayWorkerGroup } from './props.ts';

export interface ClusterOptions {
  readonly kind: RayKind;
  /** Whether workers answer requests of Serve themselves. */
  readonly workersServe?: boolean;
}

/** Whether something but us decides how many workers there are. */
export const isAutoscaled = ({ autoscaling, workerGroups = [] }: RayTemplate): boolean =>
  autoscaling !== undefined || workerGroups.some(({ replicas }) => typeof replicas !== 'number');

/** Fields of a RayClusterSpec at `path` that the autoscaler writes. */
export const autoscaledFields = (path: string): readonly string[] =>
  ['replicas', 'scaleStrategy'].map((field) => `${path}.workerGroupSpecs[].${field}`);

export function clusterSpec(props: RayTemplate, options: ClusterOptions): RayClusterSpec {
  refuse(props, options.kind);
  const { workerGroups = [], autoscaling = {} } = props;
  const autoscaled = isAutoscaled(props);
  return {
    rayVersion: props.rayVersion,
    ...(props.auth !== 'none' && {
      authOptions: {
        mode: 'token' as const,
        ...(props.tokenSecret && { secretName: props.tokenSecret.name }),
      },
    }),
    ...(autoscaled && {
      enableInTreeAutoscaling: true,
      autoscalerOptions: {
        version: 'v2' as const,
        idleTimeoutSeconds: autoscaling.idleTimeout ?? 60,
        upscalingMode: autoscaling.upscalingMode ?? 'Default',
        imagePullPolicy: 'IfNotPresent',
        resources: requirements({
          cpu: autoscaling.cpu ?? AUTOSCALER_RESOURCES.cpu,
          memory: autoscaling.memory ?? AUTOSCALER_RESOURCES.memory,
        }),
        env: [{ name: 'HOME', value: '/tmp' }],
        securityContext: RESTRICTED,
        volumeMounts: AUTOSCALER_MOUNTS,
      },
    }),
    ...(props.gcsFaultTolerance && { gcsFaultToleranceOptions: faultTolerance(props.gcsFaultTolerance) }),
    headGroupSpec: {
      rayStartParams: {
        'num-cpus': String(props.head.numCpus ?? (workerGroups.length > 0 ? 0 : wholeCpus(props, 'head', props.head))),
      },
      template: headTemplate(options.kind, props, autoscaled),
    },
    ...(workerGroups.length > 0 && {
      workerGroupSpecs: workerGroups.map((group) => workerGroup(props, group, autoscaled, options)),
    }),
  };
}

function workerGroup(
  props: RayTemplate,
  group: RayWorkerGroup,
  autoscaled: boolean,
  { kind, workersServe = false }: ClusterOptions,
): RayClusterSpecWorkerGroupSpecs {
  const { replicas, gpu } = group;
  const { min, max } = typeof replicas === 'number' ? { min: replicas, max: replicas } : replicas;
  return {
    groupName: group.name,
    // Nothing of `replicas`: the autoscaler writes them, and Argo CD would write them back. Without it KubeRay keeps to
    // the minimum.
    minReplicas: min,
    maxReplicas: max,
    ...(group.idleTimeout !== undefined && { idleTimeoutSeconds: group.idleTimeout }),
    rayStartParams: {
      // KubeRay would round the request up: half a CPU would take whole tasks.
      'num-cpus': String(group.numCpus ?? wholeCpus(props, `worker group "${group.name}"`, group)),
      // KubeRay knows only names that end in "gpu" and the plainest of MIG.
      ...(gpu && { 'num-gpus': String(gpu.numGpus ?? gpu.count) }),
      ...(group.rayResources && { resources: `'${JSON.stringify(sorted(group.rayResources))}'` }),
    },
    template: workerTemplate(kind, props, group, { autoscaled, serves: workersServe }),
  };
}

/** No `externalStorageNamespace`: the cluster's uid is in it (`pods.ts`), and two clusters of one RayService never share state. */
function faultTolerance(cache: CacheHandle): RayClusterSpecGcsFaultToleranceOptions {
  const { login } = cache;
  return {
    redisAddress: cacheUrl(cache),
    ...(login?.username !== undefined && { redisUsername: { value: login.username } }),
    ...(login && { redisPassword: { valueFrom: login.password.valueFrom } }),
  };
}

const sorted = (record: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** How many CPUs a quantity is; Ray counts in whole ones. */
function wholeCpus({ name }: RayTemplate, where: string, { cpu }: RayHead): number {
  const cores = cpu.endsWith('m') ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu);
  if (Number.isInteger(cores) && cores > 0) return cores;
  throw new Error(
    `${name}: ${where} asks for cpu "${cpu}", but Ray counts whole CPUs; ask for a whole number, or say in numCpus how many Ray may count on`,
  );
}

/** Start parameters are written into a shell command. */
const RAY_RESOURCE = /^[A-Za-z0-9_][A-Za-z0-9_.:/-]*$/;

function refuse(props: RayTemplate, kind: RayKind): void {
  const { name, workerGroups = [], tokenSecret, rayVersion } = props;
  refuseName(name, kind);
  const [major = 0, minor = 0] = rayVersion.split('.').map(Number);
  if (!/^\d+\.\d+\.\d+$/.test(rayVersion) || major < 2 || (major === 2 && minor < 53)) {
    throw new Error(
      `${name}: rayVersion is "${rayVersion}"; at least "2.53.0" is wanted, in full: older ones have no /api/healthz, by which the pods are probed`,
    );
  }
  if (tokenSecret && props.auth === 'none') {
    throw new Error(`${name}: tokenSecret is given, but auth is "none"; leave one of them out`);
  }
  if (tokenSecret && tokenSecret.key !== AUTH_TOKEN_KEY) {
    throw new Error(
      `${name}: the token is below "${tokenSecret.key}" of Secret "${tokenSecret.name}"; KubeRay reads "${AUTH_TOKEN_KEY}"`,
    );
  }
  refuseCount(name, 'head', 'numCpus', props.head.numCpus);
  refuseCount(name, 'autoscaling', 'idleTimeout', props.autoscaling?.idleTimeout);
  for (const [index, group] of workerGroups.entries()) refuseGroup(props, group, workerGroups.slice(0, index));
}

function refuseGroup(props: RayTemplate, group: RayWorkerGroup, before: readonly RayWorkerGroup[]): void {
  const { name } = props;
  const where = `worker group "${group.name}"`;
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(group.name) || group.name.length > 63 || group.name === 'headgroup') {
    throw new Error(
      `${name}: ${where} is no name of a group; use lower-case letters, digits and dashes, a letter first, and not "headgroup"`,
    );
  }
  if (before.some((other) => other.name === group.name)) {
    throw new Error(`${name}: two worker groups are called "${group.name}"; give them different names`);
  }
  refuseCount(name, where, 'numCpus', group.numCpus);
  refuseCount(name, where, 'idleTimeout', group.idleTimeout);
  if (group.idleTimeout !== undefined && !isAutoscaled(props)) {
    throw new Error(
      `${name}: ${where} has an idleTimeout of ${group.idleTimeout} s, but no group of the cluster is autoscaled, so nobody removes its workers, and KubeRay refuses the cluster; leave it out, or give a group a range of replicas`,
    );
  }
  if (group.gpu) {
    refuseCount(name, where, 'gpu.count', group.gpu.count, 1);
    refuseCount(name, where, 'gpu.numGpus', group.gpu.numGpus);
  }
  if (typeof group.replicas === 'number') refuseCount(name, where, 'replicas', group.replicas);
  else {
    const { min, max } = group.replicas;
    refuseCount(name, where, 'replicas.min', min);
    refuseCount(name, where, 'replicas.max', max, 1);
    if (min > max) throw new Error(`${name}: ${where} has from ${min} to ${max} replicas; min is at most max`);
  }
  const odd = Object.keys(group.rayResources ?? {}).find((resource) => !RAY_RESOURCE.test(resource));
  if (odd !== undefined) {
    throw new Error(`${name}: ${where} has a resource "${odd}"; use letters, digits and . _ : / - in its name`);
  }
}

function refuseCount(name: string, where: string, field: string, count: number | undefined, least = 0): void {
  if (count === undefined || (Number.isInteger(count) && count >= least)) return;
  throw new Error(`${name}: ${where} has ${field} ${count}; it is a whole number of at least ${least}`);
}

/** @param room characters that something appends before KubeRay sees the name. */
export function refuseName(name: string, kind: RayKind, room = 0): void {
  const limit = RAY_NAME_LIMITS[kind] - room;
  if (name.length > limit) {
    throw new Error(`${name}: name of a ${kind} is ${name.length} characters long; at most ${limit} fit`);
  }
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
    throw new Error(
      `${name}: no name of a ${kind}; use lower-case letters, digits and dashes, a letter first and no dash last`,
    );
  }
}
