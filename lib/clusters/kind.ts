import type { ClusterProvider } from './provider.ts';

/**
 * Kubernetes in Docker, for a laptop.
 * Sources: kind's default StorageClass manifest (local-path-provisioner, which refuses volumes that many nodes write);
 * the container network that Docker (172.18.0.0/16 and its neighbours) or Podman (10.89.0.0/24) gives the nodes, on
 * which the API server listens on 6443 inside its node container.
 */
export const kind: ClusterProvider = {
  name: 'kind',
  storageClasses: { block: 'standard', shared: undefined },
  apiServer: { cidrs: ['172.16.0.0/12', '192.168.0.0/16', '10.89.0.0/16'], port: 6443 },
};
