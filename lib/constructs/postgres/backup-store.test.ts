import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { storeAccess, storeEnvironment } from './backup-store.ts';

const secret = declaredSecret('postgres-backups', ['id', 'key'], 'the object store');
const keys = {
  kind: 'keys',
  accessKeyId: SecretRef.to(secret, 'id'),
  secretAccessKey: SecretRef.to(secret, 'key'),
} as const;
const identity = { kind: 'workload-identity', serviceAccountAnnotations: {}, podLabels: {} } as const;

test('a store in the cluster is reached by its address, with keys', () => {
  const store = {
    protocol: 's3',
    bucket: 'backups',
    region: 'us-east-1',
    endpoint: 'http://minio:9000',
    auth: keys,
  } as const;
  expect(storeAccess(store)).toEqual({
    destinationPath: 's3://backups',
    endpointURL: 'http://minio:9000',
    s3Credentials: {
      accessKeyId: { name: 'postgres-backups', key: 'id' },
      secretAccessKey: { name: 'postgres-backups', key: 'key' },
    },
  });
  // Stores that are not S3 refuse checksums they do not know.
  expect(storeEnvironment(store).map(({ name }) => name)).toEqual([
    'AWS_DEFAULT_REGION',
    'AWS_REQUEST_CHECKSUM_CALCULATION',
    'AWS_RESPONSE_CHECKSUM_VALIDATION',
  ]);
});

test('S3 itself is reached by the identity of the pod, in its region', () => {
  const store = { protocol: 's3', bucket: 'backups', region: 'eu-central-1', auth: identity } as const;
  expect(storeAccess(store)).toEqual({
    destinationPath: 's3://backups',
    s3Credentials: { inheritFromIAMRole: true },
  });
  expect(storeEnvironment(store)).toEqual([{ name: 'AWS_DEFAULT_REGION', value: 'eu-central-1' }]);
});

test('Google Cloud Storage is reached by the identity of the pod', () => {
  const store = { protocol: 'gcs', bucket: 'backups', auth: identity } as const;
  expect(storeAccess(store)).toEqual({
    destinationPath: 'gs://backups',
    googleCredentials: { gkeEnvironment: true },
  });
  expect(storeEnvironment(store)).toEqual([]);
});

test('keys of Google Cloud Storage are refused: the tools have no use for them', () => {
  expect(() => storeAccess({ protocol: 'gcs', bucket: 'backups', auth: keys })).toThrow('workload identity');
});

test('Azure is addressed by URL, which its own URI scheme is not', () => {
  const store = { protocol: 'azure', account: 'ml', bucket: 'backups' } as const;
  const destinationPath = 'https://ml.blob.core.windows.net/backups';
  expect(storeAccess({ ...store, auth: identity })).toEqual({
    destinationPath,
    azureCredentials: { useDefaultAzureCredentials: true },
  });
  expect(storeAccess({ ...store, auth: keys })).toEqual({
    destinationPath,
    azureCredentials: {
      storageAccount: { name: 'postgres-backups', key: 'id' },
      storageKey: { name: 'postgres-backups', key: 'key' },
    },
  });
});
