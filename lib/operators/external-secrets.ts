import { imageValues, replicasAcrossNodes, resourceValues } from './chart-values.ts';
import { externalSecretsKinds } from './external-secrets-kinds.ts';
import { defineOperator } from './operator.ts';

const labels = (name: string) => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': 'external-secrets',
});

/** Makes Secrets out of what a store outside the cluster holds, or out of values it generates once. */
export const externalSecrets = defineOperator({
  name: 'external-secrets',
  namespace: 'external-secrets',
  summary: 'Makes Secrets from a store outside the cluster, or generates their values once.',
  chart: 'external-secrets',
  values: (environment) => {
    const image = imageValues(environment.image('external-secrets'));
    const webhooks = replicasAcrossNodes(environment);
    return {
      image,
      resources: resourceValues('20m', '96Mi', '256Mi'),
      webhook: {
        image,
        replicaCount: webhooks,
        podDisruptionBudget: { enabled: webhooks > 1, minAvailable: 1 },
        resources: resourceValues('10m', '48Mi', '128Mi'),
      },
      certController: { image, resources: resourceValues('10m', '64Mi', '256Mi') },
    };
  },
  kinds: externalSecretsKinds,
  pods: [
    { name: 'external-secrets', labels: labels('external-secrets'), serviceAccount: 'external-secrets' },
    {
      name: 'external-secrets-webhook',
      labels: labels('external-secrets-webhook'),
      webhookPorts: [10250],
      serviceAccount: 'external-secrets-webhook',
    },
    {
      name: 'external-secrets-cert-controller',
      labels: labels('external-secrets-cert-controller'),
      serviceAccount: 'external-secrets-cert-controller',
    },
  ],
});
