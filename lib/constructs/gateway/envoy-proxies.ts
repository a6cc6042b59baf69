import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { BackendTrafficPolicy, EnvoyProxy } from '../../../imports/envoy-gateway.ts';
import type { GatewayClass } from '../../../imports/gateway-api.ts';
import { clusterObject } from './cluster-object.ts';
import { LISTENERS } from './web-gateway.ts';

export interface EnvoyProxiesProps {
  /** The Gateway that is served, in the same namespace. */
  readonly gateway: string;
  /** GatewayClass to make, unique in the cluster. */
  readonly gatewayClass: string;
  readonly image: string;
  readonly replicas: number;
  /** What one proxy asks for; memory is also its limit. */
  readonly resources: { readonly cpu: string; readonly memory: string };
  readonly service: ProxyService;
}

/** How requests come into the cluster. */
export type ProxyService =
  | { readonly type: 'LoadBalancer'; readonly annotations: Readonly<Record<string, string>> }
  /** Ports of every node, for clusters that nothing balances load for. */
  | {
      readonly type: 'NodePort';
      readonly http: number /** Where the Gateway has a certificate. */;
      readonly https?: number;
    }
  | { readonly type: 'ClusterIP' };

/** Ports of a proxy's pod. Source: Envoy Gateway 1.9: privileged ports are shifted by 10,000. */
export const PROXY_PORTS = {
  http: { name: 'http', port: LISTENERS.http.port, targetPort: LISTENERS.http.port + 10_000 },
  https: { name: 'https', port: LISTENERS.https.port, targetPort: LISTENERS.https.port + 10_000 },
  metrics: { name: 'metrics', port: 19_001 },
} as const;

/** Labels that the pods of a Gateway's proxies, and only they, carry in its namespace. */
export const proxyLabels = (gateway: string): Readonly<Record<string, string>> => ({
  'gateway.networking.k8s.io/gateway-name': gateway,
});

/** What a Gateway names as its `infrastructure.parametersRef`. */
export const proxyParameters = (gateway: string) =>
  ({ group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', name: gateway }) as const;

/** Envoy proxies for one Gateway, run by Envoy Gateway in the Gateway's namespace. */
export class EnvoyProxies extends Construct {
  constructor(scope: Construct, id: string, props: EnvoyProxiesProps) {
    super(scope, id);
    clusterObject(this, 'class', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: props.gatewayClass },
      spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
    } satisfies GatewayClass);
    new ApiObject(this, 'proxies', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'EnvoyProxy',
      metadata: { name: props.gateway },
      spec: {
        provider: {
          type: 'Kubernetes',
          kubernetes: {
            envoyDeployment: deployment(props),
            ...(props.replicas > 1 && { envoyPDB: { minAvailable: props.replicas - 1 } }),
            envoyService: service(props.service),
          },
        },
      },
    } satisfies EnvoyProxy);
    // Envoy ends a request after 15 seconds unless told otherwise: uploads of models and streamed answers take longer.
    // Routes may still set a limit of their own; what never ends is a request on which nothing moves.
    new ApiObject(this, 'timeouts', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'BackendTrafficPolicy',
      metadata: { name: props.gateway },
      spec: {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: props.gateway }],
        timeout: { http: { requestTimeout: '0s', streamIdleTimeout: '1h' } },
      },
    } satisfies BackendTrafficPolicy);
  }
}

/** Its security context satisfies Pod Security `restricted` by itself. */
const deployment = ({ gateway, image, replicas, resources: { cpu, memory } }: EnvoyProxiesProps) =>
  ({
    replicas,
    container: { image, resources: { requests: { cpu, memory }, limits: { memory } } },
    pod: {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: proxyLabels(gateway) },
        },
      ],
    },
  }) as const;

function service(service: ProxyService) {
  switch (service.type) {
    // Local keeps the address of the client, and sends no request to a node without a proxy.
    case 'LoadBalancer':
      return {
        type: service.type,
        externalTrafficPolicy: 'Local',
        ...(Object.keys(service.annotations).length > 0 && { annotations: service.annotations }),
      } as const;
    // Requests arrive at a node that a person chose, be there a proxy or not.
    case 'NodePort':
      return {
        type: service.type,
        externalTrafficPolicy: 'Cluster',
        patch: {
          type: 'StrategicMerge',
          value: {
            spec: {
              ports: [
                { port: LISTENERS.http.port, nodePort: service.http },
                ...(service.https === undefined ? [] : [{ port: LISTENERS.https.port, nodePort: service.https }]),
              ],
            },
          },
        },
      } as const;
    case 'ClusterIP':
      return { type: service.type } as const;
  }
}
