import type { LimitRangeSpec } from '../../../imports/k8s.ts';

/** What all pods and volumes of a namespace may ask for together, in Kubernetes quantities. */
export interface TenantQuota {
  readonly cpu: string;
  /** Requests; and limits, so that pods cannot be limited to more than there is. */
  readonly memory: string;
  readonly storage: string;
  /** Pieces by extended resource: `{'nvidia.com/gpu': 4}`. What is not named is without a limit. */
  readonly devices?: Readonly<Record<string, number>>;
  readonly pods: number;
  readonly services: number;
  /** PersistentVolumeClaims. */
  readonly volumes: number;
  /** Jobs, those that have ended and are still there included. */
  readonly jobs: number;
}

/** `spec.hard` of the ResourceQuota. Services that open a way past the gateway are never among what is allowed. */
export const hardLimits = (quota: TenantQuota): Record<string, string> => ({
  'requests.cpu': quota.cpu,
  'requests.memory': quota.memory,
  'limits.memory': quota.memory,
  'requests.storage': quota.storage,
  ...Object.fromEntries(
    Object.entries(quota.devices ?? {}).map(([resource, count]) => [`requests.${resource}`, String(count)]),
  ),
  pods: String(quota.pods),
  services: String(quota.services),
  'services.loadbalancers': '0',
  'services.nodeports': '0',
  persistentvolumeclaims: String(quota.volumes),
  'count/jobs.batch': String(quota.jobs),
});

/** What a container gets that does not say: without it, the quota refuses its pod. */
export const DEFAULT_REQUEST = { cpu: '100m', memory: '256Mi' } as const;
export const DEFAULT_LIMIT = { memory: '1Gi' } as const;

/**
 * Defaults, and the most memory of a pod: one that no node can hold is refused with a sentence instead of waiting for
 * ever.
 *
 * There is no least: KubeRay and others put small containers into pods, which one would reject. There is no most of CPU:
 * Kubernetes makes it the limit of every container that has none, and throttles it there.
 */
export const limitRange = (largestPod: { readonly memory: string } | undefined): LimitRangeSpec => ({
  limits: [
    { type: 'Container', defaultRequest: DEFAULT_REQUEST, default: DEFAULT_LIMIT },
    ...(largestPod ? [{ type: 'Pod', max: { memory: largestPod.memory } }] : []),
  ],
});
