import type { Alert } from '../../graph/alert.ts';

/**
 * Alerts on what JupyterHub 5.5 and the keeper export; `metrics-observed.json` holds the names and labels that a real
 * hub was seen with, and the tests hold the expressions against it.
 */

export interface HubAlertsProps {
  /** `app.kubernetes.io/name` of the hub's Service; the label `job`. */
  readonly job: string;
  readonly namespace: string;
  readonly thresholds?: HubThresholds;
}

export interface HubThresholds {
  /** Percent of the servers that may fail to start. Default 20. */
  readonly failedSpawns?: number;
  /** Seconds within which nine of ten servers start. Default 300; at most 600, where the hub stops counting. */
  readonly spawnSeconds?: number;
}

export const HUB_THRESHOLDS = { failedSpawns: 20, spawnSeconds: 300 } as const satisfies Required<HubThresholds>;

/** Rounds are a minute apart. */
const MISSED_ROUNDS = 600;

export function hubAlerts(props: HubAlertsProps): readonly Alert[] {
  const limits = { ...HUB_THRESHOLDS, ...props.thresholds };
  const own = `namespace="${props.namespace}",job="${props.job}"`;
  const spawns = (more = '') => `jupyterhub_server_spawn_duration_seconds_count{${own}${more}}`;
  return [
    {
      name: 'NotebookHubDown',
      expr: `(sum(up{${own}}) or vector(0)) < 1`,
      for: '5m',
      severity: 'critical',
      summary: `The hub of the notebooks in ${props.namespace} does not answer.`,
      description:
        'Nobody can sign in or start a server; those that run go on. The keeper in the pod of the hub is what is asked, and it asks the hub: look whether the pod is there, and at its log, for the database and the identity provider first.',
    },
    {
      name: 'NotebookSpawnsFailing',
      expr: [
        `100 * sum(increase(${spawns(',status="failure"')}[30m]))`,
        `/ sum(increase(${spawns(',status=~"success|failure"')}[30m])) > ${limits.failedSpawns}`,
        // One person who tries again and again is no outage.
        `and sum(increase(${spawns(',status="failure"')}[30m])) >= 3`,
      ].join('\n'),
      for: '5m',
      severity: 'warning',
      summary: `{{ $value | humanize }}% of the notebooks that were started in the last half hour failed.`,
      description:
        'Users are told why. The log of the hub says it too: a quota that is used up, no node with room, an image that cannot be pulled, a volume that does not attach.',
    },
    {
      name: 'NotebookSpawnsSlow',
      expr: `histogram_quantile(0.9, sum by (le) (rate(jupyterhub_server_spawn_duration_seconds_bucket{${own},status="success"}[1h]))) > ${limits.spawnSeconds}`,
      for: '15m',
      severity: 'info',
      summary: 'One of ten notebooks takes {{ $value | humanizeDuration }} or longer to start.',
      description:
        'Most of it is usually a node that has to come, or an image that it has to pull. Keep a node of the pool running, or pull images before they are asked for.',
    },
    {
      name: 'NotebookKeeperStuck',
      expr: `time() - max(notebook_keeper_last_round_timestamp_seconds{${own}}) > ${MISSED_ROUNDS}`,
      for: '5m',
      severity: 'warning',
      summary:
        'Nothing stops notebooks that nobody uses: the keeper was last seen at work {{ $value | humanizeDuration }} ago.',
      description:
        'Servers that end by themselves still do; those that hang or cannot keep their GPUs. The log of the hub says what the keeper was told.',
    },
    {
      name: 'NotebookKeeperFailing',
      expr: `increase(notebook_keeper_failed_total{${own}}[1h]) > 0`,
      for: '5m',
      severity: 'warning',
      summary: 'The keeper could not stop {{ $value | humanize }} notebooks in the last hour.',
      description:
        'They hold what they have. The log of the hub says which and why; an administrator can stop them by hand.',
    },
  ];
}

export interface WorkspaceAlertsProps {
  readonly namespace: string;
  /** Percent of a home that may be in use. Default 90. */
  readonly homeUsed?: number;
  /** Percent of the quota that may be in use. Default 95. */
  readonly quotaUsed?: number;
}

/** For a team's namespace. The series are those of the kubelet and of kube-state-metrics. */
export function workspaceAlerts({ namespace, homeUsed = 90, quotaUsed = 95 }: WorkspaceAlertsProps): readonly Alert[] {
  const homes = `{namespace="${namespace}",persistentvolumeclaim=~"home-.+"}`;
  const quota = (type: string) => `kube_resourcequota{namespace="${namespace}",type="${type}"}`;
  return [
    {
      name: 'NotebookHomeNearlyFull',
      expr: `100 * kubelet_volume_stats_used_bytes${homes} / kubelet_volume_stats_capacity_bytes${homes} > ${homeUsed}`,
      for: '15m',
      severity: 'warning',
      summary: `The home {{ $labels.persistentvolumeclaim }} in ${namespace} is {{ $value | humanize }}% full.`,
      description:
        'When it is full, notebooks cannot be saved, and a server may not start. Its user can remove files; the claim can be enlarged where its storage class allows that.',
    },
    {
      name: 'TeamQuotaNearlyUsed',
      expr: `100 * ${quota('used')} / ignoring (type) (${quota('hard')} > 0) > ${quotaUsed}`,
      for: '30m',
      severity: 'info',
      summary: `{{ $value | humanize }}% of the quota of ${namespace} for {{ $labels.resource }} is in use.`,
      description:
        'What comes next is refused, and says so. Look for servers and Ray clusters of the team that nobody uses, or ask for a larger quota in its file.',
    },
  ];
}
