import { z } from 'zod';
import { cidr, duration } from '../../config/scalars.ts';

const IDENTITY_PER_NAMESPACE =
  'Put {namespace} into it to give every namespace an identity of its own, which then needs to read only its own entries';

const shared = {
  source: z.literal('external-secrets').describe('Values are kept in a store outside the cluster.'),
  refreshInterval: duration.default('1h').describe('How often the store is asked for changed values.'),
  addresses: z
    .array(cidr)
    .min(1)
    .optional()
    .describe(
      'Where the store, and the service that hands out its tokens, answer when they have private addresses, e.g. VPC endpoints. Default: the internet.',
    ),
};

const prefix = (pattern: RegExp, example: string, fallback: string) =>
  z
    .string()
    .regex(pattern, { error: `is not the beginning of a name in this store; write it like ${example}` })
    .optional()
    .describe(`Put in front of the Secret's name to find its entry. Default: ${fallback}.`);

const aws = z
  .strictObject({
    ...shared,
    provider: z
      .literal('aws')
      .describe('AWS Secrets Manager. Each entry is a JSON object with the keys of the Secret.'),
    region: z.string().min(1).optional().describe('Region of the store. Default: that of the cluster.'),
    identity: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[A-Za-z0-9+=,.@_{}/-]+$/, {
        error: 'is not the ARN of a role; write it like arn:aws:iam::111122223333:role/keelson-secrets',
      })
      .describe(
        `ARN of the role that may read the entries; it trusts the ServiceAccount "credentials" of the namespaces. ${IDENTITY_PER_NAMESPACE}.`,
      ),
    prefix: prefix(/^[A-Za-z0-9/_+=.@-]+$/, 'keelson/prod/', 'keelson/<environment>/'),
  })
  .describe('AWS Secrets Manager.');

const gcp = z
  .strictObject({
    ...shared,
    provider: z
      .literal('gcp')
      .describe('Google Secret Manager. Each entry is a JSON object with the keys of the Secret.'),
    project: z.string().min(1).describe('Project of the store.'),
    identity: z
      .string()
      .regex(/^[a-z0-9{}-]+@[a-z0-9-]+\.iam\.gserviceaccount\.com$/, {
        error: 'is not a service account; write it like keelson-secrets@example.iam.gserviceaccount.com',
      })
      .optional()
      .describe(
        `Service account that may read the entries. ${IDENTITY_PER_NAMESPACE}. Default: the Kubernetes ServiceAccount "credentials" itself is granted the rights.`,
      ),
    clusterProject: z.string().min(1).optional().describe('Project of the cluster. Default: that of the store.'),
    clusterLocation: z
      .string()
      .min(1)
      .optional()
      .describe("Region or zone of the cluster. Default: the cluster's region."),
    prefix: prefix(/^[A-Za-z0-9_-]+$/, 'keelson-prod-', 'keelson-<environment>-'),
  })
  .describe('Google Secret Manager.');

const azure = z
  .strictObject({
    ...shared,
    provider: z.literal('azure').describe('Azure Key Vault. Each secret is a JSON object with the keys of the Secret.'),
    vaultUrl: z
      .string()
      .regex(/^https:\/\/[a-zA-Z0-9-]+\.vault\.azure\.net\/?$/, {
        error: 'is not the URL of a key vault; write it like https://keelson-prod.vault.azure.net',
      })
      .describe('URL of the key vault.'),
    tenant: z.guid({ error: 'is not the ID of a tenant' }).describe('ID of the tenant of the key vault.'),
    identity: z
      .guid({ error: 'is not the client ID of a managed identity' })
      .describe(
        'Client ID of the managed identity that may read the secrets; the ServiceAccounts "credentials" are federated with it.',
      ),
    prefix: prefix(/^[A-Za-z0-9-]+$/, 'keelson-prod-', 'keelson-<environment>-'),
  })
  .describe('Azure Key Vault.');

const vault = z
  .strictObject({
    ...shared,
    provider: z.literal('vault').describe('HashiCorp Vault or OpenBao, KV engine version 2.'),
    server: z
      .string()
      .regex(/^https:\/\/[a-z0-9.-]+(:[0-9]{1,5})?$/, {
        error: 'is not the address of a server; write it like https://vault.example.com:8200',
      })
      .describe('Address of the server.'),
    path: z.string().min(1).default('secret').describe('Mount of the KV engine.'),
    authPath: z.string().min(1).default('kubernetes').describe('Mount of the Kubernetes auth method.'),
    role: z
      .string()
      .min(1)
      .describe(`Role of the auth method, bound to the ServiceAccount "credentials". ${IDENTITY_PER_NAMESPACE}.`),
    namespace: z.string().min(1).optional().describe('Namespace of Vault Enterprise. Default: none.'),
    ca: z
      .string()
      .regex(/^-----BEGIN CERTIFICATE-----\n[\s\S]+-----END CERTIFICATE-----\n?$/, {
        error: 'is not a certificate; write it in PEM, beginning with -----BEGIN CERTIFICATE-----',
      })
      .optional()
      .describe("Certificate of the CA that signed the server's, in PEM. Default: a public CA did."),
    prefix: prefix(/^[A-Za-z0-9/_.-]+$/, 'keelson/prod/', 'keelson/<environment>/'),
  })
  .describe('HashiCorp Vault or OpenBao.');

/** A store outside the cluster. */
export type Store = z.output<typeof aws | typeof gcp | typeof azure | typeof vault>;

/** Where an environment's credentials come from. */
export const secretsSettings = z.discriminatedUnion('source', [
  z.discriminatedUnion('provider', [aws, gcp, azure, vault]),
  z
    .strictObject({
      source: z
        .literal('sealed-secrets')
        .describe('Values are encrypted for the cluster and kept in environments/<environment>/sealed-secrets.yaml.'),
    })
    .describe('Encrypted values in this repository.'),
  z
    .strictObject({
      source: z
        .literal('generated')
        .describe('Values are generated in the cluster, once. For clusters that hold nothing of worth.'),
    })
    .describe('Values that nobody knows, made in the cluster.'),
]);

export type SecretsSettings = z.output<typeof secretsSettings>;
