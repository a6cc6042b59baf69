import type { Alert } from '../../graph/alert.ts';
import { FEAST_PORTS } from './ports.ts';

/**
 * Alerts on what Feast 0.67 exports; `metrics-observed.json` holds the names and labels that a real one was seen with, and
 * the tests hold the expressions against it. Durations are written as Prometheus writes them: `5m`.
 */
export interface FeastThresholds {
  /** How long no server may answer. Default 2m. */
  readonly serverDown?: string;
  /** Milliseconds within which 95 of 100 requests for features are answered. Default 10. */
  readonly latency?: number;
  /** Percent of the requests for features that may fail. Default 1. */
  readonly errors?: number;
  /** How long latency or errors may be bad. Default 5m. */
  readonly patience?: string;
  /** Seconds since which a feature view may not have been materialized. Default 7200. */
  readonly staleSeconds?: number;
}

export const FEAST_THRESHOLDS = {
  serverDown: '2m',
  latency: 10,
  errors: 1,
  patience: '5m',
  staleSeconds: 7200,
} as const satisfies Required<FeastThresholds>;

export interface FeastAlertsProps {
  /** `app.kubernetes.io/name` of the pods; the label `job`. */
  readonly job: string;
  readonly namespace: string;
  readonly project: string;
  /** What the names of Jobs begin with. Default `job`. */
  readonly jobs?: string;
  /** Names of the materializations. Default: none. */
  readonly materializations?: readonly string[];
  readonly thresholds?: FeastThresholds;
}

const ONLINE = 'endpoint="/get-online-features"';

export function feastAlerts(props: FeastAlertsProps): readonly Alert[] {
  const { job, jobs: prefix = job, namespace, project, materializations = [] } = props;
  const limits = { ...FEAST_THRESHOLDS, ...props.thresholds };
  const store = `${namespace}/${job}`;
  const target = `namespace="${namespace}",job="${job}"`;
  // Feast's own label `endpoint` is in the way of that of the target, which Prometheus keeps and Feast's gives way to.
  const of = `${target},exported_${ONLINE}`;
  const requests = 'feast_feature_server_request_total';
  const cronJobs = `${prefix}-materialize-(${materializations.join('|')})`;
  const jobs = `namespace="${namespace}",job_name=~"${cronJobs}-[0-9]+"`;
  const failed = [
    'max by (cronjob) (label_replace(',
    `  kube_job_status_start_time{${jobs}} and on (job_name) (kube_job_status_failed{${jobs}} > 0),`,
    '  "cronjob", "$1", "job_name", "(.+)-[0-9]+"))',
  ].join('\n');
  const succeeded = `max by (cronjob) (kube_cronjob_status_last_successful_time{namespace="${namespace}",cronjob=~"${cronJobs}"})`;
  return [
    {
      name: 'FeastServerDown',
      expr: `(count(up{${target},endpoint="${FEAST_PORTS.metrics.name}"} == 1) or vector(0)) == 0`,
      for: limits.serverDown,
      severity: 'critical',
      summary: `No feature server of ${store} answers.`,
      description:
        'Nobody gets features. Look at the pods: they are not ready when the registry does not answer, and do not start when the definitions could not be applied or nothing has room.',
    },
    {
      name: 'FeastHighFeatureLatency',
      expr: `1000 * histogram_quantile(0.95, sum by (le) (rate(feast_feature_server_request_latency_seconds_bucket{${of}}[5m]))) > ${limits.latency}`,
      for: limits.patience,
      severity: 'warning',
      summary: `5 of 100 requests for features of ${store} take over {{ $value | printf "%.0f" }} ms.`,
      description: `At most ${limits.latency} ms are wanted. Compare with feast_feature_server_online_store_read_duration_seconds: the rest is the registry, which is asked for every request, or workers that are all busy.`,
    },
    {
      name: 'FeastFeatureRequestsFailing',
      // Feast counts no errors of its stores. A request for features fails when the online store or the registry does.
      expr: [
        `100 * sum(rate(${requests}{${of},status="error"}[5m]))`,
        `/ sum(rate(${requests}{${of}}[5m])) > ${limits.errors}`,
      ].join('\n'),
      for: limits.patience,
      severity: 'critical',
      summary: `{{ $value | printf "%.1f" }} % of the requests for features of ${store} fail.`,
      description:
        'The log of the server says why. Most often the online store refuses connections or does not answer, or the registry does not; requests for features that do not exist count as well.',
    },
    {
      name: 'FeastFeaturesStale',
      expr: `max by (feature_view) (feast_feature_freshness_seconds{${target},project="${project}"}) > ${limits.staleSeconds}`,
      for: '5m',
      severity: 'warning',
      summary: `{{ $labels.feature_view }} of ${store} was last materialized {{ $value | humanizeDuration }} ago.`,
      description: `At most ${limits.staleSeconds} s are wanted. Look at the Jobs of its materialization: they fail, take longer than they may, or name other feature views.`,
    },
    ...(materializations.length > 0
      ? [
          {
            name: 'FeastMaterializationFailing',
            // What the program itself counts is gone with it before Prometheus comes. Failed Jobs are kept for people to look
            // at: only what failed after the last success counts.
            expr: [`${failed} > on (cronjob) ${succeeded}`, `or ${failed} unless on (cronjob) ${succeeded}`].join('\n'),
            for: '5m',
            severity: 'warning',
            summary: `{{ $labels.cronjob }} in ${namespace} fails.`,
            description:
              'Features in the online store grow old. The log of the last pod says why: data that cannot be read, an online store that is full or gone, or a run that took longer than it may.',
          } satisfies Alert,
        ]
      : []),
  ];
}
