import { replicasAcrossNodes, resourceValues } from './chart-values.ts';
import { envoyGatewayKinds } from './envoy-gateway-kinds.ts';
import { defineOperator } from './operator.ts';

/** Port on which Envoy proxies fetch their configuration. */
const XDS = 18000;

/**
 * Runs Envoy proxies for Gateways, in the namespace of the Gateway: that is where an environment's prefix, Pod Security
 * level and policies apply to them. In the default mode all proxies of a cluster share the controller's namespace.
 * The mode was called experimental in 1.4; the notes since then only mend it, the last time in 1.9.
 */
export const envoyGateway = defineOperator({
  name: 'envoy-gateway',
  namespace: 'envoy-gateway-system',
  summary: 'Runs the proxies of Gateways and tells them their routes.',
  // Source: Envoy Gateway's compatibility matrix; its CRDs use rules that older API servers do not know.
  minKubernetes: '1.33',
  chart: 'envoy-gateway',
  values: (environment) => {
    const image = environment.image('envoy-gateway');
    const replicas = replicasAcrossNodes(environment);
    return {
      global: {
        images: {
          envoyGateway: { image, pullPolicy: 'IfNotPresent' },
          // Rate limits are off; the image stands in the controller's configuration all the same.
          ratelimit: { image: environment.image('envoy-ratelimit') },
          envoyProxy: { image: environment.image('envoy') },
        },
      },
      deployment: {
        replicas,
        envoyGateway: { resources: resourceValues('50m', '128Mi', '512Mi') },
        // The chart announces itself to scrapers that look at annotations.
        pod: { annotations: null },
      },
      podDisruptionBudget: { minAvailable: replicas - 1 },
      config: { envoyGateway: { provider: { kubernetes: { deploy: { type: 'GatewayNamespace' } } } } },
      certgen: { job: { resources: resourceValues('10m', '64Mi', '128Mi') } },
      // A webhook on every pod of the cluster, for routing by zone, which is not used.
      topologyInjector: { enabled: false },
    };
  },
  kinds: envoyGatewayKinds,
  pods: [
    {
      name: 'envoy-gateway',
      labels: {
        'control-plane': 'envoy-gateway',
        'app.kubernetes.io/name': 'gateway-helm',
        'app.kubernetes.io/instance': 'envoy-gateway',
      },
      serves: [{ port: XDS, why: 'proxies fetch their configuration' }],
      serviceAccount: 'envoy-gateway',
    },
    {
      name: 'envoy-gateway-gateway-helm-certgen',
      labels: { app: 'certgen' },
      serviceAccount: 'envoy-gateway-gateway-helm-certgen',
    },
  ],
});
