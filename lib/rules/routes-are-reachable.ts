import { append } from '../collections.ts';
import type { Entry } from '../platform/manifest-set.ts';
import { targetsOf } from './backends.ts';
import { objectName } from './check.ts';
import { referencesOf } from './references.ts';
import { rule } from './rule.ts';

const GATEWAY = 'gateway.networking.k8s.io/Gateway';

export const routesAreReachable = rule({
  name: 'routes-are-reachable',
  why: 'A Service that people reach through the gateway must let the proxies of the gateway in.',
  check(cluster, report) {
    const proxies = new Map<Entry, Entry[]>();
    for (const pod of cluster.all.ofKind('/Pod')) {
      const origin = cluster.origin(pod);
      if (origin?.manifest.kind === 'Gateway') append(proxies, origin, pod);
    }
    for (const route of cluster.written) {
      const references = [...referencesOf(cluster, route)];
      const gateways = references.flatMap(({ target, namespace, name }) =>
        target === GATEWAY ? (cluster.written.get(target, namespace, name) ?? []) : [],
      );
      const from = gateways.flatMap((gateway) => proxies.get(gateway) ?? []);
      if (from.length === 0) continue;
      for (const { field, target, namespace, name, port } of references) {
        const service = target === '/Service' ? cluster.all.get(target, namespace, name) : undefined;
        if (!service || port === undefined) continue;
        for (const to of targetsOf(cluster, service.manifest, port)) {
          const blocker = from
            .map((proxy) => cluster.policies.blockedBy(proxy.manifest, to.pod.manifest, to.port, to.protocol))
            .find((found) => found !== undefined);
          if (blocker === undefined) continue;
          report(
            route,
            `${field} is not reachable: no ${blocker} policy allows port ${to.port} from the gateway's proxies to pods of the ${objectName(cluster.origin(to.pod) ?? to.pod)}`,
            'expose the offer in the component, from which both policies follow',
          );
        }
      }
    }
  },
});
