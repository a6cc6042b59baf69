import { imageValues, resourceValues } from './chart-values.ts';
import { defineOperator } from './operator.ts';
import { sealedSecretsKinds } from './sealed-secrets-kinds.ts';

/** Decrypts what was sealed for one Secret of one namespace. */
export const sealedSecrets = defineOperator({
  name: 'sealed-secrets',
  namespace: 'sealed-secrets',
  summary: 'Decrypts values that were sealed for one Secret of one namespace.',
  chart: 'sealed-secrets',
  values: (environment) => {
    const { repository, tag } = imageValues(environment.image('sealed-secrets-controller'));
    const slash = repository.indexOf('/');
    return {
      image: { registry: repository.slice(0, slash), repository: repository.slice(slash + 1), tag },
      resources: resourceValues('10m', '32Mi', '128Mi'),
    };
  },
  kinds: sealedSecretsKinds,
  pods: [
    {
      name: 'sealed-secrets',
      labels: { 'app.kubernetes.io/name': 'sealed-secrets', 'app.kubernetes.io/instance': 'sealed-secrets' },
      serviceAccount: 'sealed-secrets',
    },
  ],
});
