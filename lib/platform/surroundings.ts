import type { EnvironmentContext } from '../config/context.ts';
import type { Surroundings } from '../graph/surroundings.ts';
import { CLUSTER_DNS } from '../graph/surroundings.ts';

/** The ambient parties of an environment, as its cluster and monitoring settings say. */
export const surroundingsOf = ({ cluster, provider, monitoring }: EnvironmentContext): Surroundings => ({
  dns: { ...CLUSTER_DNS, nodeLocal: cluster.dns.nodeLocal },
  apiServer: cluster.apiServer ?? provider.apiServer,
  prometheus: monitoring && {
    namespace: monitoring.namespace,
    labels: monitoring.podLabels,
    release: monitoring.release,
  },
});
