import type { EnvironmentContext } from '../config/context.ts';
import {
  EnvoyProxies,
  GatewayCertificate,
  LISTENERS,
  PROXY_PORTS,
  type ProxyService,
  proxyLabels,
  proxyParameters,
  WebGateway,
} from '../constructs/gateway/index.ts';
import { acmeChallenge } from '../contracts/acme-challenge.ts';
import type { GatewayRole, Origin } from '../graph/component.ts';
import { need } from '../graph/contract.ts';
import { ENVIRONMENT } from '../platform/labels.ts';
import { IMAGES } from '../platform/versions.ts';
import { type AnyComponent, defineComponent, defineKind } from './component.ts';
import { AUTHORITY, egressOf, hostsOf, issuerOf } from './gateway/certificate.ts';
import { challengeComponent } from './gateway/challenge.ts';
import { type GatewaySettings, gatewaySettings, solverOf } from './gateway/settings.ts';

/** Name of the Gateway, and with it of all that is made for it. */
const NAME = 'gateway';
const CERTIFICATE = `${NAME}-tls`;

/** The door of an environment. */
export const gatewayKind = defineKind({
  name: 'gateway',
  summary: 'The Gateway that people reach the environment by.',
  settings: gatewaySettings,
  offers: [acmeChallenge],
  *problems({ proxies, service: chosen, tls: { issuer } }, { cluster, provider }) {
    if (cluster.gatewayClass !== undefined && proxies === undefined)
      yield `requests come through cluster.gatewayClass "${cluster.gatewayClass}", and nothing says from where; set proxies`;
    if (cluster.gatewayClass === undefined && proxies !== undefined)
      yield 'proxies is for gateways of cluster.gatewayClass; without it the proxies are known, so remove it';
    if (cluster.gatewayClass !== undefined && chosen !== undefined)
      yield `service has no meaning for cluster.gatewayClass "${cluster.gatewayClass}", which has its own; remove it`;
    if (chosen?.type === 'LoadBalancer' && provider.loadBalancer === undefined)
      yield `nothing balances load on ${provider.name}; choose a service of type NodePort or ClusterIP`;
    if (issuer === 'none' && chosen?.type === 'LoadBalancer' && chosen.scheme === 'internet-facing')
      yield 'an internet-facing load balancer without TLS would show every password to everybody; choose another tls.issuer';
  },
  components: (chosen, environment, origin) => {
    const door = gatewayComponent(chosen, environment, origin);
    return solverOf(chosen)?.kind === 'http01'
      ? [door, challengeComponent(environment.namespace(NAME), origin)]
      : [door];
  },
});

function gatewayComponent(chosen: GatewaySettings, environment: EnvironmentContext, origin: Origin): AnyComponent {
  const { cluster } = environment;
  const namespace = environment.namespace(NAME);
  const secure = chosen.tls.issuer !== 'none';
  const existingClass = cluster.gatewayClass;
  const listeners = secure ? [PROXY_PORTS.http, PROXY_PORTS.https] : [PROXY_PORTS.http];
  const ownProxies = existingClass === undefined;
  return defineComponent({
    name: NAME,
    layer: 'platform',
    namespace,
    summary: `*.${cluster.domain} ${secure ? 'over HTTPS' : 'over plain HTTP'}, by ${existingClass ?? 'Envoy'}.`,
    ...(ownProxies && { version: IMAGES.envoy.tag.replace(/^distroless-v/, '') }),
    origin,
    needs:
      solverOf(chosen)?.kind === 'http01'
        ? { challenges: need(acmeChallenge, {}, 'proof that the domain is ours') }
        : {},
    offers: {},
    credentials: chosen.tls.issuer === 'ca' ? { ca: AUTHORITY } : {},
    gateway: roleOf(chosen, environment, secure),
    operators: [...(ownProxies ? ['envoy-gateway'] : []), ...(secure ? ['cert-manager'] : [])],
    operatorEgress: egressOf(chosen),
    ...(ownProxies
      ? {
          pods: proxyLabels(NAME),
          ambient: { anyone: { ports: listeners, why: 'people and programs outside the cluster' } },
          metrics: [{ via: 'pod', port: PROXY_PORTS.metrics, path: '/stats/prometheus' }],
        }
      : { podless: true }),
    ...(chosen.tls.issuer === 'existing' && {
      optOuts: [
        {
          rule: 'references-resolve',
          object: `Certificate/${CERTIFICATE}`,
          reason: `the ClusterIssuer "${chosen.tls.clusterIssuer}" is not made by this platform`,
        },
      ],
    }),
    build(chart, { credentials }) {
      const issuer = issuerOf(chosen, environment, credentials.ca);
      const gatewayClass = existingClass ?? `keelson-${environment.name}`;
      if (ownProxies) {
        new EnvoyProxies(chart, 'proxies', {
          gateway: NAME,
          gatewayClass,
          image: environment.image('envoy'),
          replicas: chosen.replicas,
          resources: chosen.resources,
          service: serviceOf(chosen, environment, secure),
        });
      }
      if (issuer) {
        new GatewayCertificate(chart, 'certificate', {
          name: CERTIFICATE,
          gateway: NAME,
          secret: CERTIFICATE,
          hosts: hostsOf(chosen, cluster.domain),
          issuer,
        });
      }
      new WebGateway(chart, 'gateway', {
        name: NAME,
        gatewayClass,
        domain: cluster.domain,
        routesFrom: { [ENVIRONMENT]: environment.name },
        certificate: issuer && CERTIFICATE,
        publicPort: chosen.publicPort,
        ...(ownProxies && { parameters: proxyParameters(NAME) }),
      });
    },
  });
}

function roleOf(
  { publicPort, proxies }: GatewaySettings,
  { cluster }: EnvironmentContext,
  secure: boolean,
): GatewayRole {
  const scheme = secure ? 'https' : 'http';
  const [first, ...rest] = proxies && 'cidrs' in proxies ? proxies.cidrs : [];
  return {
    gateway: NAME,
    listener: LISTENERS[scheme].name,
    scheme,
    domain: cluster.domain,
    ...(publicPort !== undefined && { publicPort }),
    ...(proxies && 'namespace' in proxies && { proxies }),
    ...(first !== undefined && { proxies: { cidrs: [first, ...rest] } }),
  };
}

function serviceOf(
  { service: chosen }: GatewaySettings,
  { provider }: EnvironmentContext,
  secure: boolean,
): ProxyService {
  const otherwise = provider.loadBalancer ? 'LoadBalancer' : 'NodePort';
  switch (chosen?.type ?? otherwise) {
    case 'LoadBalancer': {
      const { scheme, annotations } =
        chosen?.type === 'LoadBalancer' ? chosen : ({ scheme: 'internal', annotations: {} } as const);
      return { type: 'LoadBalancer', annotations: { ...provider.loadBalancer?.(scheme), ...annotations } };
    }
    case 'NodePort': {
      const { http, https } = chosen?.type === 'NodePort' ? chosen : { http: 30_080, https: 30_443 };
      return { type: 'NodePort', http, ...(secure && { https }) };
    }
    case 'ClusterIP':
      return { type: 'ClusterIP' };
  }
}
