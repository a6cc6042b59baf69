import { parseQuantity } from '../config/quantity.ts';

/** A kind of nodes, as far as it decides which pods run there. */
export interface NodePool {
  readonly name: string;
  readonly instanceType: string;
  /** What one node offers to pods. */
  readonly cpu: string;
  readonly memory: string;
  readonly gpu?: PoolGpu | undefined;
  readonly max: number;
  readonly spot: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

export interface PoolGpu {
  readonly model: string;
  /** GPUs in one node. */
  readonly count: number;
  readonly sharing?: { readonly replicas: number; readonly renamed: boolean } | undefined;
  readonly mig?: { readonly profile: string; readonly perGpu: number } | undefined;
}

export interface Taint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** Label of the nodes of every cloud provider. Source: kubernetes.io, "Well-Known Labels, Annotations and Taints". */
export const INSTANCE_TYPE = 'node.kubernetes.io/instance-type';

/** Labels by which the nodes of a pool are found; those that it says, else its machine type. */
export const poolLabels = ({ labels, instanceType }: NodePool): Readonly<Record<string, string>> =>
  Object.keys(labels).length > 0 ? labels : { [INSTANCE_TYPE]: instanceType };

/** Taints that keep a pod away which does not tolerate them. */
export const repelling = ({ taints }: NodePool): readonly Taint[] =>
  taints.filter(({ effect }) => effect !== 'PreferNoSchedule');

/** What one node offers, by resource. */
export function offeredBy(pool: NodePool): ReadonlyMap<string, number> {
  const offered = new Map([
    ['cpu', parseQuantity(pool.cpu)],
    ['memory', parseQuantity(pool.memory)],
  ]);
  if (pool.gpu) offered.set(gpuResource(pool.gpu), gpusOf(pool.gpu));
  return offered;
}

/**
 * The extended resource that NVIDIA's device plugin makes of a pool's GPUs. Source: k8s-device-plugin, README, "Shared
 * access to GPUs" (renameByDefault) and "MIG" (strategy mixed).
 */
export function gpuResource({ sharing, mig }: PoolGpu): string {
  const resource = mig ? `nvidia.com/mig-${mig.profile}` : 'nvidia.com/gpu';
  return sharing?.renamed ? `${resource}.shared` : resource;
}

/** How many pieces of that resource one node has. */
export const gpusOf = ({ count, sharing, mig }: PoolGpu): number =>
  count * (mig?.perGpu ?? 1) * (sharing?.replicas ?? 1);
