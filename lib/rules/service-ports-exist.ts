import { findPort, portsOf } from '../kubernetes/pod-ports.ts';
import { dig, items, text } from '../kubernetes/read.ts';
import { podsBehind, servicePort, targetOf } from './backends.ts';
import { objectName } from './check.ts';
import { quoted, referencesOf } from './references.ts';
import { rule } from './rule.ts';

export const servicePortsExist = rule({
  name: 'service-ports-exist',
  why: 'A Service port that no container declares, or a route to a port that no Service has, answers with refused connections.',
  check(cluster, report) {
    for (const service of cluster.written.ofKind('/Service')) {
      const pods = podsBehind(cluster, service.manifest);
      for (const [port, field] of items(dig(service.manifest, 'spec', 'ports'), 'spec.ports')) {
        const target = targetOf(port);
        const protocol = text(port.protocol) ?? 'TCP';
        if (target === undefined) continue;
        for (const pod of pods) {
          if (findPort(pod.manifest, target, protocol)) continue;
          const declared = portsOf(pod.manifest).map(({ name, port: number }) => name ?? String(number));
          report(
            service,
            `${field} leads to the ${protocol} port ${JSON.stringify(target)}, which pods of the ${objectName(cluster.origin(pod) ?? pod)} do not declare`,
            `declare it in ports of a container, or lead to one that is there: ${quoted(declared, 'there is none')}`,
          );
        }
      }
    }
    for (const entry of cluster.written) {
      for (const { field, target, namespace, name, port } of referencesOf(cluster, entry)) {
        if (port === undefined || target !== '/Service') continue;
        const service = cluster.all.get(target, namespace, name);
        if (!service || servicePort(service.manifest, port)) continue;
        const ports = [...items(dig(service.manifest, 'spec', 'ports'), '')].map(([declared]) =>
          String(typeof port === 'string' ? declared.name : declared.port),
        );
        report(
          entry,
          `${field} leads to port ${JSON.stringify(port)} of the ${objectName(service)}, which has no such port`,
          `use a port that it has: ${quoted(ports, 'there is none')}`,
        );
      }
    }
  },
});
