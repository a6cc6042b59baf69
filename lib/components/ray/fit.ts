import type { EnvironmentContext } from '../../config/context.ts';
import { parseQuantity } from '../../config/scalars.ts';
import { AUTOSCALER_RESOURCES, WAIT_GCS_READY_RESOURCES } from '../../constructs/ray/index.ts';
import type { PodDemand } from '../../graph/demand.ts';
import { type Place, type PodAsk, place } from '../../scheduling/place.ts';
import type { KindProblem } from '../component.ts';
import type { ClusterSettings, WorkerGroup } from './settings.ts';

/** Where pods of a cluster can run, and what they ask for, with what KubeRay adds to them. */

export const isAutoscaled = ({ workerGroups }: Pick<ClusterSettings, 'workerGroups'>): boolean =>
  workerGroups.some(({ min, max }) => min < max);

/** The head with the autoscaler, which is a container of its pod. */
function headAsk(settings: Pick<ClusterSettings, 'head' | 'workerGroups'>): PodAsk {
  const { head } = settings;
  if (!isAutoscaled(settings)) return { ...head, spot: false };
  const cpu = parseQuantity(head.cpu) + parseQuantity(AUTOSCALER_RESOURCES.cpu);
  const memory = parseQuantity(head.memory) + parseQuantity(AUTOSCALER_RESOURCES.memory);
  return { cpu: `${Math.ceil(cpu * 1000 - 1e-6)}m`, memory: `${Math.ceil(memory / 2 ** 20)}Mi`, spot: false };
}

const workerAsk = ({ cpu, memory, gpu, spot }: WorkerGroup): PodAsk => ({ cpu: String(cpu), memory, gpu, spot });

export const placeOfHead = (
  settings: Pick<ClusterSettings, 'head' | 'workerGroups'>,
  environment: EnvironmentContext,
): Place => placeOf(headAsk(settings), environment);

export const placeOfWorker = (group: WorkerGroup, environment: EnvironmentContext): Place =>
  placeOf(workerAsk(group), environment);

function placeOf(ask: PodAsk, { cluster }: EnvironmentContext): Place {
  const placed = place(ask, cluster.nodePools);
  // Pods that nothing can hold are refused before anything is built; the graph is made of them all the same.
  return 'message' in placed ? { placement: {}, pools: [], capacity: 0 } : placed;
}

/** Heads and worker groups that no node can hold, and what says nothing where nothing is scaled. */
export function* fitProblems(
  settings: ClusterSettings,
  { cluster: { nodePools } }: EnvironmentContext,
  at: readonly (string | number)[],
): Generator<KindProblem> {
  const { workerGroups, head, idleTimeout } = settings;
  const scaled = isAutoscaled(settings);
  const cpu = parseQuantity(head.cpu);
  if (workerGroups.length === 0 && !(Number.isInteger(cpu) && cpu > 0)) {
    const message = `is ${head.cpu}, and without worker groups the head does the work: Ray counts whole CPUs; write it like 2`;
    yield { path: [...at, 'head', 'cpu'], message };
  }
  const placedHead = place(headAsk(settings), nodePools);
  if ('message' in placedHead) {
    const { cpu: ofIt, memory } = AUTOSCALER_RESOURCES;
    const why = scaled ? ` (the autoscaler beside the head takes ${ofIt} CPU and ${memory} of it)` : '';
    yield { path: [...at, 'head'], message: `${placedHead.message}${why}` };
  }
  const idle = 'says nothing: no worker comes or goes, since min is max everywhere; leave it out, or lower a min';
  if (idleTimeout !== undefined && !scaled) yield { path: [...at, 'idleTimeout'], message: idle };
  for (const [index, group] of workerGroups.entries()) {
    const placed = place(workerAsk(group), nodePools);
    const path = [...at, 'workerGroups', index];
    if (group.idleTimeout !== undefined && !scaled) yield { path: [...path, 'idleTimeout'], message: idle };
    if ('message' in placed) {
      yield { path: placed.of === 'gpu' ? [...path, 'gpu'] : path, message: placed.message };
    } else if (placed.capacity < group.max) {
      const message = `${group.max} workers do not fit the nodes that can hold them, which take ${placed.capacity} at most; lower max, or raise max of the node pools`;
      yield { path: [...path, 'max'], message };
    }
  }
}

/**
 * The pods that are always there: the head with what KubeRay adds to it, and the fewest workers.
 *
 * @param atLeast workers of each group that what runs on them calls for, where that is more than the group's fewest.
 */
export function podsOf(
  settings: ClusterSettings,
  environment: EnvironmentContext,
  atLeast: readonly number[] = [],
): readonly PodDemand[] {
  const ask = headAsk(settings);
  return [
    {
      what: 'head',
      count: 1,
      requests: { cpu: parseQuantity(ask.cpu), memory: parseQuantity(ask.memory) },
      ...known(placeOfHead(settings, environment)),
    },
    ...settings.workerGroups.map((group, index) => {
      const { gpu, ...placed } = placeOfWorker(group, environment);
      return {
        what: `worker group "${group.name}"`,
        count: Math.min(group.max, Math.max(group.min, atLeast[index] ?? 0)),
        requests: {
          cpu: Math.max(group.cpu, parseQuantity(WAIT_GCS_READY_RESOURCES.cpu)),
          memory: Math.max(parseQuantity(group.memory), parseQuantity(WAIT_GCS_READY_RESOURCES.memory)),
          ...(gpu && { [gpu.resource]: gpu.count }),
        },
        ...known(placed),
        ...(group.gpu && { gpuModel: group.gpu.model }),
      };
    }),
  ];
}

/** The pools of pods that have any; those that have none were told so. */
const known = ({ pools }: Pick<Place, 'pools'>): Pick<PodDemand, 'pools'> => (pools.length > 0 ? { pools } : {});

/** Names that are too long once the team stands before them. */
export function* nameProblems(full: string, limit: number, at: readonly (string | number)[]): Generator<KindProblem> {
  if (full.length <= limit) return;
  const message = `makes "${full}", which has ${full.length} characters; Ray takes ${limit} at most, so shorten it by ${full.length - limit}`;
  yield { path: [...at, 'name'], message };
}
