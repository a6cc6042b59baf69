import type { Labels } from '../../graph/component.ts';
import type { Port } from '../../graph/contract.ts';

/*
 * What CloudNativePG calls the things it makes of a Cluster or Pooler, as far as others must know.
 * Source: CloudNativePG 1.30, pkg/specs (pods.go, jobs.go, services.go, pgbouncer/), pkg/management/url.
 */

/** Longest name of a Cluster; the operator's admission refuses more. */
export const MAX_CLUSTER_NAME = 50;

/** Where clients connect, to the primary or to the pooler. */
export const POSTGRES_PORT: Port = { name: 'postgres', port: 5432 };
/** Where instances tell the operator, the kubelet and each other how they are. */
export const POSTGRES_STATUS: Port = { name: 'status', port: 8000 };
export const POSTGRES_METRICS: Port = { name: 'metrics', port: 9187 };
export const PGBOUNCER_METRICS: Port = { name: 'metrics', port: 9127 };

/** Service of the primary. */
export const primaryService = (cluster: string): string => `${cluster}-rw`;
/** Name of the Pooler, of its Deployment and of its Service. `<cluster>-pooler` alone is the Secret of its certificate. */
export const poolerName = (cluster: string): string => `${cluster}-pooler-rw`;

/**
 * Labels of every pod of a cluster: instances, poolers, and the Jobs that create, join and restore instances. Labels
 * from `inheritedMetadata` would not do: they reach the Jobs but not the Jobs' pods.
 */
export const clusterPods = (cluster: string): Labels => ({ 'cnpg.io/cluster': cluster });
export const instancePods = (cluster: string): Labels => ({
  'cnpg.io/cluster': cluster,
  'cnpg.io/podRole': 'instance',
});
export const poolerPods = (cluster: string): Labels => ({ 'cnpg.io/poolerName': poolerName(cluster) });
