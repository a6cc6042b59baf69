import { barmanCloudKinds } from './barman-cloud-kinds.ts';
import { resourceValues } from './chart-values.ts';
import { defineOperator } from './operator.ts';

/** An image as this chart takes it. The registry ends where the path's first part does; with a mirror it is the mirror's. */
function imageValues(reference: string) {
  const slash = reference.indexOf('/');
  const colon = reference.lastIndexOf(':');
  return {
    registry: reference.slice(0, slash),
    repository: reference.slice(slash + 1, colon),
    tag: reference.slice(colon + 1),
  };
}

/**
 * Backs up PostgreSQL clusters of CloudNativePG to object stores. It puts a sidecar into their pods, which does the
 * work; the controller itself speaks to no bucket.
 *
 * CloudNativePG finds it by a Service with fixed labels in its own namespace, and both prove themselves by
 * certificates of cert-manager. Sources: chart plugin-barman-cloud 0.8; its docs, "Installation".
 */
export const barmanCloud = defineOperator({
  name: 'barman-cloud',
  namespace: 'cnpg-system',
  summary: 'Backs up PostgreSQL clusters to object stores.',
  // Source: kubeVersion of the chart.
  minKubernetes: '1.29',
  chart: 'barman-cloud',
  values: (environment) => ({
    fullnameOverride: 'plugin-barman-cloud',
    image: imageValues(environment.image('barman-cloud')),
    sidecarImage: imageValues(environment.image('barman-cloud-sidecar')),
    resources: resourceValues('20m', '64Mi', '256Mi'),
  }),
  requires: ['cert-manager', 'cloudnative-pg'],
  kinds: barmanCloudKinds,
  pods: [
    {
      name: 'plugin-barman-cloud',
      labels: { 'app.kubernetes.io/name': 'plugin-barman-cloud' },
      serviceAccount: 'plugin-barman-cloud',
      calledBy: [
        { operator: 'cloudnative-pg', port: 9090, why: 'asks the plugin what a pod needs to be backed up or restored' },
      ],
    },
  ],
});
