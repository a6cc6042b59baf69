import type { ObjectStoreSpecConfiguration } from '../../../imports/barman-cloud.ts';
import type { EnvVar } from '../../../imports/k8s.ts';
import type { ObjectStoreHandle } from '../../contracts/object-store.ts';
import { bucketUri } from '../../contracts/object-store.ts';

type Access = Pick<
  ObjectStoreSpecConfiguration,
  'destinationPath' | 'endpointURL' | 's3Credentials' | 'googleCredentials' | 'azureCredentials'
>;

/**
 * A bucket as the barman tools reach it.
 * Source: barman-cloud plugin docs, "Object Store Providers".
 */
export function storeAccess(store: ObjectStoreHandle): Access {
  const { auth } = store;
  switch (store.protocol) {
    case 's3':
      return {
        destinationPath: bucketUri(store),
        ...(store.endpoint !== undefined && { endpointURL: store.endpoint }),
        s3Credentials:
          auth.kind === 'keys'
            ? { accessKeyId: { ...auth.accessKeyId.selector }, secretAccessKey: { ...auth.secretAccessKey.selector } }
            : { inheritFromIAMRole: true },
      };
    case 'gcs':
      if (auth.kind === 'keys') {
        throw new Error('barman cannot use HMAC keys of Google Cloud Storage; bind the bucket by workload identity');
      }
      return { destinationPath: bucketUri(store), googleCredentials: { gkeEnvironment: true } };
    case 'azure':
      return {
        // Barman takes the address of the container, not the URI of data libraries.
        destinationPath: `https://${store.account}.blob.core.windows.net/${store.bucket}`,
        azureCredentials:
          auth.kind === 'keys'
            ? { storageAccount: { ...auth.accessKeyId.selector }, storageKey: { ...auth.secretAccessKey.selector } }
            : { useDefaultAzureCredentials: true },
      };
  }
}

/** Environment of the sidecar that speaks to the bucket. */
export function storeEnvironment(store: ObjectStoreHandle): readonly EnvVar[] {
  if (store.protocol !== 's3') return [];
  const region = { name: 'AWS_DEFAULT_REGION', value: store.region };
  if (store.endpoint === undefined) return [region];
  // Stores other than S3 may not know the checksums that the AWS library sends unasked.
  return [
    region,
    { name: 'AWS_REQUEST_CHECKSUM_CALCULATION', value: 'when_required' },
    { name: 'AWS_RESPONSE_CHECKSUM_VALIDATION', value: 'when_required' },
  ];
}
