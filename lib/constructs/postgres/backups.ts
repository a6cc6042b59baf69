import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { ObjectStore } from '../../../imports/barman-cloud.ts';
import type { ScheduledBackup } from '../../../imports/cloudnative-pg.ts';
import type { ObjectStoreHandle } from '../../contracts/object-store.ts';
import type { Resources } from '../workload/index.ts';
import { requirements } from '../workload/index.ts';
import { storeAccess, storeEnvironment } from './backup-store.ts';

export interface PostgresBackups {
  /** Bucket for base backups and WAL. Nothing else may expire its objects. */
  readonly store: ObjectStoreHandle;
  /** When a base backup is taken: five cron fields, UTC. WAL is archived all the time. */
  readonly schedule: string;
  /** Every moment of so many days can be restored. */
  readonly retentionDays: number;
  /** Of the sidecar that uploads, in every instance. Default `50m`, `256Mi` with at most `512Mi`. */
  readonly resources?: Resources;
}

/** Name of the barman plugin, as Clusters and ScheduledBackups call it. */
export const BARMAN = 'barman-cloud.cloudnative-pg.io';

/** The bucket of a cluster as barman knows it, and base backups by the clock. */
export class Backups extends Construct {
  constructor(
    scope: Construct,
    id: string,
    name: string,
    { store, schedule, retentionDays, resources }: PostgresBackups,
  ) {
    super(scope, id);
    const env = storeEnvironment(store);
    new ApiObject(this, 'store', {
      apiVersion: 'barmancloud.cnpg.io/v1',
      kind: 'ObjectStore',
      metadata: { name },
      spec: {
        // No serverName here: the plugin takes it from the Cluster only.
        configuration: {
          ...storeAccess(store),
          wal: { compression: 'gzip', maxParallel: 4 },
          data: { compression: 'gzip' },
        },
        retentionPolicy: `${retentionDays}d`,
        instanceSidecarConfiguration: {
          resources: requirements(resources ?? SIDECAR),
          ...(env.length > 0 && { env: [...env] }),
        },
      },
    } satisfies ObjectStore);
    new ApiObject(this, 'schedule', {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'ScheduledBackup',
      metadata: { name },
      spec: {
        cluster: { name },
        // Six fields: the operator's begin with seconds.
        schedule: `0 ${schedule}`,
        // Nothing can be restored before the first base backup. The operator tries it when an instance is ready, and only
        // once: should the bucket not be there by then, as in a new environment it may, the next is due by schedule, as it
        // would be without this. A sync wave would not help: it waits for what the operator waits for, and a sync would
        // fail whenever the Cluster is reconfigured. Source: CloudNativePG 1.30, backup_controller.go; Argo CD's health.lua
        // for Clusters, where that counts as degraded.
        immediate: true,
        backupOwnerReference: 'self',
        method: 'plugin',
        pluginConfiguration: { name: BARMAN },
      },
    } satisfies ScheduledBackup);
  }
}

const SIDECAR: Resources = { cpu: '50m', memory: '256Mi', memoryLimit: '512Mi' };
