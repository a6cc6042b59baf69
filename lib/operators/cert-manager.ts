import { acmeChallenge } from '../contracts/acme-challenge.ts';
import type { ComponentNode } from '../graph/component.ts';
import { certManagerKinds } from './cert-manager-kinds.ts';
import { imageValues, replicasAcrossNodes, resourceValues } from './chart-values.ts';
import { defineOperator } from './operator.ts';

const labels = (name: string, component: string) => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': 'cert-manager',
  'app.kubernetes.io/component': component,
});

/** Whether routes to its own pods are made: a component stands for these where a certificate is proven over HTTP. */
const answersChallenges = ({ offers }: ComponentNode): boolean =>
  Object.values(offers).some(({ contract }) => contract.id === acmeChallenge.id);

/** Makes and renews certificates. */
export const certManager = defineOperator({
  name: 'cert-manager',
  namespace: 'cert-manager',
  summary: 'Makes and renews certificates.',
  chart: 'cert-manager',
  values: (environment, components) => {
    const webhooks = replicasAcrossNodes(environment);
    return {
      crds: { enabled: true },
      // Only its answers over HTTP are routes; and without Gateway API in the cluster the controller would not start.
      ...(components.some(answersChallenges) && {
        config: {
          apiVersion: 'controller.config.cert-manager.io/v1alpha1',
          kind: 'ControllerConfiguration',
          gatewayAPI: { enabled: true },
        },
      }),
      // In kube-system by default, where this platform has nothing to write.
      global: { leaderElection: { namespace: 'cert-manager' } },
      image: imageValues(environment.image('cert-manager-controller')),
      resources: resourceValues('20m', '96Mi', '256Mi'),
      // On AKS a pod gets a federated token only when it carries the provider's label.
      podLabels: environment.provider.workloadIdentity?.('')?.podLabels ?? {},
      // The propagation check asks the cluster's resolvers, so that the controller needs no way to the world's name servers.
      dns01RecursiveNameserversOnly: true,
      acmesolver: { image: imageValues(environment.image('cert-manager-acmesolver')) },
      webhook: {
        image: imageValues(environment.image('cert-manager-webhook')),
        replicaCount: webhooks,
        podDisruptionBudget: { enabled: webhooks > 1, minAvailable: 1 },
        resources: resourceValues('10m', '32Mi', '128Mi'),
      },
      cainjector: {
        image: imageValues(environment.image('cert-manager-cainjector')),
        resources: resourceValues('10m', '64Mi', '256Mi'),
      },
      // A Job that only waits until the webhook answers; Argo CD retries instead.
      startupapicheck: { enabled: false },
    };
  },
  kinds: certManagerKinds,
  pods: [
    { name: 'cert-manager', labels: labels('cert-manager', 'controller'), serviceAccount: 'cert-manager' },
    {
      name: 'cert-manager-webhook',
      labels: labels('webhook', 'webhook'),
      webhookPorts: [10250],
      serviceAccount: 'cert-manager-webhook',
    },
    {
      name: 'cert-manager-cainjector',
      labels: labels('cainjector', 'cainjector'),
      serviceAccount: 'cert-manager-cainjector',
    },
  ],
});
