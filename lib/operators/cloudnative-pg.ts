import { imageValues, replicasAcrossNodes, resourceValues } from './chart-values.ts';
import { cloudnativePgKinds } from './cloudnative-pg-kinds.ts';
import { defineOperator } from './operator.ts';

/**
 * Runs PostgreSQL clusters. Its pods and those it makes run under Pod Security `restricted`.
 * Sources: chart cloudnative-pg 0.29, CloudNativePG 1.30 docs, "Operator configuration" and "Networking".
 */
export const cloudnativePg = defineOperator({
  name: 'cloudnative-pg',
  namespace: 'cnpg-system',
  summary: 'Runs PostgreSQL clusters: replication, failover, roles and databases.',
  // Source: kubeVersion of the chart.
  minKubernetes: '1.29',
  chart: 'cloudnative-pg',
  values: (environment) => ({
    fullnameOverride: 'cloudnative-pg',
    // Its admission webhook refuses by default what it cannot see; the replicas elect a leader.
    replicaCount: replicasAcrossNodes(environment),
    // Also the image of the instance manager, which is copied into every PostgreSQL pod.
    image: imageValues(environment.image('cloudnative-pg')),
    config: {
      data: {
        POSTGRES_IMAGE_NAME: environment.image('postgresql'),
        PGBOUNCER_IMAGE_NAME: environment.image('pgbouncer'),
      },
    },
    resources: resourceValues('50m', '128Mi', '512Mi'),
  }),
  kinds: cloudnativePgKinds,
  pods: [
    {
      name: 'cloudnative-pg',
      labels: { 'app.kubernetes.io/name': 'cloudnative-pg' },
      serviceAccount: 'cloudnative-pg',
      webhookPorts: [9443],
      reaches: [
        { port: 8000, why: 'the operator asks instances how they are, and tells them what to do' },
        { port: 5432, why: 'the operator connects to PostgreSQL' },
      ],
    },
  ],
});
