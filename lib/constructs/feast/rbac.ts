import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ClusterRole, ClusterRoleBinding } from '../../../imports/k8s.ts';

/**
 * What a server needs to know whose token it was sent: have it reviewed, and read who is bound to which roles. Feast
 * lists the bindings of all namespaces, so no Role would do. Source: feast 0.67, permissions/auth/kubernetes_token_parser.py.
 */
export function tokenReader(scope: Construct, serviceAccount: string, namespace: string): void {
  const name = `${namespace}-${serviceAccount}-tokens`;
  new ApiObject(scope, 'token-reader', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules: [
      { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
      {
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['rolebindings', 'clusterrolebindings'],
        verbs: ['list'],
      },
    ],
  } satisfies ClusterRole);
  new ApiObject(scope, 'token-reader-binding', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
  } satisfies ClusterRoleBinding);
}
