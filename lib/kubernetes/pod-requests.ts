import { containersOf } from './pod.ts';
import type { Fields } from './read.ts';
import { dig, fields } from './read.ts';
import { quantityOf } from './resources.ts';

/**
 * What the scheduler counts for a pod, by resource: containers and sidecars together, or one init container with the
 * sidecars before it, whichever is more. A limit stands in for a request that is not written.
 * Source: kubernetes.io, "Sidecar Containers", resource sharing within containers; "Resource Management", defaults.
 */
export function podRequests(podSpec: Fields): ReadonlyMap<string, number> {
  const running = new Map<string, number>();
  const starting = new Map<string, number>();
  for (const { kind, spec } of containersOf(podSpec)) {
    if (kind === 'ephemeral') continue;
    const asked = requestsOf(spec.resources);
    if (kind === 'init') {
      for (const [name, amount] of asked) raise(starting, name, amount + (running.get(name) ?? 0));
    } else for (const [name, amount] of asked) running.set(name, (running.get(name) ?? 0) + amount);
  }
  for (const [name, amount] of requestsOf({ requests: podSpec.overhead })) {
    running.set(name, (running.get(name) ?? 0) + amount);
  }
  for (const [name, amount] of starting) raise(running, name, amount);
  return running;
}

function requestsOf(resources: unknown): [string, number][] {
  const written = { ...fields(dig(resources, 'limits')), ...fields(dig(resources, 'requests')) };
  return Object.entries(written).map(([name, amount]) => [name, quantityOf(amount) ?? 0]);
}

function raise(amounts: Map<string, number>, name: string, amount: number): void {
  amounts.set(name, Math.max(amounts.get(name) ?? 0, amount));
}
