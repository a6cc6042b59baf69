import { parseQuantity } from '../config/quantity.ts';
import type { GpuRequest, Placement } from '../constructs/workload/placement.ts';
import type { NodePool, PoolGpu } from './node-pool.ts';
import { gpuResource, gpusOf, poolLabels, repelling } from './node-pool.ts';

/** GPUs in a user's words. */
export interface GpuAsk {
  /** As a node pool calls it: `a10g`. */
  readonly model: string;
  readonly count: number;
  /** A share of a GPU that others use too. */
  readonly shared: boolean;
  /** A slice of a GPU: `1g.10gb`. */
  readonly mig?: string | undefined;
}

/** What one pod takes, and where it may run. */
export interface PodAsk {
  readonly cpu: string;
  readonly memory: string;
  readonly gpu?: GpuAsk | undefined;
  /** Whether it may run on nodes that are taken back at short notice. */
  readonly spot: boolean;
}

export interface Place {
  readonly placement: Placement;
  /** Names of the pools that can hold the pod. */
  readonly pools: readonly string[];
  readonly gpu?: GpuRequest;
  /** Pods of this shape that all nodes of the fitting pools hold together. */
  readonly capacity: number;
}

/** Why no node can run a pod; `gpu` when it is the GPU that does not exist. */
export interface Misfit {
  readonly of: 'gpu' | 'pod';
  readonly message: string;
}

/** The nodes that a pod fits on, as Kubernetes is told; or what each pool lacks. */
export function place(ask: PodAsk, pools: readonly NodePool[]): Place | Misfit {
  const unknown = ask.gpu && unknownGpu(ask.gpu, pools);
  if (unknown !== undefined) return { of: 'gpu', message: unknown };
  const able = pools.filter((pool) => lacks(ask, pool).length === 0);
  const [first] = able;
  // A pod asks for one resource by name; pools that call theirs otherwise are no help to it.
  const fitting = able.filter(
    ({ gpu }) => !ask.gpu || !gpu || !first?.gpu || gpuResource(gpu) === gpuResource(first.gpu),
  );
  if (!first) {
    const reasons = pools.map((pool) => `"${pool.name}" ${lacks(ask, pool).join(', ')}`).join('; ');
    return { of: 'pod', message: `no node pool can hold a pod of ${inWords(ask)}: ${reasons}` };
  }
  return {
    placement: isDefault(ask, fitting, pools) ? {} : placementOn(fitting),
    pools: fitting.map(({ name }) => name),
    ...(ask.gpu && first.gpu && { gpu: requestOf(ask.gpu, first.gpu) }),
    capacity: fitting.reduce((sum, pool) => sum + pool.max * podsPerNode(ask, pool), 0),
  };
}

/** `4 CPU, 16Gi memory and 1 a10g`. */
export function inWords({ cpu, memory, gpu }: PodAsk): string {
  const rest = `${cpu} CPU${gpu ? ',' : ' and'} ${memory} memory`;
  return gpu ? `${rest} and ${gpu.count} ${gpuInWords(gpu)}` : rest;
}

const gpuInWords = ({ model, shared, mig }: GpuAsk): string =>
  `${mig === undefined ? '' : `${mig} slice of `}${shared ? 'shared ' : ''}${model}`;

function unknownGpu({ model, mig }: GpuAsk, pools: readonly NodePool[]): string | undefined {
  const gpus = pools.flatMap(({ gpu }) => gpu ?? []);
  const models = [...new Set(gpus.map((gpu) => gpu.model))];
  if (models.length === 0) return 'no node pool of the cluster has a GPU';
  if (!models.includes(model)) return `no node pool of the cluster has a GPU "${model}"; there is ${models.join(', ')}`;
  const profiles = new Set(gpus.flatMap((gpu) => (gpu.model === model && gpu.mig ? [gpu.mig.profile] : [])));
  if (mig === undefined || profiles.has(mig)) return undefined;
  return profiles.size === 0
    ? `no node pool divides its ${model} into slices`
    : `no node pool divides its ${model} into slices of ${mig}; there is ${[...profiles].join(', ')}`;
}

const lacks = (ask: PodAsk, pool: NodePool): string[] => [...unfit(ask, pool), ...tooSmall(ask, pool)];

/** Why a pool is not for such pods, however big its nodes are. */
function unfit(ask: PodAsk, pool: NodePool): string[] {
  const { gpu } = pool;
  // The one reason that a person can do nothing about stands alone.
  if (ask.gpu && !gpu) return ['has no GPU'];
  if (!ask.gpu && gpu) return ['is kept for pods with a GPU'];
  const reasons: string[] = [];
  if (ask.gpu && gpu) reasons.push(...lacksGpu(ask.gpu, gpu));
  if (pool.spot && !ask.spot) reasons.push('is spot, which has to be allowed with spot: true');
  return reasons;
}

function tooSmall(ask: PodAsk, pool: NodePool): string[] {
  if ((ask.gpu === undefined) !== (pool.gpu === undefined)) return [];
  const reasons: string[] = [];
  if (ask.gpu && pool.gpu && gpusOf(pool.gpu) < ask.gpu.count) reasons.push(`has ${gpusOf(pool.gpu)} a node`);
  for (const resource of ['cpu', 'memory'] as const) {
    if (parseQuantity(ask[resource]) > parseQuantity(pool[resource])) {
      reasons.push(`has ${pool[resource]} ${resource === 'cpu' ? 'CPU' : resource} a node`);
    }
  }
  return reasons;
}

function lacksGpu(ask: GpuAsk, gpu: PoolGpu): string[] {
  if (gpu.model !== ask.model) return [`has ${gpu.model}`];
  if (gpu.mig?.profile !== ask.mig) {
    return [gpu.mig ? `divides its GPUs into slices of ${gpu.mig.profile} (mig)` : 'does not divide its GPUs'];
  }
  if (gpu.sharing && !ask.shared) return ['shares its GPUs, which has to be asked for with shared: true'];
  return !gpu.sharing && ask.shared ? ['does not share its GPUs'] : [];
}

/** Whether pods find these nodes without being told: nothing keeps them away from there, nor lets them on others. */
function isDefault(ask: PodAsk, fitting: readonly NodePool[], pools: readonly NodePool[]): boolean {
  const open = (pool: NodePool): boolean => repelling(pool).length === 0;
  const harmless = (pool: NodePool): boolean => unfit(ask, pool).length === 0 || (ask.gpu !== undefined && !pool.gpu);
  return fitting.every(open) && pools.filter(open).every(harmless);
}

function placementOn(pools: readonly NodePool[]): Placement {
  const tolerations = new Map(
    pools
      .flatMap(repelling)
      .map(({ key, value, effect }) => [
        `${key}=${value}:${effect}`,
        value === undefined
          ? { key, operator: 'Exists' as const, effect }
          : { key, operator: 'Equal' as const, value, effect },
      ]),
  );
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: pools.map((pool) => ({
            matchExpressions: Object.entries(poolLabels(pool)).map(([key, value]) => ({
              key,
              operator: 'In' as const,
              values: [value],
            })),
          })),
        },
      },
    },
    ...(tolerations.size > 0 && { tolerations: [...tolerations.values()] }),
  };
}

/**
 * The resource to ask for. Ray counts a resource by its name: one that does not end in `gpu` it takes for none, and a
 * slice it takes for one GPU each. Source: KubeRay 1.6, controllers/ray/utils/resources.go.
 */
function requestOf({ count }: GpuAsk, gpu: PoolGpu): GpuRequest {
  const resource = gpuResource(gpu);
  return { resource, count, ...(!resource.endsWith('gpu') && { numGpus: count }) };
}

function podsPerNode(ask: PodAsk, pool: NodePool): number {
  const times = (['cpu', 'memory'] as const).map((resource) =>
    Math.floor(parseQuantity(pool[resource]) / parseQuantity(ask[resource])),
  );
  if (ask.gpu && pool.gpu) times.push(Math.floor(gpusOf(pool.gpu) / ask.gpu.count));
  return Math.min(...times);
}
