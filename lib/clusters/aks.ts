import type { ClusterProvider } from './provider.ts';

/**
 * Azure Kubernetes Service.
 * Both classes come with every cluster.
 * Pods of a public cluster call the API server by its public address, which nothing but its name identifies; a private
 * cluster, or one with API Server VNet Integration, sets `cluster.apiServer` to the address in its network.
 * Sources: AKS documentation, "Storage options for applications", "Control egress traffic", "Microsoft Entra Workload ID"
 * (annotation on the ServiceAccount and label on the pod, without which no token is mounted), "Use an internal load balancer".
 */
export const aks: ClusterProvider = {
  name: 'aks',
  storageClasses: { block: 'managed-csi', shared: 'azurefile-csi' },
  apiServer: { cidrs: ['0.0.0.0/0'], port: 443 },
  workloadIdentity: (clientId) => ({
    serviceAccountAnnotations: { 'azure.workload.identity/client-id': clientId },
    podLabels: { 'azure.workload.identity/use': 'true' },
  }),
  loadBalancer: (scheme): Readonly<Record<string, string>> =>
    scheme === 'internal' ? { 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true' } : {},
};
