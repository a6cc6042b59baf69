import { findPort } from '../kubernetes/pod-ports.ts';
import { dig, integer, items, text } from '../kubernetes/read.ts';
import type { Entry } from '../platform/manifest-set.ts';
import type { PodTarget } from './backends.ts';
import { targetsOf } from './backends.ts';
import type { Cluster } from './rule.ts';

/** An endpoint of a monitor and the pods that Prometheus will ask. */
export interface Scrape {
  readonly monitor: Entry;
  /** `spec.endpoints[0]`. */
  readonly field: string;
  readonly port: string | number | undefined;
  readonly targets: readonly PodTarget[];
}

const MONITORS = [
  ['monitoring.coreos.com/ServiceMonitor', 'endpoints'],
  ['monitoring.coreos.com/PodMonitor', 'podMetricsEndpoints'],
] as const;

/** Everything that is scraped. Source: Prometheus operator, API reference, Endpoint and PodMetricsEndpoint. */
export function* scrapesOf(cluster: Cluster): Generator<Scrape> {
  for (const [kind, key] of MONITORS) {
    for (const monitor of cluster.written.ofKind(kind)) {
      const selected = [...(cluster.kind(monitor.manifest).selects?.(monitor.manifest) ?? [])].flatMap((selection) =>
        cluster.select(selection),
      );
      for (const [endpoint, field] of items(dig(monitor.manifest, 'spec', key), `spec.${key}`)) {
        const port = text(endpoint.port) ?? integer(endpoint.portNumber) ?? integer(endpoint.targetPort);
        const targets = port === undefined ? [] : selected.flatMap((entry) => podTargets(cluster, entry, port));
        yield { monitor, field, port, targets };
      }
    }
  }
}

function podTargets(cluster: Cluster, entry: Entry, port: string | number): PodTarget[] {
  if (entry.manifest.kind === 'Service') return targetsOf(cluster, entry.manifest, port);
  const found = findPort(entry.manifest, port);
  return found ? [{ pod: entry, port: found.port, protocol: found.protocol }] : [];
}
