import type { Manifest } from '../platform/manifest-set.ts';

const clusterRole = (name: string): Manifest => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
});

const priorityClass = (name: string): Manifest => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name },
});

const namespace = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/**
 * Objects that every cluster has from its first minute, as far as others may name them.
 * Source: kubernetes.io, "Using RBAC Authorization", "Pod Priority and Preemption", "Initial namespaces".
 */
export const BUILT_IN: readonly Manifest[] = [
  ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map(namespace),
  ...['cluster-admin', 'admin', 'edit', 'view', 'system:auth-delegator', 'system:node-proxier'].map(clusterRole),
  ...['system-cluster-critical', 'system-node-critical'].map(priorityClass),
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'extension-apiserver-authentication-reader', namespace: 'kube-system' },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default' },
    spec: { ports: [{ name: 'https', port: 443 }] },
  },
];
