import { durationSeconds } from '../config/scalars.ts';
import { KUBEFLOW_CULLER, KUBEFLOW_IDLE } from '../contracts/kubeflow-culler.ts';
import type { ComponentNode } from '../graph/component.ts';
import { resourceValues } from './chart-values.ts';
import { notebookKinds } from './kubeflow-notebooks-kinds.ts';
import { deploymentPatch, withoutObject } from './kubeflow-patches.ts';
import { defineKustomizedOperator } from './operator.ts';

/**
 * Runs the Notebooks of Kubeflow, version 1, and stops those that are idle.
 * Sources: kubeflow/notebooks v1.11.0, components/notebook-controller (main.go, controllers, config).
 *
 * Its overlay `standalone` does without Istio, of which the others make a VirtualService for each Notebook. It runs one
 * replica: upstream's Deployment elects no leader.
 */
export const kubeflowNotebooks = defineKustomizedOperator({
  name: KUBEFLOW_CULLER.operator,
  namespace: 'kubeflow-notebooks',
  summary: "Runs Kubeflow's Notebooks, and stops those that nobody uses.",
  kustomization: 'kubeflow-notebooks',
  patches: (environment, components) => [
    withoutObject('v1', 'Namespace', 'notebook-controller-system'),
    {
      target: { kind: 'ConfigMap', name: 'notebook-controller-config' },
      patch: [
        { op: 'replace', path: '/data/ENABLE_CULLING', value: 'true' },
        { op: 'replace', path: '/data/CULL_IDLE_TIME', value: String(idleMinutes(components)) },
        { op: 'replace', path: '/data/IDLENESS_CHECK_PERIOD', value: '5' },
      ],
    },
    deploymentPatch({
      deployment: 'notebook-controller-deployment',
      container: 'manager',
      image: environment.image('kubeflow-notebook-controller'),
      // It watches pods, StatefulSets, Services and events of the whole cluster.
      resources: resourceValues('50m', '128Mi', '512Mi'),
    }),
  ],
  kinds: notebookKinds,
  pods: [
    {
      name: 'notebook-controller-deployment',
      labels: { app: 'notebook-controller', 'kustomize.component': 'notebook-controller' },
      serviceAccount: 'notebook-controller-service-account',
      reaches: [{ port: 8888, why: 'the culler asks a notebook which of its kernels are busy, and since when' }],
    },
  ],
});

/**
 * The culler knows one time for the whole cluster. Where environments that share it want different ones it is the
 * longest: nobody loses a session that their own environment lets them have.
 */
function idleMinutes(components: readonly ComponentNode[]): number {
  const wanted = components.flatMap(
    ({ operatorSettings }) => operatorSettings?.[KUBEFLOW_CULLER.operator]?.[KUBEFLOW_CULLER.idle] ?? [],
  );
  const seconds = wanted.length > 0 ? wanted.map(durationSeconds) : [durationSeconds(KUBEFLOW_IDLE)];
  return Math.ceil(Math.max(...seconds) / 60);
}
