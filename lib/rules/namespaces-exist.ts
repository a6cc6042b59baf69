import { groupKind } from '../platform/manifest-set.ts';
import { rule } from './rule.ts';

/** Kinds of Kubernetes that live in a namespace, so that an object of them must name one. */
const NAMESPACED =
  /^(?:\/(?:ConfigMap|Secret|Service|ServiceAccount|Pod|PersistentVolumeClaim|ResourceQuota|LimitRange)|apps\/\w+|batch\/\w+|autoscaling\/\w+|policy\/\w+|networking\.k8s\.io\/(?:NetworkPolicy|Ingress)|rbac\.authorization\.k8s\.io\/Role(?:Binding)?)$/;

export const namespacesExist = rule({
  name: 'namespaces-exist',
  why: 'An object in a namespace that nobody makes cannot be applied, and one without a namespace lands wherever it is applied.',
  check(cluster, report) {
    for (const entry of cluster.written) {
      const { namespace } = entry.manifest.metadata;
      if (namespace === undefined) {
        if (!NAMESPACED.test(groupKind(entry.manifest))) continue;
        report(entry, 'names no namespace', "put it into its component's namespace");
      } else if (cluster.kind(entry.manifest).clusterScoped) {
        report(entry, `is in namespace "${namespace}", but its kind is in none`, 'leave the namespace out');
      } else if (!cluster.all.get('/Namespace', undefined, namespace)) {
        report(
          entry,
          `is in namespace "${namespace}", which nothing makes`,
          'write the Namespace, or use one that is there',
        );
      }
    }
  },
});
