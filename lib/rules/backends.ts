import { findPort } from '../kubernetes/pod-ports.ts';
import type { Fields } from '../kubernetes/read.ts';
import { dig, fields, integer, list, text } from '../kubernetes/read.ts';
import type { Entry, Manifest } from '../platform/manifest-set.ts';
import type { Cluster } from './rule.ts';

/** A port of a Service, by its name or number. */
export const servicePort = (service: Manifest, port: string | number): Fields | undefined =>
  list(dig(service, 'spec', 'ports'))
    .map(fields)
    .find((declared) => (typeof port === 'string' ? declared.name : declared.port) === port);

/** The pods behind a Service; none where it has no selector. */
export function podsBehind(cluster: Cluster, { metadata, spec }: Manifest): readonly Entry[] {
  const labels = fields(dig(spec, 'selector'));
  if (Object.keys(labels).length === 0) return [];
  const within = { namespace: metadata.namespace ?? '' };
  return cluster.select({ target: '/Pod', within, selector: { matchLabels: labels } });
}

/** What a port of a Service leads to on each pod: its `targetPort`, or the same number. */
export const targetOf = (port: Fields): string | number | undefined =>
  text(port.targetPort) ?? integer(port.targetPort) ?? integer(port.port);

export interface PodTarget {
  readonly pod: Entry;
  readonly port: number;
  readonly protocol: string;
}

/** Where a connection to a port of a Service ends up: pods that declare the port. */
export function targetsOf(cluster: Cluster, service: Manifest, port: string | number): PodTarget[] {
  const declared = servicePort(service, port);
  const target = declared && targetOf(declared);
  if (!declared || target === undefined) return [];
  const protocol = text(declared.protocol) ?? 'TCP';
  return podsBehind(cluster, service).flatMap((pod) => {
    const found = findPort(pod.manifest, target, protocol);
    return found ? [{ pod, port: found.port, protocol }] : [];
  });
}
