import { CALLED_BY_API_SERVER } from '../kubernetes/kinds/cluster-scoped.ts';
import { groupKind, type Manifest } from '../platform/manifest-set.ts';
import { targetsOf } from './backends.ts';
import { objectName } from './check.ts';
import type { Cluster } from './rule.ts';
import { rule } from './rule.ts';

export const webhooksAreReachable = rule({
  name: 'webhooks-are-reachable',
  why: 'When the API server cannot reach a webhook, nothing of its kinds can be written any more.',
  check(cluster, report) {
    for (const entry of cluster.written) {
      const facts = CALLED_BY_API_SERVER[groupKind(entry.manifest)];
      for (const { field, namespace, name, port } of facts?.references?.(entry.manifest) ?? []) {
        const service = cluster.all.get('/Service', namespace, name);
        if (!service || port === undefined) continue;
        for (const { pod, port: target, protocol } of targetsOf(cluster, service.manifest, port)) {
          if (fromApiServer(cluster, pod.manifest, target, protocol)) continue;
          report(
            entry,
            `${field} is not reachable: no policy of the ${objectName(cluster.origin(pod) ?? pod)} lets the API server in at port ${target}`,
            'allow the port from the addresses of the API server',
          );
        }
      }
    }
    for (const operator of cluster.operators) {
      const home = cluster.written.get('/Namespace', undefined, operator.namespace);
      if (!home) continue;
      for (const { name, webhookPorts = [] } of operator.pods) {
        const pod = cluster.all.get('/Pod', operator.namespace, name);
        for (const port of webhookPorts) {
          if (!pod || fromApiServer(cluster, pod.manifest, port, 'TCP')) continue;
          report(
            home,
            `no policy lets the API server reach the webhook of ${name} at port ${port}`,
            'allow the port from the addresses of the API server',
          );
        }
      }
    }
  },
});

const fromApiServer = ({ facts, policies }: Cluster, to: Manifest, port: number, protocol: string): boolean =>
  facts.surroundings.apiServer.cidrs.every((address) => policies.allows({ address }, to, port, protocol));
