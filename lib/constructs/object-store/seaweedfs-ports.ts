import type { Port } from '../../graph/contract.ts';

export const S3 = { name: 's3', port: 8333 } as const satisfies Port;
export const S3_GRPC = { name: 's3-grpc', port: 18333 } as const satisfies Port;
export const MASTER = { name: 'master', port: 9333 } as const satisfies Port;
export const MASTER_GRPC = { name: 'master-grpc', port: 19333 } as const satisfies Port;
export const VOLUME = { name: 'volume', port: 8080 } as const satisfies Port;
export const VOLUME_GRPC = { name: 'volume-grpc', port: 18080 } as const satisfies Port;
export const FILER = { name: 'filer', port: 8888 } as const satisfies Port;
export const FILER_GRPC = { name: 'filer-grpc', port: 18888 } as const satisfies Port;
export const GATEWAY_METRICS = { name: 'metrics', port: 9327 } as const satisfies Port;
export const MASTER_METRICS = { name: 'metrics-master', port: 9328 } as const satisfies Port;
export const VOLUME_METRICS = { name: 'metrics-volume', port: 9329 } as const satisfies Port;

/** What clients open. */
export const SEAWEEDFS_PORT = S3;
/** Where its gateway, masters and data servers are scraped. */
export const SEAWEEDFS_METRICS_PORTS = [GATEWAY_METRICS, MASTER_METRICS, VOLUME_METRICS] as const;
/** What its servers and jobs open on each other. None of it asks who calls, so nobody else may. */
export const SEAWEEDFS_PEER_PORTS: readonly Port[] = [
  S3,
  S3_GRPC,
  MASTER,
  MASTER_GRPC,
  VOLUME,
  VOLUME_GRPC,
  FILER,
  FILER_GRPC,
];
/** SeaweedFS answers to every region; clients sign for this one. */
export const SEAWEEDFS_REGION = 'us-east-1';
