import type { ComponentNode } from '../graph/component.ts';
import type { PodDemand } from '../graph/demand.ts';
import type { WiringProblem } from '../graph/service-graph.ts';
import type { NodePool } from '../scheduling/node-pool.ts';
import { Packing, type Unplaced } from '../scheduling/pack.ts';

/**
 * What does not fit the nodes of the cluster at their most: the least that all components run together, and what an
 * upgrade adds to it. Only pods that controllers make of a component's objects are known here.
 */
export function* roomProblems(
  components: readonly ComponentNode[],
  nodePools: readonly NodePool[],
): Generator<WiringProblem> {
  const demanding = components.filter(({ demand }) => demand !== undefined);
  if (demanding.length === 0) return;
  const packing = Packing.of(nodePools);
  // All at once, so that those with few places choose first.
  const owners = new Map(demanding.flatMap((one) => (one.demand?.always ?? []).map((demand) => [demand, one])));
  const unplaced = packing.add([...owners.keys()]);
  for (const { demand, count } of unplaced) {
    const owner = owners.get(demand);
    if (!owner) continue;
    yield {
      origin: owner.origin,
      message: `${place(demand, count)}, beside what else runs there at least: ${others(owner, demand, owners)}; raise max of the node pools, or let groups begin with fewer pods`,
    };
  }
  if (unplaced.length > 0) return;
  for (const { origin, name, demand } of demanding) {
    if (!demand?.upgrade) continue;
    const { pods, why, instead } = demand.upgrade;
    for (const left of packing.copy().add(pods)) {
      yield {
        origin,
        message: `an upgrade of ${name} does not fit the nodes: ${why}, and ${inWords(left)} find no room beside all that runs; raise max of the node pools, or ${instead}`,
      };
    }
  }
}

const place = (demand: PodDemand, count: number): string =>
  `${inWords({ demand, count })} find no room on the nodes that can hold them (${demand.pools?.join(', ')})`;

const inWords = ({ demand, count }: Unplaced): string => `${count} of ${demand.count} pods of ${demand.what}`;

/** Who else is on the same nodes. */
function others(owner: ComponentNode, demand: PodDemand, owners: ReadonlyMap<PodDemand, ComponentNode>): string {
  const pools = new Set(demand.pools);
  const there = [...owners].flatMap(([other, { name }]) =>
    other !== demand && other.count > 0 && other.pools?.some((pool) => pools.has(pool))
      ? [name === owner.name ? other.what : `${name} (${other.what})`]
      : [],
  );
  return there.length === 0 ? 'nothing' : there.join(', ');
}
