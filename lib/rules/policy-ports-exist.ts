import { findPort } from '../kubernetes/pod-ports.ts';
import { dig, integer, items, list, text } from '../kubernetes/read.ts';
import type { Entry, Manifest } from '../platform/manifest-set.ts';
import type { Cluster } from './rule.ts';
import { rule } from './rule.ts';

export const policyPortsExist = rule({
  name: 'policy-ports-exist',
  why: 'A policy that opens a port which nobody listens on hides that the real one is closed.',
  check(cluster, report) {
    for (const entry of cluster.written.ofKind('networking.k8s.io/NetworkPolicy')) {
      const { metadata, spec } = entry.manifest;
      const within = { namespace: metadata.namespace ?? '' };
      const own = cluster.select({ target: '/Pod', within, selector: dig(spec, 'podSelector') });
      for (const [rule, field] of items(dig(spec, 'ingress'), 'spec.ingress')) {
        for (const port of missing(cluster, own, rule.ports)) {
          report(entry, `${field} opens port ${port}, which none of its pods declares`, FIX);
        }
      }
      for (const [rule, field] of items(dig(spec, 'egress'), 'spec.egress')) {
        const peers = list(rule.to);
        // Where addresses are meant too, the port may be theirs.
        if (peers.length === 0 || peers.some((peer) => dig(peer, 'ipBlock') !== undefined)) continue;
        for (const port of missing(
          cluster,
          peers.flatMap((peer) => podsOf(cluster, peer, entry.manifest)),
          rule.ports,
        )) {
          report(entry, `${field} leads to port ${port}, which none of the pods there declares`, FIX);
        }
      }
    }
  },
});

const FIX = 'declare the port in a container, or correct the one that the component offers';

/** Ports, by name or number, that none of some pods declares. Pods whose ports are not known declare any. */
function missing(cluster: Cluster, pods: readonly Entry[], ports: unknown): (string | number)[] {
  if (pods.length === 0 || pods.some((pod) => !cluster.origin(pod))) return [];
  return list(ports).flatMap((allowed) => {
    const port = text(dig(allowed, 'port')) ?? integer(dig(allowed, 'port'));
    if (port === undefined || dig(allowed, 'endPort') !== undefined) return [];
    const protocol = text(dig(allowed, 'protocol')) ?? 'TCP';
    return pods.some((pod) => findPort(pod.manifest, port, protocol)) ? [] : [port];
  });
}

function podsOf(cluster: Cluster, peer: unknown, policy: Manifest): readonly Entry[] {
  const namespaces = dig(peer, 'namespaceSelector');
  const within = namespaces === undefined ? { namespace: policy.metadata.namespace ?? '' } : { namespaces };
  return cluster.select({ target: '/Pod', within, selector: dig(peer, 'podSelector') });
}
