import { z } from 'zod';
import { LOAD_BALANCER_SCHEMES } from '../clusters/provider.ts';
import type { EnvironmentContext } from '../config/context.ts';
import { cidr, cpuQuantity, kubernetesName, labelKey, labels, memoryQuantity, port } from '../config/scalars.ts';
import {
  type AcmeSolver,
  type CertificateIssuer,
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
import type { GatewayRole, OperatorEgress, Origin } from '../graph/component.ts';
import { need, offer } from '../graph/contract.ts';
import { credential, type DeclaredSecret, provided } from '../graph/credential.ts';
import { ANYWHERE, PRIVATE_RANGES } from '../graph/surroundings.ts';
import { ENVIRONMENT } from '../platform/labels.ts';
import { IMAGES } from '../platform/versions.ts';
import { type AnyComponent, defineComponent, defineKind } from './component.ts';

const nodePort = port
  .min(30_000, { error: 'is not a node port; write a number from 30000 to 32767' })
  .max(32_767, { error: 'is not a node port; write a number from 30000 to 32767' });

const service = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('LoadBalancer').describe("The provider's load balancer."),
      scheme: z
        .enum(LOAD_BALANCER_SCHEMES)
        .default('internal')
        .describe('Who reaches it: the own network (internal, the default), or everybody (internet-facing).'),
      annotations: z
        .record(labelKey, z.string())
        .default({})
        .describe("Annotations of the Service, beside the provider's or in their place."),
    })
    .describe("The provider's load balancer."),
  z
    .strictObject({
      type: z.literal('NodePort').describe('A port of every node.'),
      http: nodePort.default(30_080).describe('Port for HTTP. Default: 30080.'),
      https: nodePort.default(30_443).describe('Port for HTTPS. Default: 30443.'),
    })
    .describe('A port of every node.'),
  z
    .strictObject({ type: z.literal('ClusterIP').describe('Only inside the cluster, behind something of your own.') })
    .describe('Only inside the cluster, behind something of your own.'),
]);

const solver = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('route53').describe('A record in Amazon Route 53.'),
      region: z.string().min(1).describe('Region of AWS STS.'),
      role: z
        .string()
        .regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[A-Za-z0-9+=,.@_/-]+$/, {
          error: 'is not the ARN of a role; write it like arn:aws:iam::111122223333:role/keelson-dns',
        })
        .describe('ARN of the role that may change the zone; it trusts the ServiceAccount "gateway-tls-dns".'),
      hostedZoneId: z
        .string()
        .regex(/^Z[A-Z0-9]+$/, { error: 'is not the ID of a hosted zone; write it like Z0123456789ABCDEFGHIJ' })
        .optional()
        .describe('ID of the hosted zone. Default: looked up by the domain.'),
    })
    .describe('A record in Amazon Route 53.'),
  z
    .strictObject({
      kind: z
        .literal('cloud-dns')
        .describe("A record in Google Cloud DNS, written by cert-manager's own ServiceAccount."),
      project: z.string().min(1).describe('Project of the zone.'),
      zone: z.string().min(1).optional().describe('Name of the zone. Default: looked up by the domain.'),
    })
    .describe("A record in Google Cloud DNS, written by cert-manager's own ServiceAccount."),
  z
    .strictObject({
      kind: z
        .literal('azure-dns')
        .describe(
          "A record in Azure DNS, written by an identity that is federated with cert-manager's ServiceAccount.",
        ),
      subscription: z
        .guid({ error: 'is not the ID of a subscription' })
        .describe('ID of the subscription of the zone.'),
      resourceGroup: z.string().min(1).describe('Resource group of the zone.'),
      zone: z.string().min(1).describe('Name of the zone.'),
      identity: z
        .guid({ error: 'is not the client ID of a managed identity' })
        .describe('Client ID of the managed identity that may change the zone.'),
    })
    .describe("A record in Azure DNS, written by an identity that is federated with cert-manager's ServiceAccount."),
  z
    .strictObject({
      kind: z
        .literal('http01')
        .describe(
          'An answer over plain HTTP, for gateways that the ACME server reaches. It cannot vouch for wildcards.',
        ),
      hosts: z
        .array(kubernetesName)
        .min(1)
        .describe(
          'First labels of the host names in the certificate, e.g. mlflow: all that components are exposed by.',
        ),
    })
    .describe('An answer over plain HTTP. It cannot vouch for wildcards.'),
]);

const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';

const tls = z.discriminatedUnion('issuer', [
  z
    .strictObject({ issuer: z.literal('none').describe('No TLS: for gateways behind something that has it.') })
    .describe('No TLS: for gateways behind something that has it.'),
  z
    .strictObject({
      issuer: z.literal('self-signed').describe('A CA made in the cluster, which browsers do not know.'),
    })
    .describe('A CA made in the cluster, which browsers do not know.'),
  z
    .strictObject({
      issuer: z
        .literal('ca')
        .describe('A CA of your own. Its certificate and key come from where all credentials come from.'),
    })
    .describe('A CA of your own. Its certificate and key come from where all credentials come from.'),
  z
    .strictObject({
      issuer: z.literal('existing').describe('A ClusterIssuer that the cluster already has.'),
      clusterIssuer: kubernetesName.describe('Name of the ClusterIssuer.'),
    })
    .describe('A ClusterIssuer that the cluster already has.'),
  z
    .strictObject({
      issuer: z.literal('acme').describe("An ACME server such as Let's Encrypt."),
      email: z.email({ error: 'is not an e-mail address' }).describe('Whom the server writes to.'),
      server: z
        .string()
        .regex(/^https:\/\/[a-z0-9.-]+(:[0-9]{1,5})?\/\S*$/, {
          error: `is not the directory of an ACME server; write it like ${LETS_ENCRYPT}`,
        })
        .default(LETS_ENCRYPT)
        .describe("Directory of the server. Default: Let's Encrypt."),
      addresses: z
        .array(cidr)
        .min(1)
        .optional()
        .describe('Where the server answers, when it has private addresses. Default: the internet.'),
      solver: solver.describe('How the server is shown that the domain is yours.'),
    })
    .describe("An ACME server such as Let's Encrypt."),
]);

const settings = z.strictObject({
  replicas: z.int().min(1).max(100).default(2).describe('Proxies.'),
  resources: z
    .strictObject({
      cpu: cpuQuantity.default('100m').describe('CPU a proxy asks for.'),
      memory: memoryQuantity.default('256Mi').describe('Memory a proxy asks for and is limited to.'),
    })
    .prefault({})
    .describe('What one proxy gets.'),
  service: service
    .optional()
    .describe(
      "How requests come in. Default: the provider's load balancer in the own network, or a port of every node.",
    ),
  publicPort: port
    .optional()
    .describe('Port in the URLs people use, e.g. where a laptop forwards 8443. Default: that of the scheme.'),
  tls: tls.describe('Who vouches for *.<cluster.domain>.'),
  proxies: z
    .union([
      z.strictObject({
        namespace: kubernetesName.describe('Namespace of the proxies, as it is called in the cluster.'),
        labels: labels.describe('Labels of their pods.'),
      }),
      z.strictObject({ cidrs: z.array(cidr).min(1).describe('Addresses of the proxies.') }),
    ])
    .optional()
    .describe('Where requests come from under cluster.gatewayClass: pods, or addresses of a managed load balancer.'),
});
type Settings = z.output<typeof settings>;

/** Name of the Gateway, and with it of all that is made for it. */
const NAME = 'gateway';
const CERTIFICATE = `${NAME}-tls`;

/** The door of an environment. */
export const gatewayKind = defineKind({
  name: 'gateway',
  summary: 'The Gateway that people reach the environment by.',
  settings,
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
    return solverOf(chosen)?.kind === 'http01' ? [door, challengeComponent(environment, origin)] : [door];
  },
});

function gatewayComponent(chosen: Settings, environment: EnvironmentContext, origin: Origin): AnyComponent {
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

/** cert-manager's pods that answer challenges exist for seconds, and carry this label. */
const challengeComponent = (environment: EnvironmentContext, origin: Origin): AnyComponent =>
  defineComponent({
    name: 'acme-challenge',
    layer: 'platform',
    namespace: environment.namespace(NAME),
    summary: 'Answers the questions of the ACME server while a certificate is made.',
    origin,
    needs: {},
    offers: {
      answers: offer(acmeChallenge, {
        service: 'cm-acme-http-solver',
        ports: [{ name: 'http', port: 8089 }],
        handle: () => ({}),
      }),
    },
    credentials: {},
    pods: { 'acme.cert-manager.io/http01-solver': 'true' },
    operators: ['cert-manager'],
    build() {
      // cert-manager makes pods, Services and routes when it has a certificate to ask for.
    },
  });

const AUTHORITY = credential({
  keys: {
    'tls.crt': provided('the certificate of your CA'),
    'tls.key': provided('the private key of your CA'),
  },
  why: 'signs the certificate of the gateway',
});

const solverOf = ({ tls: chosen }: Settings) => (chosen.issuer === 'acme' ? chosen.solver : undefined);

function hostsOf(chosen: Settings, domain: string): readonly [string, ...string[]] {
  const by = solverOf(chosen);
  const [first, ...rest] = by?.kind === 'http01' ? by.hosts : ['*'];
  return [`${first}.${domain}`, ...rest.map((host) => `${host}.${domain}`)];
}

function roleOf({ publicPort, proxies }: Settings, { cluster }: EnvironmentContext, secure: boolean): GatewayRole {
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

function serviceOf({ service: chosen }: Settings, { provider }: EnvironmentContext, secure: boolean): ProxyService {
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

function issuerOf(
  { tls: chosen }: Settings,
  environment: EnvironmentContext,
  authority: DeclaredSecret<'tls.crt' | 'tls.key'> | undefined,
): CertificateIssuer | undefined {
  switch (chosen.issuer) {
    case 'none':
      return undefined;
    case 'self-signed':
      return { kind: 'self-signed' };
    case 'ca':
      if (!authority) throw new Error('the gateway declares its CA when it has one');
      return { kind: 'ca', secret: authority };
    case 'existing':
      return { kind: 'existing', clusterIssuer: chosen.clusterIssuer };
    case 'acme': {
      const { email, server, solver: by } = chosen;
      return { kind: 'acme', email, server, solver: acmeSolver(by), clusterIssuer: `keelson-${environment.name}` };
    }
  }
}

const acmeSolver = (chosen: z.output<typeof solver>): AcmeSolver =>
  chosen.kind === 'http01' ? { kind: 'http01' } : chosen;

/** What cert-manager opens for the certificate: the ACME server, and the cloud whose zone it writes to. */
function egressOf({ tls: chosen }: Settings): OperatorEgress[] {
  if (chosen.issuer !== 'acme') return [];
  const controller = { operator: 'cert-manager', pods: 'cert-manager' };
  const internet = { name: 'internet', cidrs: [ANYWHERE], except: PRIVATE_RANGES };
  const serverPort = Number(/^https:\/\/[^/]+:([0-9]+)\//.exec(chosen.server)?.[1] ?? 443);
  const server: OperatorEgress = {
    ...controller,
    to: chosen.addresses ? { name: 'acme-server', cidrs: chosen.addresses } : internet,
    ports: [serverPort],
    why: 'asks for certificates',
  };
  switch (chosen.solver.kind) {
    case 'http01':
      return [server];
    case 'route53':
    case 'azure-dns':
      return [server, { ...controller, to: internet, ports: [443], why: 'writes the records that prove the domain' }];
    case 'cloud-dns':
      return [
        server,
        { ...controller, to: internet, ports: [443], why: 'writes the records that prove the domain' },
        // Source: GKE documentation, "Workload Identity Federation", network policies.
        {
          ...controller,
          to: { name: 'metadata-server', cidrs: ['169.254.169.252/32', '169.254.169.254/32'] },
          ports: [80, 988],
          why: 'asks for the identity of its ServiceAccount',
        },
      ];
  }
}
