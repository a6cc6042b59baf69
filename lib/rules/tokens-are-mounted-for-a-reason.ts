import { items, text } from '../kubernetes/read.ts';
import { specField } from './references.ts';
import { rule } from './rule.ts';

const BINDINGS = ['RoleBinding', 'ClusterRoleBinding'].map((kind) => `rbac.authorization.k8s.io/${kind}`);

export const tokensAreMountedForAReason = rule({
  name: 'tokens-are-mounted-for-a-reason',
  why: 'A token of the Kubernetes API in a pod that does not need it is of use to an intruder only.',
  check({ all, templates }, report) {
    const bound = new Set<string>();
    for (const { manifest } of BINDINGS.flatMap((kind) => all.ofKind(kind))) {
      for (const [subject] of items(manifest.subjects, '')) {
        if (subject.kind !== 'ServiceAccount') continue;
        bound.add(`${text(subject.namespace) ?? manifest.metadata.namespace}/${text(subject.name)}`);
      }
    }
    for (const template of templates) {
      const { entry, spec } = template;
      const { namespace } = entry.manifest.metadata;
      const name = text(spec.serviceAccountName) ?? 'default';
      const account = all.get('/ServiceAccount', namespace, name);
      const mounted = spec.automountServiceAccountToken ?? account?.manifest.automountServiceAccountToken ?? true;
      if (mounted === false || bound.has(`${namespace}/${name}`)) continue;
      report(
        entry,
        `${specField(template)} mounts a token of "${name}", which no binding gives any right`,
        'set automountServiceAccountToken: false, or bind a role to the account',
      );
    }
  },
});
