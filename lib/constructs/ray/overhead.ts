import type { Resources } from '../workload/index.ts';

/**
 * What pods of Ray ask for beside what was asked for them, so that sums over quotas and nodes come out right.
 */

/** The autoscaler, a container of the head's pod. KubeRay's own default is half a CPU, which it uses only while it decides. */
export const AUTOSCALER_RESOURCES: Resources = { cpu: '200m', memory: '512Mi' };

/** The pod that hands a RayJob to its cluster and then follows its log. */
export const SUBMITTER_RESOURCES: Resources = { cpu: '100m', memory: '512Mi' };

/**
 * Init container that KubeRay puts into every worker, at once request and limit. It runs before the worker, so that it
 * counts only where the worker asks for less. Source: KubeRay 1.6, controllers/ray/common/pod.go.
 */
export const WAIT_GCS_READY_RESOURCES: Resources = { cpu: '200m', memory: '256Mi' };

/** The pod that empties the cache of a cluster that was removed. Same source: controllers/ray/raycluster_controller.go. */
export const REDIS_CLEANUP_RESOURCES: Resources = { cpu: '200m', memory: '256Mi' };
