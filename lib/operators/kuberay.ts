import { compareText } from '../collections.ts';
import { imageValues, replicasAcrossNodes, resourceValues } from './chart-values.ts';
import { embeddedRay } from './kuberay-embedded.ts';
import { kuberayKinds } from './kuberay-kinds.ts';
import { defineOperator } from './operator.ts';

/**
 * Runs Ray clusters. Its pods run under Pod Security `restricted`, as the chart makes them.
 * Sources: chart kuberay-operator 1.6.2; KubeRay 1.6.2, main.go and controllers/ray.
 *
 * It watches exactly the namespaces of the components that name it. Its rights stay those of the chart's ClusterRole:
 * the chart's roles per namespace (`singleNamespaceInstall`) are refused until the last of the namespaces exists, so one
 * team whose namespace is still to come, in any environment that shares the operator, would keep the chart from all.
 *
 * The chart has no webhooks, and leaves gang scheduling (`batchScheduler`) and alpha features off; Kueue needs neither.
 */
export const kuberay = defineOperator({
  name: 'kuberay',
  namespace: 'kuberay-system',
  summary: 'Runs Ray clusters, services that are served by them, and jobs that are sent to them.',
  chart: 'kuberay-operator',
  values: (environment, components) => {
    const watched = components.filter(({ operators }) => operators?.includes('kuberay'));
    return {
      image: imageValues(environment.image('kuberay-operator')),
      // The replicas elect a leader, by a Lease in the operator's own namespace.
      replicas: replicasAcrossNodes(environment),
      watchNamespace: [...new Set(watched.map(({ namespace }) => namespace))].sort(compareText),
      // It holds every pod of the namespaces in memory: about 500 MiB for 500 of Ray (source: the chart's values).
      // The chart's own CPU limit of a tenth throttles it just when many clusters start.
      resources: withoutCpuLimit(resourceValues('100m', '256Mi', '1Gi')),
    };
  },
  kinds: { ...kuberayKinds, ...embeddedRay },
  pods: [
    {
      name: 'kuberay-operator',
      labels: {
        'app.kubernetes.io/name': 'kuberay-operator',
        'app.kubernetes.io/instance': 'kuberay',
        'app.kubernetes.io/component': 'kuberay-operator',
      },
      serviceAccount: 'kuberay-operator',
      reaches: [
        { port: 8265, why: 'the operator sends applications and jobs to the dashboard, and asks how they are' },
        { port: 8000, why: "the operator asks whether the head's proxy of Ray Serve answers" },
      ],
    },
  ],
});

/** Charts add their defaults to what is given; null takes one away. */
const withoutCpuLimit = ({ requests, limits }: ReturnType<typeof resourceValues>) => ({
  requests,
  limits: { ...limits, cpu: null },
});
