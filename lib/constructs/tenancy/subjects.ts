import type { Subject } from '../../../imports/k8s.ts';

/** People, as the API server knows them once they have signed in. */
export interface Subjects {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** Subjects of a binding, each once, users first. */
export function bindingSubjects({ users, groups }: Subjects): Subject[] {
  const of = (kind: 'User' | 'Group', names: readonly string[]): Subject[] =>
    [...new Set(names)].map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name }));
  return [...of('User', users), ...of('Group', groups)];
}
