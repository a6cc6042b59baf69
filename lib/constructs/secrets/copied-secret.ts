import type { SecretStore } from '../../../imports/external-secrets.ts';
import type { Role, RoleBinding, ServiceAccount } from '../../../imports/k8s.ts';
import type { CredentialSpec } from '../../graph/credential.ts';
import { externalSecret } from './external-secret.ts';

export interface CopiedSecretProps {
  readonly name: string;
  readonly spec: CredentialSpec;
  /** Namespace of the original. */
  readonly from: string;
  /** Namespace of the copy. */
  readonly to: string;
  readonly refreshInterval: string;
}

/** Store and identity in the copy's namespace; they serve all copies from one namespace. */
const readerName = (from: string): string => `from-${from}`;

/**
 * A copy of a Secret in another namespace, kept equal to the original. It reads with a ServiceAccount of its own
 * namespace, which can do nothing until `copyPermission` lets it read that one Secret.
 */
export function copiedSecret({ name, spec, from, to, refreshInterval }: CopiedSecretProps) {
  const reader = readerName(from);
  return [
    externalSecret({ name, namespace: to, spec, store: reader, remoteKey: name, refreshInterval }),
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: reader, namespace: to },
      spec: {
        provider: {
          kubernetes: {
            remoteNamespace: from,
            auth: { serviceAccount: { name: reader } },
            server: {
              url: 'kubernetes.default',
              caProvider: { type: 'ConfigMap', name: 'kube-root-ca.crt', key: 'ca.crt' },
            },
          },
        },
      },
    } satisfies SecretStore,
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: reader, namespace: to },
      automountServiceAccountToken: false,
    } satisfies ServiceAccount,
  ] as const;
}

export interface CopyPermissionProps {
  readonly name: string;
  /** Namespace of the original. */
  readonly from: string;
  /** Namespaces of the copies. */
  readonly to: readonly string[];
}

/** Lets the readers of these namespaces get one Secret, by name. */
export function copyPermission({ name, from, to }: CopyPermissionProps) {
  const metadata = { name: `${name}-copy`, namespace: from };
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [name], verbs: ['get'] }],
    } satisfies Role,
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: to.map((namespace) => ({ kind: 'ServiceAccount', name: readerName(from), namespace })),
    } satisfies RoleBinding,
  ] as const;
}
