import { z } from 'zod';
import type { EnvironmentContext } from '../config/context.ts';
import { cidr, duration, durationSeconds } from '../config/scalars.ts';
import {
  copiedSecret,
  copyPermission,
  externalSecret,
  generatedSecret,
  type StoreProvider,
  sealedSecret,
  secretStore,
} from '../constructs/secrets/index.ts';
import type { OperatorEgress } from '../graph/component.ts';
import type { CredentialSpec } from '../graph/credential.ts';
import { ANYWHERE, PRIVATE_RANGES } from '../graph/surroundings.ts';
import { type CredentialPlacement, defineComponent, defineKind, type SecretSource } from './component.ts';

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

type Store = z.output<typeof aws | typeof gcp | typeof azure | typeof vault>;

const settings = z.discriminatedUnion('source', [
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

/** Where the values of all credentials come from. */
export const secretsKind = defineKind({
  name: 'secrets',
  summary: 'Where the values of credentials come from.',
  settings,
  components: (chosen, environment, origin) => {
    const source = sourceOf(chosen, environment);
    return [
      defineComponent({
        name: 'secrets',
        layer: 'foundation',
        namespace: environment.namespace('secrets'),
        summary: source.summary,
        origin,
        needs: {},
        offers: {},
        credentials: {},
        podless: true,
        operators: [chosen.source === 'sealed-secrets' ? 'sealed-secrets' : 'external-secrets'],
        ...(chosen.source === 'external-secrets' && { operatorEgress: [egressTo(chosen)] }),
        secretSource: source,
        build() {
          // Everything it makes stands beside the credential it is made for.
        },
      }),
    ];
  },
});

type Source = SecretSource & { readonly summary: string };

function sourceOf(chosen: z.output<typeof settings>, environment: EnvironmentContext): Source {
  switch (chosen.source) {
    case 'external-secrets':
      return fromStore(chosen, environment);
    case 'sealed-secrets':
      return fromRepository(environment);
    case 'generated':
      return fromNowhere();
  }
}

/** SecretStore and ServiceAccount in every namespace that has credentials; roles and policies of the cloud name the latter. */
const ACCOUNT = 'credentials';

const STORES = {
  aws: 'AWS Secrets Manager',
  gcp: 'Google Secret Manager',
  azure: 'Azure Key Vault',
  vault: 'Vault',
} as const;

function fromStore(store: Store, environment: EnvironmentContext): Source {
  const separator = store.provider === 'aws' || store.provider === 'vault' ? '/' : '-';
  const prefix = store.prefix ?? `keelson${separator}${environment.name}${separator}`;
  const refreshInterval = goDuration(durationSeconds(store.refreshInterval));
  const place = placeOf(store, environment);
  return {
    summary: `Credentials are read from ${STORES[store.provider]}.`,
    locate: ({ name }) => `${STORES[store.provider]} (${place}), ${prefix}${name}`,
    manifests: ({ name, spec }, { namespace }) => [
      externalSecret({ name, namespace, spec, store: ACCOUNT, remoteKey: `${prefix}${name}`, refreshInterval }),
      ...secretStore({ name: ACCOUNT, namespace, store: providerOf(store, environment, namespace) }),
    ],
    problems: () => [...missingFacts(store, environment)],
  };
}

function placeOf(store: Store, environment: EnvironmentContext): string {
  switch (store.provider) {
    case 'aws':
      return store.region ?? environment.cluster.region ?? '';
    case 'gcp':
      return store.project;
    case 'azure':
      return store.vaultUrl;
    case 'vault':
      return `${store.server}, ${store.path}`;
  }
}

/** What the settings leave to the cluster, and the cluster does not say either. */
function* missingFacts(store: Store, { cluster }: EnvironmentContext): Iterable<string> {
  if (cluster.region !== undefined) return;
  if (store.provider === 'aws' && store.region === undefined)
    yield 'the region of AWS Secrets Manager is not known; set region here, or cluster.region';
  if (store.provider === 'gcp' && store.clusterLocation === undefined)
    yield 'the location of the cluster is not known; set clusterLocation here, or cluster.region';
}

/** The store as one namespace reads it. */
function providerOf(store: Store, { cluster }: EnvironmentContext, namespace: string): StoreProvider {
  const identity = (text: string): string => text.replaceAll('{namespace}', namespace);
  switch (store.provider) {
    case 'aws':
      return { provider: 'aws', region: store.region ?? cluster.region ?? '', identity: identity(store.identity) };
    case 'gcp':
      return {
        provider: 'gcp',
        project: store.project,
        identity: store.identity === undefined ? undefined : identity(store.identity),
        cluster: {
          project: store.clusterProject ?? store.project,
          location: store.clusterLocation ?? cluster.region ?? '',
          name: cluster.name,
        },
      };
    case 'azure':
      return { provider: 'azure', vaultUrl: store.vaultUrl, tenant: store.tenant, identity: store.identity };
    case 'vault': {
      const { server, path, authPath, role, namespace: tenant, ca } = store;
      return { provider: 'vault', server, path, authPath, role: identity(role), namespace: tenant, ca };
    }
  }
}

/** The controller's way to the store. Tokens are exchanged and values fetched over TLS, on one port. */
function egressTo(store: Store): OperatorEgress {
  const port = store.provider === 'vault' ? Number(/:([0-9]+)$/.exec(store.server)?.[1] ?? 443) : 443;
  const internet = { name: 'internet', cidrs: [ANYWHERE], except: PRIVATE_RANGES };
  return {
    operator: 'external-secrets',
    pods: 'external-secrets',
    to: store.addresses === undefined ? internet : { name: STORES[store.provider], cidrs: store.addresses },
    ports: [port],
    why: `reads ${STORES[store.provider]}`,
  };
}

function fromRepository({ name: environment, sealedSecrets }: EnvironmentContext): Source {
  const file = `environments/${environment}/sealed-secrets.yaml`;
  return {
    summary: `Credentials are sealed in ${file}.`,
    locate: ({ name, places: [first] }) => `${file}, ${first.namespace}/${name}`,
    manifests: ({ name, spec }, { namespace }) => {
      const encryptedData = sealedSecrets[`${namespace}/${name}`];
      return encryptedData === undefined ? [] : [sealedSecret({ name, namespace, spec, encryptedData })];
    },
    *problems(placements) {
      const asked = new Set<string>();
      for (const placement of placements) {
        for (const { namespace } of placement.places) {
          const id = `${namespace}/${placement.name}`;
          asked.add(id);
          yield* sealingProblems(id, placement, namespace, sealedSecrets[id], file);
        }
      }
      for (const id of Object.keys(sealedSecrets).sort()) {
        if (!asked.has(id)) yield `${file} holds values for "${id}", which nothing asks for; remove them`;
      }
    },
  };
}

function* sealingProblems(
  id: string,
  { name, spec, places }: CredentialPlacement,
  namespace: string,
  sealed: Readonly<Record<string, string>> | undefined,
  file: string,
): Iterable<string> {
  const wanted = withheldKeys(spec);
  const missing = wanted.filter((key) => sealed?.[key] === undefined);
  if (missing.length > 0) {
    const literals = wanted.map((key) => fromWhere(key, spec)).join(' ');
    const others = places
      .filter((place) => place.namespace !== namespace)
      .map((place) => `"${place.namespace}/${name}"`);
    const same = others.length === 0 ? '' : `, with the same values as ${others.join(' and ')}`;
    const found = sealed === undefined ? 'is not sealed' : `lacks the sealed value of ${missing.join(', ')}`;
    yield `"${id}" ${found} (${spec.why}); run: kubectl create secret generic ${name} --namespace ${namespace} --dry-run=client --output yaml ${literals} | kubeseal --controller-name sealed-secrets --controller-namespace sealed-secrets --format yaml; then copy its encryptedData to "${id}" in ${file}${same}`;
  }
  const extra = Object.keys(sealed ?? {}).filter((key) => !wanted.includes(key));
  if (extra.length > 0)
    yield `"${id}" in ${file} has ${extra.sort().join(', ')}, which is not asked for; allowed: ${wanted.join(', ')}`;
}

/** What a person is given comes in files; what a person makes up is typed. */
const fromWhere = (key: string, { keys }: CredentialSpec): string =>
  keys[key]?.kind === 'provided' ? `--from-file=${key}=...` : `--from-literal=${key}=...`;

function fromNowhere(): Source {
  const refreshInterval = goDuration(10 * 60);
  return {
    summary: 'Credentials are generated in the cluster, once.',
    locate: ({ name, places: [first] }) => `generated in the cluster, kubectl get secret ${name} -n ${first.namespace}`,
    manifests: ({ name, spec, places: [original, ...copies] }, { namespace }) => {
      if (namespace !== original.namespace)
        return copiedSecret({ name, spec, from: original.namespace, to: namespace, refreshInterval });
      return [
        ...generatedSecret({ name, namespace, spec }),
        ...(copies.length === 0
          ? []
          : copyPermission({ name, from: namespace, to: copies.map((copy) => copy.namespace).sort() })),
      ];
    },
    *problems(placements) {
      for (const { name, spec } of placements) {
        for (const [key, value] of Object.entries(spec.keys)) {
          if (value.kind !== 'provided') continue;
          yield `"${name}" needs ${value.what} under the key ${key} (${spec.why}), which cannot be generated; use the source external-secrets or sealed-secrets`;
        }
      }
    },
  };
}

/** Keys whose values are not in this repository. */
const withheldKeys = (spec: CredentialSpec): readonly string[] =>
  Object.entries(spec.keys)
    .flatMap(([key, { kind }]) => (kind === 'public' ? [] : [key]))
    .sort();

/** A duration as Go prints it, which is how it comes back from controllers: `1h0m0s`, `5m0s`, `30s`. */
function goDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
