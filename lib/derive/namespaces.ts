import type { Namespace } from '../../imports/k8s.ts';
import type { ComponentNode, Labels } from '../graph/component.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { ASK_BEFORE_REMOVAL } from '../platform/protection.ts';

/** Pod Security levels, the strictest first. */
const LEVELS = ['restricted', 'baseline', 'privileged'] as const;
type Level = (typeof LEVELS)[number];

/** Why a namespace is less than `restricted`. */
export const POD_SECURITY_REASON = 'keelson.dev/pod-security-reason';

/** What lives in a namespace, as far as the namespace is concerned. */
export type Inhabitant = Pick<ComponentNode, 'name' | 'podSecurity' | 'namespaceLabels' | 'namespaceAnnotations'>;

/** A namespace as strict as the least strict of those who live in it allows. */
export function namespaceOf(name: string, inhabitants: readonly Inhabitant[]): Manifest {
  const exceptions = inhabitants.flatMap(({ name, podSecurity }) => (podSecurity ? [{ name, ...podSecurity }] : []));
  const level = exceptions.reduce<Level>(
    (weakest, { level }) => (LEVELS.indexOf(level) > LEVELS.indexOf(weakest) ? level : weakest),
    'restricted',
  );
  const labels: Labels = Object.assign({}, ...inhabitants.map((inhabitant) => inhabitant.namespaceLabels ?? {}));
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: {
        ...labels,
        'pod-security.kubernetes.io/enforce': level,
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
      annotations: {
        ...Object.assign({}, ...inhabitants.map((inhabitant) => inhabitant.namespaceAnnotations ?? {})),
        // Deleting a namespace deletes all data in it.
        ...ASK_BEFORE_REMOVAL,
        ...(exceptions.length > 0 && {
          [POD_SECURITY_REASON]: exceptions.map(({ name, reason }) => `${name}: ${reason}`).join('; '),
        }),
      },
    },
  } satisfies Namespace;
}
