import { listAt, numberAt, textAt } from '../kubernetes/read.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { gatewayApiKinds } from './gateway-api-kinds.ts';
import type { KindFacts, Reference } from './operator.ts';
import { named } from './produced.ts';

const GROUP = 'gateway.envoyproxy.io';

/** A proxy listens above the privileged ports. Source: Envoy Gateway 1.9, `servicePortToContainerPort`. */
const containerPort = (port: number): number => (port < 1024 ? port + 10_000 : port);

/** Every proxy has them. Source: Envoy Gateway 1.9, internal/xds/bootstrap. */
const PROXY_PORTS = [
  { name: 'metrics', containerPort: 19_001 },
  { name: 'readiness', containerPort: 19_003 },
] as const;

/** The kinds of Envoy Gateway, and Gateway API as Envoy Gateway serves it. */
export const envoyGatewayKinds: Readonly<Record<string, KindFacts>> = {
  ...gatewayApiKinds,
  'gateway.networking.k8s.io/Gateway': {
    ...gatewayApiKinds['gateway.networking.k8s.io/Gateway'],
    produces: gatewayProduces,
  },
  [`${GROUP}/EnvoyProxy`]: {},
  [`${GROUP}/BackendTrafficPolicy`]: { references: targetReferences },
  [`${GROUP}/ClientTrafficPolicy`]: { references: targetReferences },
  [`${GROUP}/SecurityPolicy`]: { references: targetReferences },
};

function* targetReferences(manifest: Manifest): Iterable<Reference> {
  const { namespace } = manifest.metadata;
  for (const [index, ref] of listAt(manifest, 'spec', 'targetRefs')) {
    const kind = textAt(ref, 'kind');
    const name = textAt(ref, 'name');
    if (kind === undefined || name === undefined) continue;
    yield {
      field: `spec.targetRefs[${index}]`,
      target: `${textAt(ref, 'group') ?? ''}/${kind}`,
      ...(namespace !== undefined && { namespace }),
      name,
    };
  }
}

/**
 * What is made of a Gateway in its own namespace, all named after it.
 * Source: Envoy Gateway 1.9, internal/infrastructure/kubernetes/proxy.
 */
function* gatewayProduces(manifest: Manifest): Iterable<Manifest> {
  const { name, namespace } = manifest.metadata;
  if (namespace === undefined) return;
  const labels = {
    'app.kubernetes.io/name': 'envoy',
    'app.kubernetes.io/component': 'proxy',
    'app.kubernetes.io/managed-by': 'envoy-gateway',
    'gateway.envoyproxy.io/owning-gateway-name': name,
    'gateway.envoyproxy.io/owning-gateway-namespace': namespace,
    'gateway.networking.k8s.io/gateway-name': name,
  };
  const listeners = [
    ...new Map(
      listAt(manifest, 'spec', 'listeners').flatMap(([, listener]) => {
        const port = numberAt(listener, 'port');
        return port === undefined ? [] : [[port, textAt(listener, 'name') ?? `port-${port}`] as const];
      }),
    ),
  ];
  const metadata = named({ name, namespace, labels });
  yield { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
  yield { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: {} };
  yield {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      selector: labels,
      ports: listeners.map(([port, listener]) => ({ name: listener, port, targetPort: containerPort(port) })),
    },
  };
  yield {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      serviceAccountName: name,
      containers: [
        {
          name: 'envoy',
          ports: [
            ...listeners.map(([port, listener]) => ({ name: listener, containerPort: containerPort(port) })),
            ...PROXY_PORTS,
          ],
        },
      ],
    },
  };
}
