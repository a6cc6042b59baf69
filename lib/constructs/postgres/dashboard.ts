import type { Dashboard, DashboardPanel, DashboardRow } from '../../graph/dashboard.ts';
import { poolerName } from './names.ts';

export interface PostgresDashboardProps {
  /** Name of the Cluster. */
  readonly cluster: string;
  readonly namespace: string;
  readonly instances: number;
  /** Whether PgBouncer stands before it. Default false. */
  readonly pooler?: boolean;
  /** Whether the Barman Cloud plugin takes backups. Default false. */
  readonly backups?: boolean;
}

/**
 * What the exporter in each instance says, by the queries that CloudNativePG brings along; `metrics-looked-up.json` holds
 * names and labels. What each instance says of itself is told apart by its pod, what all say alike counts once.
 */
export function postgresDashboard(props: PostgresDashboardProps): Dashboard {
  const { cluster, namespace, instances, pooler = false, backups = false } = props;
  const of = `namespace="${namespace}",pod=~"${cluster}-[0-9]+"`;
  const metric = (name: string, more = '') => `cnpg_${name}{${of}${more}}`;
  const rate = (name: string) => `rate(${metric(name)}[$__rate_interval])`;
  const ofPooler = (name: string) =>
    `cnpg_pgbouncer_${name}{namespace="${namespace}",pod=~"${poolerName(cluster)}-.*"}`;
  const volume = (name: string) =>
    `kubelet_volume_stats_${name}{namespace="${namespace}",persistentvolumeclaim=~"${cluster}-[0-9]+(-wal)?"}`;
  const connections = `100 * sum by (pod) (${metric('backends_total')}) / max by (pod) (${metric('pg_settings_setting', ',name="max_connections"')})`;
  const volumes = `100 * max by (persistentvolumeclaim) (${volume('used_bytes')}) / max by (persistentvolumeclaim) (${volume('capacity_bytes')})`;
  return {
    name: 'postgres',
    title: 'PostgreSQL',
    description: 'Instances and their replication, connections, transactions, disks and backups.',
    rows: [
      {
        title: 'Instances',
        panels: [
          {
            kind: 'stat',
            title: 'Instances that answer',
            description: `Instances whose server runs. ${instances} are wanted.`,
            unit: 'short',
            bad: { below: instances },
            queries: [{ expr: `count(${metric('collector_up')} == 1) or vector(0)` }],
          },
          {
            kind: 'stat',
            title: 'Replicas that follow',
            description: `Replicas that the primary sends its changes to. ${instances - 1} are wanted.`,
            unit: 'short',
            ...(instances > 1 && { bad: { below: instances - 1 } }),
            queries: [{ expr: `max(${metric('pg_replication_streaming_replicas')})` }],
          },
          {
            kind: 'gauge',
            title: 'Connections',
            description:
              'Share of max_connections that is open on the instance with most. At 100 % clients are turned away.',
            unit: 'percent',
            min: 0,
            max: 100,
            bad: { from: 90 },
            queries: [{ expr: `max(${connections})` }],
          },
          {
            kind: 'gauge',
            title: 'Fullest volume',
            description: 'Of data and WAL of all instances. When it is full the server stops; make the volume larger.',
            unit: 'percent',
            min: 0,
            max: 100,
            bad: { from: 85 },
            queries: [{ expr: `max(${volumes})` }],
          },
          {
            kind: 'timeseries',
            title: 'Replicas behind the primary',
            description:
              'Age of the last change that a replica has. Losing the primary may lose as much, unless commits wait for replicas.',
            unit: 's',
            min: 0,
            queries: [{ expr: `max by (pod) (${metric('pg_replication_lag')})`, legend: '{{pod}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Read from memory',
            description:
              'Share of the blocks that were in the shared buffers. Long below 90 %: give the instances more memory.',
            unit: 'percent',
            min: 0,
            max: 100,
            queries: [
              {
                expr: `100 * sum by (pod) (${rate('pg_stat_database_blks_hit')}) / (sum by (pod) (${rate('pg_stat_database_blks_hit')}) + sum by (pod) (${rate('pg_stat_database_blks_read')}))`,
                legend: '{{pod}}',
              },
            ],
          },
        ],
      },
      {
        title: 'Clients',
        panels: [
          {
            kind: 'timeseries',
            title: 'Connections by database',
            description: 'Open connections, busy or not; those of no database are PostgreSQL itself.',
            unit: 'short',
            min: 0,
            queries: [{ expr: `sum by (datname) (${metric('backends_total')})`, legend: '{{datname}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Connections that wait for locks',
            description: 'Queries that stand still because another holds what they need.',
            unit: 'short',
            min: 0,
            queries: [{ expr: `max by (pod) (${metric('backends_waiting_total')})`, legend: '{{pod}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Transactions',
            description: 'Committed, by database.',
            unit: 'ops',
            min: 0,
            queries: [{ expr: `sum by (datname) (${rate('pg_stat_database_xact_commit')})`, legend: '{{datname}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Transactions that are undone',
            description: 'Rolled back, and of these the ones that blocked each other.',
            unit: 'ops',
            min: 0,
            queries: [
              { expr: `sum by (datname) (${rate('pg_stat_database_xact_rollback')})`, legend: '{{datname}}' },
              { expr: `sum by (datname) (${rate('pg_stat_database_deadlocks')})`, legend: '{{datname}} deadlocks' },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Longest transaction',
            description: 'Long ones keep what was deleted from being cleaned up, and hold locks.',
            unit: 's',
            min: 0,
            queries: [
              { expr: `max by (datname) (${metric('backends_max_tx_duration_seconds')})`, legend: '{{datname}}' },
            ],
          },
        ],
      },
      ...(pooler ? [poolerRow(ofPooler)] : []),
      {
        title: 'Disks',
        panels: [
          {
            kind: 'timeseries',
            title: 'Databases',
            description: 'Size of each database.',
            unit: 'bytes',
            min: 0,
            queries: [{ expr: `max by (datname) (${metric('pg_database_size_bytes')})`, legend: '{{datname}}' }],
          },
          {
            kind: 'timeseries',
            title: 'WAL',
            description: 'Size of the log of changes. It grows while it cannot be archived, or a replica is away.',
            unit: 'bytes',
            min: 0,
            queries: [{ expr: `max by (pod) (${metric('collector_pg_wal', ',value="size"')})`, legend: '{{pod}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Volumes',
            description: 'Share that is in use.',
            unit: 'percent',
            min: 0,
            max: 100,
            bad: { from: 85 },
            queries: [{ expr: volumes, legend: '{{persistentvolumeclaim}}' }],
          },
        ],
      },
      ...(backups ? [backupRow(of, metric)] : []),
    ],
  };
}

function poolerRow(metric: (name: string) => string): DashboardRow {
  const clients = (title: string, name: string, description: string): DashboardPanel => ({
    kind: 'timeseries',
    title,
    description,
    unit: 'short',
    min: 0,
    queries: [{ expr: `sum by (database) (${metric(name)})`, legend: '{{database}}' }],
  });
  return {
    title: 'Pooler',
    panels: [
      clients('Clients that are served', 'pools_cl_active', 'Linked to a connection of the database, or idle.'),
      clients(
        'Clients that wait',
        'pools_cl_waiting',
        'For a connection of the database. Long above 0: a larger poolSize.',
      ),
      {
        kind: 'timeseries',
        title: 'Longest wait',
        description: 'How long the first client of those that wait has waited.',
        unit: 's',
        min: 0,
        queries: [{ expr: `max by (database) (${metric('pools_maxwait')})`, legend: '{{database}}' }],
      },
    ],
  };
}

function backupRow(of: string, metric: (name: string, more?: string) => string): DashboardRow {
  // 0 is said while there is none.
  const latest = (name: string) => `max(barman_cloud_cloudnative_pg_io_${name}{${of}} > 0)`;
  const age = (title: string, name: string, description: string): DashboardPanel => ({
    kind: 'stat',
    title,
    description,
    unit: 's',
    queries: [{ expr: `time() - ${latest(name)}` }],
  });
  return {
    title: 'Backups',
    panels: [
      age('Since the last backup', 'last_available_backup_timestamp', 'That can be restored. No data: there is none.'),
      age('Since a backup failed', 'last_failed_backup_timestamp', 'No data: none has failed.'),
      age('Can be restored back to', 'first_recoverability_point', 'Every moment since then can be restored.'),
      {
        kind: 'stat',
        title: 'WAL that waits to be archived',
        description:
          'Files. What is not archived yet is lost with the volumes. More than a few: the object store does not take them.',
        unit: 'short',
        bad: { from: 10 },
        queries: [{ expr: `max(${metric('collector_pg_wal_archive_status', ',value="ready"')})` }],
      },
      {
        kind: 'timeseries',
        title: 'Failed attempts to archive WAL',
        description: 'Each is tried again. The log of the primary says why.',
        unit: 'ops',
        min: 0,
        queries: [
          {
            expr: `sum by (pod) (rate(${metric('pg_stat_archiver_failed_count')}[$__rate_interval]))`,
            legend: '{{pod}}',
          },
        ],
      },
    ],
  };
}
