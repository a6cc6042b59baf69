import { dig, items, list, text } from '../kubernetes/read.ts';
import { Selector } from '../kubernetes/selector.ts';
import type { Entry } from '../platform/manifest-set.ts';
import { quoted } from './references.ts';
import type { Cluster } from './rule.ts';
import { rule } from './rule.ts';

const GROUP = 'gateway.networking.k8s.io';
const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map((kind) => `${GROUP}/${kind}`);

/** Whether a host name falls under a listener's, which may begin with `*.`. */
const isUnder = (listener: string | undefined, host: string): boolean =>
  listener === undefined || listener === host || (listener.startsWith('*.') && host.endsWith(listener.slice(1)));

export const routesAttachToTheirGateway = rule({
  name: 'routes-attach-to-their-gateway',
  why: 'A route that a Gateway does not accept is a host that answers 404.',
  check(cluster, report) {
    for (const route of ROUTES.flatMap((kind) => cluster.written.ofKind(kind))) {
      const { metadata, spec } = route.manifest;
      const hosts = list(dig(spec, 'hostnames')).filter((host) => typeof host === 'string');
      for (const [parent, field] of items(dig(spec, 'parentRefs'), 'spec.parentRefs')) {
        const namespace = text(parent.namespace) ?? metadata.namespace;
        const gateway = cluster.all.get(`${GROUP}/Gateway`, namespace, text(parent.name) ?? '');
        if (!gateway) continue;
        const listeners = [...items(dig(gateway.manifest, 'spec', 'listeners'), '')].map(([listener]) => listener);
        const section = text(parent.sectionName);
        const chosen = listeners.filter(({ name }) => section === undefined || name === section);
        if (chosen.length === 0) {
          const names = listeners.flatMap(({ name }) => text(name) ?? []);
          report(
            route,
            `${field} attaches to listener "${section}", which the Gateway has not`,
            `attach to ${quoted(names, 'another Gateway')}`,
          );
          continue;
        }
        for (const host of hosts) {
          if (chosen.some(({ hostname }) => isUnder(text(hostname), host))) continue;
          const known = chosen.flatMap(({ hostname }) => text(hostname) ?? []);
          report(
            route,
            `the host "${host}" is none of the listener's`,
            `choose a host under ${quoted(known, 'another listener')}`,
          );
        }
        if (!chosen.some((listener) => admits(cluster, gateway, listener, metadata.namespace))) {
          report(
            route,
            `${field} attaches from namespace "${metadata.namespace}", which the listener does not admit`,
            'admit the namespace in allowedRoutes of the listener',
          );
        }
      }
    }
  },
});

/** Source: Gateway API, AllowedRoutes: without a word, only routes of the Gateway's own namespace. */
function admits(cluster: Cluster, { manifest }: Entry, listener: unknown, namespace = ''): boolean {
  const from = text(dig(listener, 'allowedRoutes', 'namespaces', 'from')) ?? 'Same';
  if (from === 'All') return true;
  if (from === 'Same') return manifest.metadata.namespace === namespace;
  if (from !== 'Selector') return false;
  const home = cluster.all.get('/Namespace', undefined, namespace);
  const labels = { ...home?.manifest.metadata.labels, 'kubernetes.io/metadata.name': namespace };
  return Selector.of(dig(listener, 'allowedRoutes', 'namespaces', 'selector')).matches(labels);
}
