import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Role, RoleBinding } from '../../../imports/k8s.ts';
import { ACCESS, type Access, rulesOf } from './roles.ts';
import { bindingSubjects, type Subjects } from './subjects.ts';

/** Who may do what. Those who are in several have the greatest. Default: nobody anything. */
export type TenantAccessProps = Partial<Readonly<Record<Access, Subjects>>>;

/**
 * Roles in one namespace, bound to people. One that nobody has is left out: to see who may do what, it is enough to look
 * at what is there.
 */
export class TenantAccess extends Construct {
  constructor(scope: Construct, id: string, props: TenantAccessProps) {
    super(scope, id);
    for (const access of ACCESS) {
      const subjects = props[access] ? bindingSubjects(props[access]) : [];
      if (subjects.length === 0) continue;
      const name = `tenant-${access}`;
      new ApiObject(this, `role-${access}`, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name },
        rules: rulesOf(access),
      } satisfies Role);
      new ApiObject(this, `binding-${access}`, {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects,
      } satisfies RoleBinding);
    }
  }
}
