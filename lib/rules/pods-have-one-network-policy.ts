import { dig } from '../kubernetes/read.ts';
import { Selector } from '../kubernetes/selector.ts';
import { quoted } from './references.ts';
import { rule } from './rule.ts';

export const podsHaveOneNetworkPolicy = rule({
  name: 'pods-have-one-network-policy',
  why: 'What a component may do stands in one place; a second policy would widen it unseen.',
  check(cluster, report) {
    const wholeNamespace = new Set(
      cluster.written
        .ofKind('networking.k8s.io/NetworkPolicy')
        .filter(({ manifest }) => Selector.of(dig(manifest, 'spec', 'podSelector')).everything)
        .map(({ manifest: { metadata } }) => `${metadata.namespace}/${metadata.name}`),
    );
    for (const pod of cluster.all.ofKind('/Pod')) {
      if (!cluster.origin(pod) || dig(pod.manifest, 'spec', 'hostNetwork') === true) continue;
      const { namespace } = pod.manifest.metadata;
      const own = cluster.policies
        .selecting(pod.manifest)
        .filter((name) => !wholeNamespace.has(`${namespace}/${name}`));
      if (own.length === 1) continue;
      report(
        pod,
        own.length === 0
          ? 'no NetworkPolicy but those for all pods selects its pods'
          : `${own.length} NetworkPolicies select its pods: ${quoted(own, '')}`,
        "give the pods the component's labels (pods), and no other component's",
      );
    }
  },
});
