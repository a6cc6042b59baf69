import type { KindFacts, Reference } from '../../operators/operator.ts';
import type { Manifest } from '../../platform/manifest-set.ts';
import { dig, items, text } from '../read.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Role and subjects of a binding. Users and groups are known to whoever authenticates them, not to the cluster. */
function* bindingReferences(manifest: Manifest): Generator<Reference> {
  const { namespace } = manifest.metadata;
  const role = text(dig(manifest, 'roleRef', 'name'));
  const kind = text(dig(manifest, 'roleRef', 'kind'));
  if (role && kind) {
    const inNamespace = kind === 'Role' && namespace !== undefined;
    yield { field: 'roleRef', target: `${GROUP}/${kind}`, name: role, ...(inNamespace && { namespace }) };
  }
  for (const [subject, field] of items(manifest.subjects, 'subjects')) {
    const name = text(subject.name);
    if (subject.kind !== 'ServiceAccount' || !name) continue;
    // Only a RoleBinding may leave the namespace out; without one the API server refuses the object.
    const home = text(subject.namespace) ?? namespace;
    yield { field, target: '/ServiceAccount', name, ...(home !== undefined && { namespace: home }) };
  }
}

export const access: Readonly<Record<string, KindFacts>> = {
  [`${GROUP}/RoleBinding`]: { references: bindingReferences },
  [`${GROUP}/ClusterRoleBinding`]: { references: bindingReferences, clusterScoped: true },
  [`${GROUP}/ClusterRole`]: { clusterScoped: true },
};
