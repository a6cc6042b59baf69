import { append } from '../collections.ts';
import { containersOf } from '../kubernetes/pod.ts';
import { dig, eachString, integer, list } from '../kubernetes/read.ts';
import type { Entry } from '../platform/manifest-set.ts';
import { targetsOf } from './backends.ts';
import { objectName } from './check.ts';
import { hostsIn } from './hosts.ts';
import { specField } from './references.ts';
import { rule } from './rule.ts';

export const servicesAreReachable = rule({
  name: 'services-are-reachable',
  why: 'A program that is told to speak to a Service must be let out by its own policies and in by those of the Service.',
  check(cluster, report) {
    const podsOf = new Map<Entry, Entry[]>();
    for (const pod of cluster.all.ofKind('/Pod')) {
      const origin = cluster.origin(pod);
      if (origin) append(podsOf, origin, pod);
    }
    for (const template of cluster.templates) {
      const [from] = podsOf.get(template.entry) ?? [];
      if (!from) continue;
      for (const { spec, field } of containersOf(template.spec)) {
        eachString([spec.command, spec.args, spec.env], (text) => {
          for (const { service: name, namespace, port } of hostsIn(text)) {
            const service = cluster.all.get('/Service', namespace, name);
            if (!service) continue;
            // Where the port stands elsewhere, one of the Service's is meant.
            const ports =
              port === undefined
                ? list(dig(service.manifest, 'spec', 'ports')).flatMap((p) => integer(dig(p, 'port')) ?? [])
                : [port];
            const targets = ports.flatMap((one) => targetsOf(cluster, service.manifest, one));
            if (targets.length === 0) continue;
            if (targets.some((to) => cluster.policies.allows(from.manifest, to.pod.manifest, to.port, to.protocol)))
              continue;
            report(
              template.entry,
              `${specField(template)}.${field} speaks to the ${objectName(service)}${port === undefined ? '' : ` at port ${port}`}, which the policies do not allow`,
              'declare what the component needs; both policies follow from it',
            );
          }
        });
      }
    }
  },
});
