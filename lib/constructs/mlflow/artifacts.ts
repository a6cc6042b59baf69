import { bucketUri, type ObjectStoreHandle } from '../../contracts/object-store.ts';
import type { EnvValue } from '../workload/index.ts';

/** Directory in the bucket. The rest of the bucket is free for what later versions keep beside artifacts. */
const ARTIFACTS = 'artifacts';

export const artifactsUri = (store: ObjectStoreHandle): string => bucketUri(store, ARTIFACTS);

/** Prefix of objects whose artifact path begins with `prefix`. */
export const artifactsPrefix = (prefix = ''): string => `${ARTIFACTS}/${prefix}`;

/** How MLflow and the libraries below it (boto3, google-cloud-storage, azure-storage-blob) get at the bucket. */
export function artifactsEnv(store: ObjectStoreHandle): Readonly<Record<string, EnvValue>> {
  const { auth } = store;
  switch (store.protocol) {
    case 's3':
      return {
        AWS_DEFAULT_REGION: store.region,
        ...(store.endpoint !== undefined && {
          MLFLOW_S3_ENDPOINT_URL: store.endpoint,
          MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: 'path',
          // boto3 adds checksums that S3 itself understands and others often do not.
          AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
          AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
        }),
        ...(auth.kind === 'keys' && {
          AWS_ACCESS_KEY_ID: auth.accessKeyId,
          AWS_SECRET_ACCESS_KEY: auth.secretAccessKey,
        }),
      };
    case 'gcs':
      if (auth.kind === 'keys') {
        throw new Error(
          'MLflow cannot use HMAC keys with Google Cloud Storage; use workload identity, or speak S3 to https://storage.googleapis.com',
        );
      }
      return {};
    case 'azure':
      return auth.kind === 'keys' ? { AZURE_STORAGE_ACCESS_KEY: auth.secretAccessKey } : {};
  }
}
