export type { Expiry, StoreBucket, StoreKeys } from './bucket.ts';
export { MINIO_METRICS, SEAWEEDFS_METRICS } from './metrics.ts';
export { MINIO_METRICS_PATH, MINIO_PORT, MINIO_REGION, MinioStore, type MinioStoreProps } from './minio-store.ts';
export { bucketOffer, bucketsOf, keysIn } from './offer.ts';
export {
  SEAWEEDFS_METRICS_PORTS,
  SEAWEEDFS_PEER_PORTS,
  SEAWEEDFS_PORT,
  SEAWEEDFS_REGION,
} from './seaweedfs-ports.ts';
export { SeaweedfsStore, type SeaweedfsStoreProps } from './seaweedfs-store.ts';
