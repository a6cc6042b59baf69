import type { EnvironmentContext } from '../config/context.ts';

/** An image as most charts take it. */
export interface ImageValues {
  readonly repository: string;
  readonly tag: string;
}

/** Splits `registry:5000/repository:tag` where the tag begins: the last colon, for a registry may have a port. */
export function imageValues(reference: string): ImageValues {
  const colon = reference.lastIndexOf(':');
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

/** What a controller asks of its node. CPU is not limited, memory is limited to `limit`. */
export const resourceValues = (cpu: string, memory: string, limit: string) => ({
  requests: { cpu, memory },
  limits: { memory: limit },
});

/** Replicas of something that must answer while a node is drained: two, where there can be a second node to run on. */
export const replicasAcrossNodes = ({ cluster }: EnvironmentContext): number =>
  cluster.nodePools.reduce((nodes, pool) => nodes + pool.max, 0) > 1 ? 2 : 1;
