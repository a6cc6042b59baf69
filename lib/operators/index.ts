import { barmanCloud } from './barman-cloud.ts';
import { certManager } from './cert-manager.ts';
import { cloudnativePg } from './cloudnative-pg.ts';
import { envoyGateway } from './envoy-gateway.ts';
import { externalSecrets } from './external-secrets.ts';
import { kubeflowNotebooks } from './kubeflow-notebooks.ts';
import { kubeflowPodDefaults } from './kubeflow-poddefaults.ts';
import { kubeflowProfiles } from './kubeflow-profiles.ts';
import { kuberay } from './kuberay.ts';
import type { Operator } from './operator.ts';
import { prometheusOperatorCrds } from './prometheus-operator-crds.ts';
import { sealedSecrets } from './sealed-secrets.ts';

/** Every operator an environment can need, by name. */
export const OPERATORS: Readonly<Record<string, Operator>> = Object.fromEntries(
  [
    barmanCloud,
    certManager,
    cloudnativePg,
    envoyGateway,
    externalSecrets,
    kubeflowNotebooks,
    kubeflowPodDefaults,
    kubeflowProfiles,
    kuberay,
    prometheusOperatorCrds,
    sealedSecrets,
  ].map((operator) => [operator.name, operator]),
);
