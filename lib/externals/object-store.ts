import { z } from 'zod';
import type { ProviderName } from '../clusters/provider.ts';
import type { EnvironmentContext } from '../config/context.ts';
import { cidr, hostName, port } from '../config/scalars.ts';
import { keysIn } from '../constructs/object-store/index.ts';
import { type ObjectStoreAsk, type ObjectStoreHandle, objectStore } from '../contracts/object-store.ts';
import type { External } from '../graph/component.ts';
import { offer } from '../graph/contract.ts';
import { credential, provided, publicKey } from '../graph/credential.ts';
import { ANYWHERE, PRIVATE_RANGES } from '../graph/surroundings.ts';
import { defineExternalKind } from './external.ts';

const addresses = z
  .array(cidr)
  .min(1)
  .optional()
  .describe(
    'Where the store, and the service that hands out its tokens, answer when they have private addresses, e.g. VPC endpoints. Default: the internet.',
  );

const expires = z
  .boolean()
  .default(false)
  .describe(
    'Whether rules of the bucket itself remove objects as the component that uses it asks; nothing in the cluster can set them. Default: false, and a component that asks for a retention is refused.',
  );

// Older buckets have dots in their names, which new ones should not.
const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
  error: 'is not the name of a bucket; write it like example-mlflow',
});

const byShortName = <T extends z.ZodType>(entry: T) =>
  z
    .record(z.string().min(1).describe('Name by which a component asks for its bucket, e.g. mlflow.'), entry)
    .describe('Buckets that components may use, by the short names they ask for.');

const s3 = z.strictObject({
  type: z.literal('s3').describe('Amazon S3. Pods take on IAM roles; there are no keys.'),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, { error: 'is not a region of AWS; write it like eu-central-1' })
    .optional()
    .describe('Region of the buckets. Default: that of the cluster.'),
  buckets: byShortName(
    z.strictObject({
      bucket: bucketName.describe('Name of the bucket.'),
      identity: z
        .string()
        .regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[A-Za-z0-9+=,.@_/-]+$/, {
          error: 'is not the ARN of a role; write it like arn:aws:iam::111122223333:role/mlflow',
        })
        .describe("ARN of the role that may use the bucket; it trusts the component's ServiceAccount."),
      expires,
    }),
  ),
  addresses,
});

const gcs = z.strictObject({
  type: z.literal('gcs').describe('Google Cloud Storage. Pods act as service accounts; there are no keys.'),
  buckets: byShortName(
    z.strictObject({
      // Google's names may have dots and underscores beside what S3's may.
      bucket: z
        .string()
        .regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, {
          error: 'is not the name of a bucket; write it like example-mlflow',
        })
        .describe('Name of the bucket.'),
      identity: z
        .string()
        .regex(/^[a-z][a-z0-9-]*@[a-z0-9.-]+\.iam\.gserviceaccount\.com$/, {
          error: 'is not a service account; write it like mlflow@example.iam.gserviceaccount.com',
        })
        .describe(
          "Service account that may use the bucket; the component's ServiceAccount may act as it (roles/iam.workloadIdentityUser).",
        ),
      expires,
    }),
  ),
  addresses,
});

const azure = z.strictObject({
  type: z.literal('azure').describe('Azure Blob Storage. Pods act as managed identities; there are no keys.'),
  account: z
    .string()
    .regex(/^[a-z0-9]{3,24}$/, {
      error: 'is not the name of a storage account; write 3 to 24 lower-case letters and digits',
    })
    .describe('Name of the storage account.'),
  buckets: byShortName(
    z.strictObject({
      bucket: bucketName.describe('Name of the container.'),
      identity: z
        .guid({
          error: 'is not the client ID of a managed identity; write it like 11111111-2222-4333-8444-555555555555',
        })
        .describe(
          "Client ID of the managed identity that may use the container; it is federated with the component's ServiceAccount.",
        ),
      expires,
    }),
  ),
  addresses,
});

const compatible = z.strictObject({
  type: z
    .literal('s3-compatible')
    .describe('Any other store that speaks S3, with keys. Their secret parts come from the secret source.'),
  host: hostName.describe('DNS name of the store, e.g. s3.example.com.'),
  port: port.optional().describe('Port of the store. Default: 443, without TLS 80.'),
  tls: z
    .boolean()
    .default(true)
    .describe('Whether the store speaks TLS, with a certificate of a public CA. Default: true.'),
  region: z.string().min(1).default('us-east-1').describe('Region that requests are signed for. Default us-east-1.'),
  buckets: byShortName(
    z.strictObject({
      bucket: bucketName.describe('Name of the bucket.'),
      accessKeyId: z
        .string()
        .min(3)
        .describe('ID of the access key that may use the bucket. Not a secret; its other half is.'),
      expires,
    }),
  ),
  addresses,
});

const settings = z.discriminatedUnion('type', [s3, gcs, azure, compatible]);

/** The cloud whose pods' identities a store takes. */
const CLOUD: Readonly<Record<'s3' | 'gcs' | 'azure', ProviderName>> = { s3: 'eks', gcs: 'gke', azure: 'aks' };
const STORE = { s3: 'Amazon S3', gcs: 'Google Cloud Storage', azure: 'Azure Blob Storage' } as const;

/** GKE's metadata server, with and without Dataplane V2. Source: GKE documentation, "Workload Identity Federation", network policies. */
const GKE_METADATA = { name: 'metadata-server', cidrs: ['169.254.169.252/32', '169.254.169.254/32'], ports: [80, 988] };

/** Buckets that exist: whoever runs the store makes them, and the identities or keys that may use them. */
export const objectStoreExternal = defineExternalKind({
  name: 'object-store',
  summary: 'Buckets outside the cluster: S3, Google Cloud Storage, Azure Blob Storage, or any store that speaks S3.',
  settings,
  external: (chosen, environment, origin): External => {
    const common = { name: 'object-store', origin, addresses: reach(chosen.addresses) } as const;
    switch (chosen.type) {
      case 's3': {
        const region = chosen.region ?? environment.cluster.region ?? 'us-east-1';
        return {
          ...common,
          summary: `Amazon S3 in ${region}.`,
          host: `s3.${region}.amazonaws.com`,
          ports: [443],
          offer: cloudOffer(chosen, environment, (store) => ({ protocol: 's3', region, ...store })),
        };
      }
      case 'gcs':
        return {
          ...common,
          summary: 'Google Cloud Storage.',
          host: 'storage.googleapis.com',
          ports: [443],
          identity: GKE_METADATA,
          offer: cloudOffer(chosen, environment, (store) => ({ protocol: 'gcs', ...store })),
        };
      case 'azure': {
        const { account } = chosen;
        return {
          ...common,
          summary: `Azure Blob Storage, account ${account}.`,
          host: `${account}.blob.core.windows.net`,
          ports: [443],
          offer: cloudOffer(chosen, environment, (store) => ({ protocol: 'azure', account, ...store })),
        };
      }
      case 's3-compatible': {
        const { host, tls, region, buckets } = chosen;
        const number = chosen.port ?? (tls ? 443 : 80);
        const scheme = tls ? 'https' : 'http';
        return {
          ...common,
          summary: `Object store at ${host}:${number}.`,
          host,
          ports: [number],
          offer: offer(objectStore, {
            ports: [{ name: scheme, port: number }],
            refuse: (ask, { name }) => refusal(buckets, ask, name),
            claims: (ask) => claim(buckets, ask),
            credential: (ask, consumer) => {
              const entry = buckets[ask.bucket];
              return (
                entry &&
                credential({
                  keys: {
                    accessKeyId: publicKey(entry.accessKeyId),
                    secretAccessKey: provided(
                      `the secret access key that belongs to "${entry.accessKeyId}" at ${host}`,
                    ),
                  },
                  why: `${consumer.name} signs its requests for the bucket "${entry.bucket}" at ${host}`,
                })
              );
            },
            handle: ({ ask, secret }): ObjectStoreHandle => ({
              protocol: 's3',
              bucket: entryOf(buckets, ask).bucket,
              region,
              endpoint: `${scheme}://${host}${chosen.port === undefined ? '' : `:${number}`}`,
              auth: { kind: 'keys', ...keysIn(secret) },
            }),
          }),
        };
      }
    }
  },
});

type Buckets<Entry = { readonly bucket: string; readonly expires: boolean }> = Readonly<Record<string, Entry>>;

/** Buckets of a cloud that knows who the pods are. */
const cloudOffer = (
  {
    type,
    buckets,
  }: {
    readonly type: keyof typeof CLOUD;
    readonly buckets: Buckets<{ readonly bucket: string; readonly identity: string; readonly expires: boolean }>;
  },
  environment: EnvironmentContext,
  handle: (store: Pick<ObjectStoreHandle, 'bucket' | 'auth'>) => ObjectStoreHandle,
) =>
  offer(objectStore, {
    ports: [{ name: 'https', port: 443 }],
    refuse: (ask, { name }) =>
      withoutIdentity(type, environment) ?? otherProtocol(type, ask, name) ?? refusal(buckets, ask, name),
    claims: (ask) => claim(buckets, ask),
    handle: ({ ask }) => {
      const { bucket, identity } = entryOf(buckets, ask);
      return handle({ bucket, auth: workloadIdentity(identity, environment) });
    },
  });

const reach = (cidrs: readonly string[] | undefined): External['addresses'] =>
  cidrs ? { cidrs } : { cidrs: [ANYWHERE], except: PRIVATE_RANGES };

function withoutIdentity(type: keyof typeof CLOUD, { provider }: EnvironmentContext): string | undefined {
  return provider.name === CLOUD[type]
    ? undefined
    : `pods of a cluster on ${provider.name} have no identity that ${STORE[type]} knows, only those on ${CLOUD[type]} have; use keys, with type s3-compatible, or a store in the cluster`;
}

function otherProtocol(type: keyof typeof CLOUD, { s3Only }: ObjectStoreAsk, consumer: string): string | undefined {
  if (type === 's3' || !s3Only) return undefined;
  return `${consumer} speaks S3 alone, which is not how ${STORE[type]} is spoken to here; let it keep its data elsewhere, or bind a store with type s3-compatible`;
}

const claim = (buckets: Buckets, { bucket }: ObjectStoreAsk): string =>
  `the bucket "${buckets[bucket]?.bucket ?? bucket}"`;

function refusal(buckets: Buckets, ask: ObjectStoreAsk, consumer: string): string | undefined {
  const entry = buckets[ask.bucket];
  if (!entry) {
    const names = Object.keys(buckets).map((name) => `"${name}"`);
    return `${consumer} asks external.object-store for the bucket "${ask.bucket}", which is not among its buckets (${names.join(', ') || 'it has none'}); add external.object-store.buckets.${ask.bucket}`;
  }
  const [rule] = ask.expire ?? [];
  if (!rule || entry.expires) return undefined;
  const objects = rule.prefix === undefined || rule.prefix === '' ? 'objects' : `objects below "${rule.prefix}"`;
  return `${consumer} asks that ${objects} in the bucket "${entry.bucket}" are removed after ${rule.days} days, which only a rule of the bucket can do; set one, and say so with external.object-store.buckets.${ask.bucket}.expires: true`;
}

/** An ask without an entry is refused before any handle is made. */
function entryOf<Entry>(buckets: Buckets<Entry>, { bucket }: ObjectStoreAsk): Entry {
  const entry = buckets[bucket];
  if (entry === undefined) throw new Error(`external.object-store has no bucket "${bucket}"`);
  return entry;
}

function workloadIdentity(identity: string, { provider }: EnvironmentContext): ObjectStoreHandle['auth'] {
  const made = provider.workloadIdentity?.(identity);
  if (!made) throw new Error(`a cluster on ${provider.name} gives its pods no identity`);
  return { kind: 'workload-identity', ...made };
}
