import type { Manifest } from '../platform/manifest-set.ts';
import type { Fields } from './read.ts';
import { dig, fields, integer, list, text } from './read.ts';

export interface ContainerPort {
  readonly name: string | undefined;
  readonly port: number;
  readonly protocol: string;
}

/** Ports that a container declares. */
export function containerPorts(container: Fields): ContainerPort[] {
  return list(container.ports).flatMap((declared) => {
    const port = integer(dig(declared, 'containerPort'));
    if (port === undefined) return [];
    return [{ name: text(dig(declared, 'name')), port, protocol: text(dig(declared, 'protocol')) ?? 'TCP' }];
  });
}

/** Ports that the containers of a pod declare, sidecars included. */
function podPorts(podSpec: unknown): ContainerPort[] {
  const sidecars = list(dig(podSpec, 'initContainers')).filter((c) => dig(c, 'restartPolicy') === 'Always');
  return [...sidecars, ...list(dig(podSpec, 'containers'))].flatMap((container) => containerPorts(fields(container)));
}

const known = new WeakMap<Manifest, readonly ContainerPort[]>();

/** Ports of a `/Pod`, read once. */
export function portsOf(pod: Manifest): readonly ContainerPort[] {
  const ports = known.get(pod) ?? podPorts(pod.spec);
  known.set(pod, ports);
  return ports;
}

/** The declared port meant by a name or number. */
export const findPort = (pod: Manifest, port: string | number, protocol = 'TCP'): ContainerPort | undefined =>
  portsOf(pod).find((p) => (typeof port === 'string' ? p.name : p.port) === port && p.protocol === protocol);
