import type { ClusterProvider } from './provider.ts';

/**
 * Google Kubernetes Engine.
 * `standard-rwo` (balanced persistent disks) comes with every cluster; `standard-rwx` comes with the Filestore driver,
 * which Autopilot has and Standard clusters switch on. Its smallest volume is 1Ti.
 * The control plane has an address in the cluster's subnet (Private Service Connect) or in a peered range, port 443;
 * pods of older public clusters call its public address, for which an environment sets `cluster.apiServer`.
 * Sources: GKE documentation, "Persistent volumes and dynamic provisioning", "Filestore CSI driver", "About network
 * isolation", "Workload Identity Federation for GKE" (service account impersonation), "Create an internal
 * load balancer".
 */
export const gke: ClusterProvider = {
  name: 'gke',
  storageClasses: { block: 'standard-rwo', shared: 'standard-rwx' },
  apiServer: { cidrs: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'], port: 443 },
  workloadIdentity: (serviceAccount) => ({
    serviceAccountAnnotations: { 'iam.gke.io/gcp-service-account': serviceAccount },
    podLabels: {},
  }),
  loadBalancer: (scheme): Readonly<Record<string, string>> =>
    scheme === 'internal' ? { 'networking.gke.io/load-balancer-type': 'Internal' } : {},
};
