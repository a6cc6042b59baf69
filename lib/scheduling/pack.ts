import type { PodDemand, Requests } from '../graph/demand.ts';
import type { NodePool } from './node-pool.ts';
import { offeredBy } from './node-pool.ts';

/** Pods that find no node. */
export interface Unplaced {
  readonly demand: PodDemand;
  readonly count: number;
}

/**
 * Nodes of a cluster at their most, filled pod by pod as a scheduler would: the biggest first, on the first node with
 * room. What it places can be placed; what it does not place might still be, by a cleverer order.
 */
export class Packing {
  private constructor(private readonly pools: ReadonlyMap<string, Pool>) {}

  /** Nodes with nothing on them. */
  static of(pools: readonly NodePool[]): Packing {
    return new Packing(
      new Map(pools.map((pool) => [pool.name, { offered: offeredBy(pool), unused: pool.max, open: [] }])),
    );
  }

  /** The same, to try something out. */
  copy(): Packing {
    const pools = [...this.pools].map(
      ([name, pool]) => [name, { ...pool, open: pool.open.map((node) => new Map(node)) }] as const,
    );
    return new Packing(new Map(pools));
  }

  /** Puts pods on nodes; those for which nobody knows the pools are left out. */
  add(demands: readonly PodDemand[]): Unplaced[] {
    const unplaced: Unplaced[] = [];
    for (const demand of [...demands].sort(byNeed)) {
      let left = demand.count;
      for (const name of demand.pools ?? []) {
        const pool = this.pools.get(name);
        if (pool) left = place(demand.requests, left, pool);
      }
      if (demand.pools && left > 0) unplaced.push({ demand, count: left });
    }
    return unplaced;
  }
}

interface Pool {
  readonly offered: ReadonlyMap<string, number>;
  /** Nodes that have nothing on them yet. */
  unused: number;
  /** What is left on each of the others. */
  readonly open: Map<string, number>[];
}

function place(requests: Requests, count: number, pool: Pool): number {
  let left = count;
  for (const node of pool.open) left = fill(requests, left, node);
  while (left > 0 && pool.unused > 0 && room(requests, pool.offered) > 0) {
    const node = new Map(pool.offered);
    left = fill(requests, left, node);
    pool.open.push(node);
    pool.unused--;
  }
  return left;
}

function fill(requests: Requests, count: number, node: Map<string, number>): number {
  const placed = Math.min(count, room(requests, node));
  if (placed === 0) return count;
  for (const [resource, amount] of Object.entries(requests)) {
    node.set(resource, (node.get(resource) ?? 0) - placed * amount);
  }
  return count - placed;
}

/** Pods of a shape that fit what is left; thousandths of a core are counted in floating point. */
const room = (requests: Requests, node: ReadonlyMap<string, number>): number =>
  Math.min(
    ...Object.entries(requests).map(([resource, amount]) =>
      amount === 0 ? Number.POSITIVE_INFINITY : Math.floor((node.get(resource) ?? 0) / amount + 1e-9),
    ),
  );

/** Those with devices first, then by memory: what fits few places chooses before what fits many. */
const byNeed = (a: PodDemand, b: PodDemand): number =>
  (a.pools?.length ?? 0) - (b.pools?.length ?? 0) || (b.requests.memory ?? 0) - (a.requests.memory ?? 0);
