import type { ClusterProvider } from './provider.ts';

/**
 * Kubernetes in one virtual machine or container, for a laptop.
 * Sources: minikube's storage-provisioner, whose class `standard` binds a directory of the only node in every access
 * mode; its networks for the Docker (192.168.49.0/24), KVM (192.168.39.0/24) and Hyper-V (172.16.0.0/12) drivers;
 * its API server port 8443.
 */
export const minikube: ClusterProvider = {
  name: 'minikube',
  storageClasses: { block: 'standard', shared: 'standard' },
  apiServer: { cidrs: ['192.168.0.0/16', '172.16.0.0/12', '10.0.2.0/24'], port: 8443 },
};
