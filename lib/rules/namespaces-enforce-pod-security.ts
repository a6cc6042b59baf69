import { LEVELS } from '../kubernetes/pod-security.ts';
import { rule } from './rule.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

export const namespacesEnforcePodSecurity = rule({
  name: 'namespaces-enforce-pod-security',
  why: 'Without the label a namespace takes any pod, whatever the cluster around it says.',
  check({ written }, report) {
    for (const entry of written.ofKind('/Namespace')) {
      const level = entry.manifest.metadata.labels?.[ENFORCE];
      if (LEVELS.some((known) => known === level)) continue;
      report(
        entry,
        level === undefined ? `lacks the label ${ENFORCE}` : `has ${ENFORCE}: ${level}, which is no level`,
        `set it to restricted; a weaker one of ${LEVELS.join(', ')} needs a reason (podSecurity)`,
      );
    }
  },
});
