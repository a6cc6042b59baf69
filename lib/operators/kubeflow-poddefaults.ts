import { TEAM } from '../platform/labels.ts';
import { resourceValues } from './chart-values.ts';
import { podDefaultKinds } from './kubeflow-notebooks-kinds.ts';
import { deploymentPatch, withoutObject } from './kubeflow-patches.ts';
import { defineKustomizedOperator } from './operator.ts';

const WEBHOOK = 'poddefaults-webhook-mutating-webhook-configuration';

/**
 * Puts what a PodDefault says into the pods that it selects.
 * Sources: kubeflow/dashboard v2.0.0, components/poddefaults-webhooks (main.go, manifests).
 *
 * Upstream it is asked about every pod of the namespaces that Kubeflow's Profiles made, and refuses all of them while it
 * is down. Here it is asked about the pods of Notebooks alone, in the namespaces of teams: a notebook without its
 * defaults is better not started, and nothing else has to wait for it.
 */
export const kubeflowPodDefaults = defineKustomizedOperator({
  name: 'kubeflow-poddefaults',
  namespace: 'kubeflow-poddefaults',
  summary: "Puts what a team's PodDefaults say into its notebooks.",
  kustomization: 'kubeflow-poddefaults',
  patches: (environment) => [
    withoutObject('networking.k8s.io/v1', 'NetworkPolicy', 'poddefaults'),
    {
      target: { kind: 'MutatingWebhookConfiguration', name: WEBHOOK },
      patch: [
        {
          op: 'replace',
          path: '/webhooks/0/namespaceSelector',
          value: { matchExpressions: [{ key: TEAM, operator: 'Exists' }] },
        },
        {
          op: 'add',
          path: '/webhooks/0/objectSelector',
          value: { matchExpressions: [{ key: 'notebook-name', operator: 'Exists' }] },
        },
      ],
    },
    deploymentPatch({
      deployment: 'poddefaults-webhook-deployment',
      container: 'poddefaults-webhook',
      image: environment.image('kubeflow-poddefaults'),
      resources: resourceValues('20m', '64Mi', '256Mi'),
    }),
  ],
  // Its certificate, which upstream's overlay asks for.
  requires: ['cert-manager'],
  kinds: podDefaultKinds,
  pods: [
    {
      name: 'poddefaults-webhook-deployment',
      labels: { app: 'poddefaults', 'app.kubernetes.io/component': 'poddefaults' },
      serviceAccount: 'poddefaults-webhook-service-account',
      webhookPorts: [4443],
    },
  ],
});
