import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Role, RoleBinding } from '../../../imports/k8s.ts';
import type { TeamWorkspaceHandle } from '../../contracts/team-workspace.ts';

export interface HubAccessProps {
  /** ServiceAccount of the hub. */
  readonly account: { readonly name: string; readonly namespace: string };
  readonly workspace: TeamWorkspaceHandle;
}

/**
 * What the hub may do in a team's namespace, and nowhere else: start and stop pods, make homes and never remove them, see
 * what Kubernetes says of both, and what is left of the quota. It can read no Secret; it may read the one ConfigMap that
 * says which variables come from which Secrets. It makes Secrets, with the tokens of its servers, so that who may look at
 * pods cannot use the servers of others. Source: KubeSpawner 7, which calls are made of `CoreV1Api`.
 */
export class HubAccess extends Construct {
  constructor(scope: Construct, id: string, { account, workspace }: HubAccessProps) {
    super(scope, id);
    const metadata = { name: account.name, namespace: workspace.namespace };
    new ApiObject(this, 'role', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'create', 'delete'] },
        { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get', 'create'] },
        { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'delete'] },
        { apiGroups: [''], resources: ['events'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['resourcequotas'], resourceNames: [workspace.quota], verbs: ['get'] },
        { apiGroups: [''], resources: ['configmaps'], resourceNames: [workspace.secrets], verbs: ['get'] },
      ],
    } satisfies Role);
    new ApiObject(this, 'role-binding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account.name },
      subjects: [{ kind: 'ServiceAccount', name: account.name, namespace: account.namespace }],
    } satisfies RoleBinding);
  }
}
