import { dig, list } from '../kubernetes/read.ts';
import { Selector } from '../kubernetes/selector.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { rule } from './rule.ts';

const denied = ({ spec }: Manifest): readonly unknown[] => {
  const silent = list(dig(spec, 'ingress')).length === 0 && list(dig(spec, 'egress')).length === 0;
  return silent && Selector.of(dig(spec, 'podSelector')).everything ? list(dig(spec, 'policyTypes')) : [];
};

export const namespacesDenyByDefault = rule({
  name: 'namespaces-deny-by-default',
  why: 'What nobody declared must not be able to talk, in either direction, from the first pod on.',
  check({ written }, report) {
    const closed = new Set<string>();
    for (const { manifest } of written.ofKind('networking.k8s.io/NetworkPolicy')) {
      for (const direction of denied(manifest)) closed.add(`${manifest.metadata.namespace}/${direction}`);
    }
    for (const entry of written.ofKind('/Namespace')) {
      for (const direction of ['Ingress', 'Egress']) {
        if (closed.has(`${entry.manifest.metadata.name}/${direction}`)) continue;
        report(
          entry,
          `has no NetworkPolicy that denies all ${direction.toLowerCase()} of all its pods`,
          `add one with an empty podSelector, policyTypes: [${direction}] and no rules`,
        );
      }
    }
  },
});
