import type { PolicyRule } from '../../../imports/k8s.ts';

/** What somebody may do in a tenancy: look, work, or look after it. Each may do what those before it may. */
export const ACCESS = ['view', 'edit', 'admin'] as const;
export type Access = (typeof ACCESS)[number];

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection'];

const rule = (group: string, resources: string[], verbs: readonly string[]): PolicyRule => ({
  apiGroups: [group],
  resources,
  verbs: [...verbs],
});

/**
 * Everything that is not a secret. `view` of Kubernetes itself would do but for custom resources, which it holds only
 * where whoever installed them thought of it: KubeRay did not.
 */
const view: readonly PolicyRule[] = [
  rule(
    '',
    [
      'pods',
      'pods/log',
      'services',
      'endpoints',
      'configmaps',
      'persistentvolumeclaims',
      'serviceaccounts',
      'resourcequotas',
      'limitranges',
      'events',
    ],
    READ,
  ),
  rule('', ['namespaces'], ['get']),
  rule('events.k8s.io', ['events'], READ),
  rule('apps', ['deployments', 'statefulsets', 'daemonsets', 'replicasets'], READ),
  rule('batch', ['jobs', 'cronjobs'], READ),
  rule('autoscaling', ['horizontalpodautoscalers'], READ),
  rule('policy', ['poddisruptionbudgets'], READ),
  rule('discovery.k8s.io', ['endpointslices'], READ),
  rule('networking.k8s.io', ['networkpolicies'], READ),
  rule('gateway.networking.k8s.io', ['httproutes'], READ),
  rule('metrics.k8s.io', ['pods'], ['get', 'list']),
  rule('ray.io', ['rayclusters', 'rayservices', 'rayjobs'], READ),
  rule('kueue.x-k8s.io', ['localqueues', 'workloads'], READ),
  rule('kubeflow.org', ['notebooks'], READ),
  rule('snapshot.storage.k8s.io', ['volumesnapshots'], READ),
];

/**
 * What people work with. Left out, and why: secrets (a pod gets those it is given); volumes and snapshots can be made
 * and grown, not deleted (the homes of colleagues are among them); ServiceAccounts, roles and bindings (rights);
 * quota and limits; network policies, routes and ingresses (ways in and out).
 */
const edit: readonly PolicyRule[] = [
  rule('', ['pods', 'services', 'configmaps'], WRITE),
  // Asked as "get" by clients that speak WebSockets, as "create" by all others.
  rule('', ['pods/exec', 'pods/attach', 'pods/portforward'], ['get', 'create']),
  rule('', ['pods/eviction'], ['create']),
  rule('', ['persistentvolumeclaims'], ['create', 'update', 'patch']),
  rule('apps', ['deployments', 'deployments/scale', 'statefulsets', 'statefulsets/scale'], WRITE),
  rule('batch', ['jobs', 'cronjobs'], WRITE),
  rule('autoscaling', ['horizontalpodautoscalers'], WRITE),
  rule('policy', ['poddisruptionbudgets'], WRITE),
  rule('ray.io', ['rayclusters', 'rayservices', 'rayjobs'], WRITE),
  rule('kubeflow.org', ['notebooks'], WRITE),
  rule('snapshot.storage.k8s.io', ['volumesnapshots'], ['create']),
];

/** What somebody has to do for the others now and then. Rights, quota and policies stay with the repository. */
const admin: readonly PolicyRule[] = [
  rule('', ['secrets'], [...READ, ...WRITE]),
  rule('', ['persistentvolumeclaims'], ['delete']),
  rule('snapshot.storage.k8s.io', ['volumesnapshots'], ['delete']),
  rule('rbac.authorization.k8s.io', ['roles', 'rolebindings'], READ),
];

/** Rules of the Role for an access; none names a resource outside the namespace. */
export function rulesOf(access: Access): PolicyRule[] {
  switch (access) {
    case 'view':
      return [...view];
    case 'edit':
      return [...view, ...edit];
    case 'admin':
      return [...view, ...edit, ...admin];
  }
}
