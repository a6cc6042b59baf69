import type { EnvironmentContext } from '../../config/context.ts';
import { durationSeconds } from '../../config/scalars.ts';
import {
  RAY_PORTS,
  type RayClusterThresholds,
  type RayKind,
  type RayTemplate,
  type RayWorkerGroup,
  rayClusterAlerts,
  rayClusterDashboard,
  rayPodLabels,
  rayStateKeys,
  type SharedVolume,
} from '../../constructs/ray/index.ts';
import { type CacheHandle, cache } from '../../contracts/cache.ts';
import { type ExperimentTrackingHandle, experimentTracking } from '../../contracts/experiment-tracking.ts';
import { type FeatureServingHandle, featureServing } from '../../contracts/feature-serving.ts';
import { type ObjectStoreHandle, objectStore } from '../../contracts/object-store.ts';
import type { Alert } from '../../graph/alert.ts';
import type { Ambient, ComponentNode } from '../../graph/component.ts';
import { need, optionalNeed } from '../../graph/contract.ts';
import type { Dashboard } from '../../graph/dashboard.ts';
import { IMAGES } from '../../platform/versions.ts';
import { isAutoscaled, placeOfHead, placeOfWorker } from './fit.ts';
import { type ClusterSettings, IDLE_TIMEOUT, type WorkerGroup } from './settings.ts';

/** Where a cluster of Ray is, and what it may have of it. */
export interface Site {
  readonly environment: EnvironmentContext;
  readonly sharedVolume: SharedVolume | undefined;
}

/** The parts of a cluster that come from its settings and the environment. Groups are known to fit. */
export function templateOf(settings: ClusterSettings, { environment, sharedVolume }: Site): Omit<RayTemplate, 'name'> {
  const { image, head, workerGroups, idleTimeout, env } = settings;
  const hasGpus = workerGroups.some(({ gpu }) => gpu !== undefined);
  return {
    image: image?.reference ?? environment.image(hasGpus ? 'ray-gpu' : 'ray'),
    rayVersion: image?.rayVersion ?? IMAGES.ray.tag.replace(/-.*$/, ''),
    head: { ...head, placement: placeOfHead(settings, environment).placement },
    workerGroups: workerGroups.map((group) => workers(group, environment)),
    ...(isAutoscaled(settings) && { autoscaling: { idleTimeout: durationSeconds(idleTimeout ?? IDLE_TIMEOUT) } }),
    ...(Object.keys(env).length > 0 && { env }),
    ...(sharedVolume && { sharedVolume }),
  };
}

function workers(group: WorkerGroup, environment: EnvironmentContext): RayWorkerGroup {
  const { name, cpu, memory, min, max, idleTimeout } = group;
  const { placement, gpu } = placeOfWorker(group, environment);
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

/** What of a component's cluster is watched. */
const watched = (
  settings: ClusterSettings,
  { name, namespace }: Pick<ComponentNode, 'name' | 'namespace'>,
  thresholds: RayClusterThresholds,
) => ({
  job: name,
  namespace,
  leastNodes: settings.workerGroups.reduce((sum, { min }) => sum + min, 1),
  autoscaled: isAutoscaled(settings),
  gpus: settings.workerGroups.some(({ gpu }) => gpu !== undefined),
  gpuWorkersKept: Object.fromEntries(
    settings.workerGroups.flatMap(({ name: group, gpu, min }) => (gpu ? [[group, min]] : [])),
  ),
  thresholds,
});

/** Alerts on the cluster of a component. */
export const clusterAlerts = (...cluster: Parameters<typeof watched>): readonly Alert[] =>
  rayClusterAlerts(watched(...cluster));

export const clusterDashboard = (title: string, ...cluster: Parameters<typeof watched>): Dashboard =>
  rayClusterDashboard({ title, ...watched(...cluster) });

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
