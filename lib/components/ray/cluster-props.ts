import type { EnvironmentContext } from '../../config/context.ts';
import { durationSeconds, parseQuantity } from '../../config/scalars.ts';
import {
  AUTOSCALER_RESOURCES,
  RAY_PORTS,
  type RayClusterThresholds,
  type RayKind,
  type RayTemplate,
  type RayWorkerGroup,
  rayClusterAlerts,
  rayPodLabels,
  rayStateKeys,
  type SharedVolume,
  WAIT_GCS_READY_RESOURCES,
} from '../../constructs/ray/index.ts';
import { type CacheHandle, cache } from '../../contracts/cache.ts';
import { type ExperimentTrackingHandle, experimentTracking } from '../../contracts/experiment-tracking.ts';
import { type FeatureServingHandle, featureServing } from '../../contracts/feature-serving.ts';
import { type ObjectStoreHandle, objectStore } from '../../contracts/object-store.ts';
import type { Alert } from '../../graph/alert.ts';
import type { Ambient, ComponentNode } from '../../graph/component.ts';
import { need, optionalNeed } from '../../graph/contract.ts';
import type { PodDemand } from '../../graph/demand.ts';
import { IMAGES } from '../../platform/versions.ts';
import { type Place, type PodAsk, place } from '../../scheduling/place.ts';
import type { KindProblem } from '../component.ts';
import type { ClusterSettings, WorkerGroup } from './settings.ts';

/** Where a cluster of Ray is, and what it may have of it. */
export interface Site {
  readonly environment: EnvironmentContext;
  readonly sharedVolume: SharedVolume | undefined;
}

const headAsk = ({ head }: ClusterSettings): PodAsk => ({ ...head, spot: false });
const askOf = ({ cpu, memory, gpu, spot }: WorkerGroup): PodAsk => ({ cpu: String(cpu), memory, gpu, spot });

/** Heads and worker groups that no node can hold. */
export function* groupProblems(
  settings: ClusterSettings,
  { cluster: { nodePools } }: EnvironmentContext,
  at: readonly (string | number)[],
): Generator<KindProblem> {
  const { workerGroups } = settings;
  if (
    workerGroups.length === 0 &&
    !(Number.isInteger(parseQuantity(settings.head.cpu)) && parseQuantity(settings.head.cpu) > 0)
  ) {
    const message = `is ${settings.head.cpu}, and without worker groups the head does the work: Ray counts whole CPUs; write it like 2`;
    yield { path: [...at, 'head', 'cpu'], message };
  }
  const placedHead = place(headAsk(settings), nodePools);
  if ('message' in placedHead) yield { path: [...at, 'head'], message: placedHead.message };
  for (const [index, group] of workerGroups.entries()) {
    const placed = place(askOf(group), nodePools);
    const path = [...at, 'workerGroups', index];
    if ('message' in placed) {
      yield { path: placed.of === 'gpu' ? [...path, 'gpu'] : path, message: placed.message };
    } else if (placed.capacity < group.max) {
      const message = `${group.max} workers do not fit the nodes that can hold them, which take ${placed.capacity} at most; lower max, or raise max of the node pools`;
      yield { path: [...path, 'max'], message };
    }
  }
}

/** Groups whose second copy has no room beside the first, where an upgrade makes one. */
export function* upgradeProblems(
  { workerGroups }: Pick<ClusterSettings, 'workerGroups'>,
  { cluster: { nodePools } }: EnvironmentContext,
  at: readonly (string | number)[],
): Generator<KindProblem> {
  for (const [index, group] of workerGroups.entries()) {
    const placed = place(askOf(group), nodePools);
    if ('message' in placed || placed.capacity < group.max || placed.capacity >= 2 * group.min) continue;
    const message = `an upgrade makes a second cluster with ${group.min} more of these workers, and the nodes that can hold them take ${placed.capacity} in all; lower min, raise max of the node pools, or set upgrade: None`;
    yield { path: [...at, 'workerGroups', index, 'min'], message };
  }
}

/** The parts of a cluster that come from its settings and the environment. Groups are known to fit. */
export function templateOf(settings: ClusterSettings, { environment, sharedVolume }: Site): Omit<RayTemplate, 'name'> {
  const { image, head, workerGroups, idleTimeout } = settings;
  const hasGpus = workerGroups.some(({ gpu }) => gpu !== undefined);
  return {
    image: image?.reference ?? environment.image(hasGpus ? 'ray-gpu' : 'ray'),
    rayVersion: image?.rayVersion ?? IMAGES.ray.tag.replace(/-.*$/, ''),
    head: { ...head, placement: placeOf(headAsk(settings), environment).placement },
    workerGroups: workerGroups.map((group) => workers(group, environment)),
    ...(isAutoscaled(settings) && { autoscaling: { idleTimeout: durationSeconds(idleTimeout) } }),
    ...(sharedVolume && { sharedVolume }),
  };
}

function workers(group: WorkerGroup, environment: EnvironmentContext): RayWorkerGroup {
  const { name, cpu, memory, min, max, idleTimeout } = group;
  const { placement, gpu } = placeOf(askOf(group), environment);
  return {
    name,
    cpu: String(cpu),
    memory,
    placement,
    ...(gpu && { gpu }),
    replicas: min === max ? max : { min, max },
    ...(idleTimeout !== undefined && { idleTimeout: durationSeconds(idleTimeout) }),
  };
}

function placeOf(ask: PodAsk, { cluster }: EnvironmentContext): Place {
  const placed = place(ask, cluster.nodePools);
  // Pods that nothing can hold are refused before anything is built; the graph is made of them all the same.
  return 'message' in placed ? { placement: {}, capacity: 0 } : placed;
}

const isAutoscaled = ({ workerGroups }: ClusterSettings): boolean => workerGroups.some(({ min, max }) => min < max);

/** The pods that are always there: the head with what KubeRay adds to it, and the fewest workers. */
export function podsOf(settings: ClusterSettings, environment: EnvironmentContext): readonly PodDemand[] {
  const { head, workerGroups } = settings;
  const scaler = isAutoscaled(settings) ? AUTOSCALER_RESOURCES : { cpu: '0', memory: '0' };
  return [
    {
      what: 'head',
      count: 1,
      requests: {
        cpu: parseQuantity(head.cpu) + parseQuantity(scaler.cpu),
        memory: parseQuantity(head.memory) + parseQuantity(scaler.memory),
      },
    },
    ...workerGroups.map((group) => {
      const { gpu } = placeOf(askOf(group), environment);
      return {
        what: `worker group "${group.name}"`,
        count: group.min,
        requests: {
          cpu: Math.max(group.cpu, parseQuantity(WAIT_GCS_READY_RESOURCES.cpu)),
          memory: Math.max(parseQuantity(group.memory), parseQuantity(WAIT_GCS_READY_RESOURCES.memory)),
          ...(gpu && { [gpu.resource]: gpu.count }),
        },
        ...(group.gpu && { gpuModel: group.gpu.model }),
      };
    }),
  ];
}

/** Alerts on the cluster of a component. */
export const clusterAlerts = (
  settings: ClusterSettings,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  thresholds: RayClusterThresholds,
): readonly Alert[] =>
  rayClusterAlerts({
    job: name,
    namespace,
    leastNodes: settings.workerGroups.reduce((sum, { min }) => sum + min, 1),
    autoscaled: isAutoscaled(settings),
    gpus: settings.workerGroups.some(({ gpu }) => gpu !== undefined),
    thresholds,
  });

/** What programs on Ray are given of the platform. */
export const rayNeeds = ({ bucket }: Pick<ClusterSettings, 'bucket'>) => ({
  tracking: optionalNeed(experimentTracking, {}, 'programs on Ray track their runs'),
  features: optionalNeed(featureServing, {}, 'programs on Ray read features'),
  ...(bucket !== undefined && {
    bucket: need(objectStore, { bucket }, 'programs on Ray keep checkpoints and data'),
  }),
});

/** For clusters that stay: one that is made for a job ends with its head. */
export const faultTolerance = (name: string) =>
  optionalNeed(
    cache,
    { durability: 'durable', keys: rayStateKeys(name) },
    'the control store outlives the head of the cluster',
  );

interface Handles {
  readonly tracking: ExperimentTrackingHandle | undefined;
  readonly features: FeatureServingHandle | undefined;
  readonly bucket?: ObjectStoreHandle;
  readonly state?: CacheHandle | undefined;
}

/** The same, as constructs take it. */
export const bindingsOf = ({ tracking, features, bucket, state }: Handles) => ({
  ...(tracking && { tracking }),
  ...(features && { features }),
  ...(bucket && { bucket }),
  ...(state && { gcsFaultTolerance: state }),
});

/** Nodes choose most of their ports themselves. Source: Ray docs, Configuring Ray, Ports configurations. */
export const RAY_PEERS = {
  ports: 'all',
  why: 'nodes of one Ray cluster use ports that they choose themselves',
} as const;

/** How the pods of a cluster are known, to policies and to Prometheus. */
export function rayPods(
  kind: RayKind,
  name: string,
  settings: ClusterSettings,
): Pick<ComponentNode, 'pods' | 'metrics'> {
  const pods = rayPodLabels(kind, name);
  const [jobLabel] = Object.keys(pods);
  const ports = [
    RAY_PORTS.metrics,
    // Where nothing is scaled, nothing answers there.
    ...(isAutoscaled(settings) ? [RAY_PORTS.autoscalerMetrics] : []),
    RAY_PORTS.dashboardMetrics,
  ];
  return {
    pods,
    metrics: ports.map((port) => ({
      via: 'pod',
      port,
      podTargetLabels: ['ray.io/cluster', 'ray.io/node-type', 'ray.io/group'],
      ...(jobLabel !== undefined && { jobLabel }),
    })),
  };
}

export const rayAmbient = (settings: ClusterSettings, more: Ambient = {}): { readonly ambient?: Ambient } => {
  const ambient: Ambient = {
    ...(isAutoscaled(settings) && { apiServer: 'the autoscaler changes the number of workers' }),
    ...(settings.internet && { internet: { ports: [443], why: 'runtime environments install packages' } }),
    ...more,
  };
  return Object.keys(ambient).length > 0 ? { ambient } : {};
};

export const imagesOf = ({ image }: Pick<ClusterSettings, 'image'>): readonly string[] =>
  image ? [image.reference] : [];

/** Names that are too long once the team stands before them. */
export function* nameProblems(full: string, limit: number, at: readonly (string | number)[]): Generator<KindProblem> {
  if (full.length <= limit) return;
  const message = `makes "${full}", which has ${full.length} characters; Ray takes ${limit} at most, so shorten it by ${full.length - limit}`;
  yield { path: [...at, 'name'], message };
}
