export const MINIO_METRICS = [] as const;
export const SEAWEEDFS_METRICS = [] as const;
