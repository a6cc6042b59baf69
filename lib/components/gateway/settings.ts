import { z } from 'zod';
import { LOAD_BALANCER_SCHEMES } from '../../clusters/provider.ts';
import { cidr, cpuQuantity, kubernetesName, labelKey, labels, memoryQuantity, port } from '../../config/scalars.ts';

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

/** What an environment says of its gateway. */
export const gatewaySettings = z.strictObject({
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
export type GatewaySettings = z.output<typeof gatewaySettings>;

/** How an ACME server is shown that the domain is ours, where one is asked. */
export const solverOf = ({ tls: chosen }: GatewaySettings) => (chosen.issuer === 'acme' ? chosen.solver : undefined);
