import type { ExperimentTrackingHandle } from '../../contracts/experiment-tracking.ts';
import type { FeatureServingHandle } from '../../contracts/feature-serving.ts';
import { bucketUri, type ObjectStoreHandle } from '../../contracts/object-store.ts';
import type { EnvValue } from '../workload/index.ts';

/** What programs on Ray find in their environment. */
export interface RayBindings {
  /** `MLFLOW_TRACKING_URI`, and the login where there is one. */
  readonly tracking?: ExperimentTrackingHandle;
  /**
   * `BUCKET_URI`, and what boto3, pyarrow, s3fs and the libraries of other clouds need to get at it. With workload
   * identity the cloud trusts the pods' ServiceAccount.
   */
  readonly bucket?: ObjectStoreHandle;
  /** `FEAST_FEATURE_SERVER_URL`. */
  readonly features?: FeatureServingHandle;
}

export function bindingsEnv({ tracking, bucket, features }: RayBindings): Readonly<Record<string, EnvValue>> {
  return {
    ...(tracking && {
      MLFLOW_TRACKING_URI: tracking.trackingUri,
      ...(tracking.login && {
        MLFLOW_TRACKING_USERNAME: tracking.login.username,
        MLFLOW_TRACKING_PASSWORD: tracking.login.password,
      }),
    }),
    ...(bucket && { BUCKET_URI: bucketUri(bucket), ...bucketEnv(bucket) }),
    ...(features && { FEAST_FEATURE_SERVER_URL: features.url }),
  };
}

/** What the bucket's cloud wants of the pods, where it knows them by their identity. */
export function bucketIdentity(bucket: ObjectStoreHandle | undefined) {
  return bucket?.auth.kind === 'workload-identity'
    ? { annotations: bucket.auth.serviceAccountAnnotations, podLabels: bucket.auth.podLabels }
    : { annotations: {}, podLabels: {} };
}

function bucketEnv(store: ObjectStoreHandle): Readonly<Record<string, EnvValue>> {
  const { auth } = store;
  switch (store.protocol) {
    case 's3':
      return {
        AWS_REGION: store.region,
        AWS_DEFAULT_REGION: store.region,
        ...(store.endpoint !== undefined && {
          AWS_ENDPOINT_URL_S3: store.endpoint,
          // Older clients know only this one. With an identity it would lead the request for one to the store as well.
          ...(auth.kind === 'keys' && { AWS_ENDPOINT_URL: store.endpoint }),
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
          'libraries for Google Cloud Storage take no HMAC keys; use workload identity, or speak S3 to https://storage.googleapis.com',
        );
      }
      return {};
    case 'azure':
      return {
        AZURE_STORAGE_ACCOUNT_NAME: store.account,
        ...(auth.kind === 'keys' && { AZURE_STORAGE_ACCOUNT_KEY: auth.secretAccessKey }),
      };
  }
}
