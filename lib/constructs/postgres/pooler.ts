import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Pooler } from '../../../imports/cloudnative-pg.ts';
import type { PodDisruptionBudget } from '../../../imports/k8s.ts';
import type { Resources } from '../workload/index.ts';
import { requirements } from '../workload/index.ts';
import { poolerName, poolerPods } from './names.ts';
import { spreadOver } from './spread.ts';

/** PgBouncer between the clients and the primary. */
export interface PostgresPooler {
  readonly image: string;
  readonly instances: number;
  /**
   * When a connection to the database goes to another client: when its client leaves (`session`), or after each
   * transaction (`transaction`, which breaks clients that use session state: advisory locks, LISTEN, SET).
   */
  readonly mode: 'session' | 'transaction';
  /** Client connections of one instance. Default 1000. */
  readonly maxClientConnections?: number;
  /** Connections of one instance to one database. Default 20. */
  readonly poolSize?: number;
  readonly resources: Resources;
}

/** PgBouncer in front of a cluster's primary, under a Service of its own. */
export class ConnectionPooler extends Construct {
  constructor(scope: Construct, id: string, cluster: string, pooler: PostgresPooler) {
    super(scope, id);
    const name = poolerName(cluster);
    const matchLabels = poolerPods(cluster);
    const several = pooler.instances > 1;
    new ApiObject(this, 'pooler', {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Pooler',
      metadata: { name },
      spec: {
        cluster: { name: cluster },
        type: 'rw',
        instances: pooler.instances,
        deploymentStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        pgbouncer: {
          image: pooler.image,
          poolMode: pooler.mode,
          parameters: {
            client_tls_sslmode: 'require',
            default_pool_size: String(pooler.poolSize ?? 20),
            max_client_conn: String(pooler.maxClientConnections ?? 1000),
          },
        },
        template: {
          spec: {
            containers: [{ name: 'pgbouncer', resources: requirements(pooler.resources) }],
            ...(several && {
              topologySpreadConstraints: [
                spreadOver('kubernetes.io/hostname', matchLabels),
                spreadOver('topology.kubernetes.io/zone', matchLabels),
              ],
            }),
          },
        },
      },
    } satisfies Pooler);
    if (!several) return;
    new ApiObject(this, 'pooler-disruption-budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: { maxUnavailable: 1, selector: { matchLabels } },
    } satisfies PodDisruptionBudget);
  }
}
