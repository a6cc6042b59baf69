import { contract } from '../graph/contract.ts';
import type { SecretRef } from '../graph/credential.ts';

export interface ObjectStoreAsk {
  /** Short name of the bucket, unique in the environment: `mlflow`. The provider may lengthen it. */
  readonly bucket: string;
  /** Whether the consumer speaks S3 and no other protocol. Default: it speaks whatever the store does. */
  readonly s3Only?: boolean;
  /** Objects below `prefix` (default: all) are removed this many days after they were written. */
  readonly expire?: readonly { readonly prefix?: string; readonly days: number }[];
}

/** How a client proves who it is. */
export type ObjectStoreAuth =
  | { readonly kind: 'keys'; readonly accessKeyId: SecretRef; readonly secretAccessKey: SecretRef }
  /** The cloud trusts the pod's ServiceAccount; no key exists. */
  | {
      readonly kind: 'workload-identity';
      readonly serviceAccountAnnotations: Readonly<Record<string, string>>;
      readonly podLabels: Readonly<Record<string, string>>;
    };

interface Store {
  /** The bucket (S3, GCS) or container (Azure) as its provider names it. */
  readonly bucket: string;
  readonly auth: ObjectStoreAuth;
}

/** A bucket and how to speak to it. */
export type ObjectStoreHandle =
  /** `endpoint` is absent on AWS itself. Everything else is addressed path-style. */
  | (Store & { readonly protocol: 's3'; readonly region: string; readonly endpoint?: string })
  | (Store & { readonly protocol: 'gcs' })
  | (Store & { readonly protocol: 'azure'; readonly account: string });

/** A bucket of one's own. */
export const objectStore = contract<ObjectStoreAsk, ObjectStoreHandle>('object-store', 'a bucket in an object store');

/** The bucket as the URI that data libraries take (`s3://`, `gs://`, `abfss://` or `wasbs://`). */
export function bucketUri(store: ObjectStoreHandle, path = ''): string {
  const suffix = path === '' ? '' : `/${path}`;
  switch (store.protocol) {
    case 's3':
      return `s3://${store.bucket}${suffix}`;
    case 'gcs':
      return `gs://${store.bucket}${suffix}`;
    case 'azure':
      return `wasbs://${store.bucket}@${store.account}.blob.core.windows.net${suffix}`;
  }
}
