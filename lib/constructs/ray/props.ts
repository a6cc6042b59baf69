import type { CacheHandle } from '../../contracts/cache.ts';
import type { SecretRef } from '../../graph/credential.ts';
import type { EnvValue, GpuRequest, Placement } from '../workload/index.ts';
import type { RayBindings } from './bindings.ts';

interface RayNode {
  /** Kubernetes quantity: requested, and not limited. */
  readonly cpu: string;
  /**
   * Kubernetes quantity: request and limit. Ray takes 30 % of it for objects, which are kept in `/dev/shm` and count
   * as well.
   */
  readonly memory: string;
  /** CPUs that Ray believes the node has. Tasks are not held to them. */
  readonly numCpus?: number;
  /**
   * Most that the pod may write in all: spilled objects and logs of Ray in `/tmp/ray`, files in `/tmp`, packages and
   * models in the home directory. A pod that writes more is evicted. Kubernetes quantity. Default: as much as `memory`,
   * since that is what spills and what models are loaded into, but at least 10Gi. The scheduler counts no more than
   * 2Gi of it: disks of nodes are small as a rule, and pods seldom fill what they may.
   */
  readonly disk?: string;
  readonly placement?: Placement;
  readonly env?: Readonly<Record<string, EnvValue>>;
}

/**
 * The head: it runs the control store, the dashboard, drivers of jobs and, with an autoscaler, a container for that.
 *
 * `numCpus`: default 0, so that no task takes what the head itself needs; without worker groups as many as `cpu` is
 * whole.
 */
export interface RayHead extends RayNode {}

/** Workers that are alike. `numCpus`: default `cpu`, which must be a whole number then. */
export interface RayWorkerGroup extends RayNode {
  /** Unique in the cluster; never change it, or the group's pods are replaced. */
  readonly name: string;
  readonly gpu?: GpuRequest;
  /** How many, or the range in which the autoscaler decides. */
  readonly replicas: number | { readonly min: number; readonly max: number };
  /** Seconds without work after which the autoscaler removes a worker of the group. Default: the cluster's. */
  readonly idleTimeout?: number;
  /** Resources with names of one's own, which tasks ask for as `resources={"disk": 1}`. */
  readonly rayResources?: Readonly<Record<string, number>>;
}

export interface RayAutoscaling {
  /** Seconds without work after which a worker is removed. Default 60. */
  readonly idleTimeout?: number;
  /**
   * `Conservative`: at most as many new workers as there are. `Default` and `Aggressive`: as many as are wanted.
   * Default `Default`.
   */
  readonly upscalingMode?: 'Default' | 'Aggressive' | 'Conservative';
  /** Of the autoscaler. Default `AUTOSCALER_RESOURCES`. */
  readonly cpu?: string;
  readonly memory?: string;
}

/** A volume that others use as well, such as a team's. */
export interface SharedVolume {
  /** PersistentVolumeClaim; one that many nodes can mount. */
  readonly claim: string;
  readonly path: string;
  /** Default false. */
  readonly readOnly?: boolean;
}

/** A cluster of Ray as RayCluster, RayService and RayJob have it. */
export interface RayTemplate extends RayBindings {
  /**
   * Of the object, and of all that belongs to it. At most 53 characters for a RayCluster, 47 for a RayService or RayJob,
   * 38 for a scheduled one.
   */
  readonly name: string;
  /** With Ray `rayVersion` and bash. It runs as user 1000 of group 100, as those of rayproject do. */
  readonly image: string;
  /** Version of Ray in the image, at least 2.53.0: `2.60.0`. */
  readonly rayVersion: string;
  /**
   * Labels of every pod, by which policies and monitors know them. They are part of what decides whether pods are
   * replaced, so nothing that changes with a build belongs here. Default `rayPodLabels(kind, name)`.
   */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** A ServiceAccount that exists. Default: one of its own, called `name`. */
  readonly serviceAccount?: string;
  /** On its own ServiceAccount. */
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
  readonly head: RayHead;
  /** None: the head does all work. Those of a RayService can only be added to at the end without replacing its cluster. */
  readonly workerGroups?: readonly RayWorkerGroup[];
  /** Needs no mention unless its defaults are to change: a group with a range has the cluster autoscaled. */
  readonly autoscaling?: RayAutoscaling;
  /**
   * `token`: dashboard, client and control store want a token, which KubeRay makes for each cluster. `none`: who reaches
   * the dashboard runs programs. Default `token`.
   */
  readonly auth?: 'token' | 'none';
  /** A token that exists, below `AUTH_TOKEN_KEY`, for clients that have to know it before the cluster does. */
  readonly tokenSecret?: SecretRef;
  /** Where the control store keeps its state: the cluster survives the loss of its head. Best a durable one. Default: nowhere. */
  readonly gcsFaultTolerance?: CacheHandle;
  readonly sharedVolume?: SharedVolume;
  /** Of head and workers. */
  readonly env?: Readonly<Record<string, EnvValue>>;
  readonly priorityClassName?: string;
  /**
   * Argo CD sync wave: an order among objects of one Application, and of no others. Default: 1 with `gcsFaultTolerance`,
   * so that a cluster is removed before a cache of the same Application in wave 0, and can tidy up there; otherwise
   * none, that is 0. A cache of another Application may go first: KubeRay then gives up tidying after
   * `GCS_DELETION_TIMEOUT` seconds, and the cluster goes all the same.
   */
  readonly wave?: number;
}
