import { eachString } from '../kubernetes/read.ts';
import { servicePort } from './backends.ts';
import { hostsIn } from './hosts.ts';
import { quoted } from './references.ts';
import { rule } from './rule.ts';

export const hostsInTextAreServices = rule({
  name: 'hosts-in-text-are-services',
  why: 'Addresses in variables, arguments and files are references too, and nothing else would notice a wrong one.',
  check(cluster, report) {
    for (const entry of cluster.written) {
      eachString(entry.manifest, (text, { field }) => {
        for (const { service: name, namespace, port } of hostsIn(text)) {
          // Services of charts are not known, so only those in namespaces of this environment are looked up.
          const home = cluster.all.get('/Namespace', undefined, namespace);
          if (home && cluster.written.get('/Namespace', undefined, namespace) === undefined) continue;
          if (cluster.operators.some((operator) => operator.namespace === namespace)) continue;
          const service = cluster.all.get('/Service', namespace, name);
          if (!service) {
            const others = cluster
              .select({ target: '/Service', within: { namespace }, selector: {} })
              .map(({ manifest }) => manifest.metadata.name);
            report(
              entry,
              `${field()} speaks to the Service "${name}" in namespace "${namespace}", which nothing makes`,
              `speak to one that is there: ${quoted(others, 'there is none')}`,
            );
          } else if (port !== undefined && !servicePort(service.manifest, port)) {
            report(
              entry,
              `${field()} speaks to port ${port} of the Service "${name}" in namespace "${namespace}", which has no such port`,
              'take host and port from the handle of what is needed',
            );
          }
        }
      });
    }
  },
});
