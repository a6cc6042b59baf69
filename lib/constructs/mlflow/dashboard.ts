import type { Dashboard } from '../../graph/dashboard.ts';

export interface MlflowDashboardProps {
  /** `app.kubernetes.io/name` of the Service; the label `job`. */
  readonly job: string;
  readonly namespace: string;
  /** Fewest replicas of the server. */
  readonly replicas: number;
}

/**
 * What MLflow shows of its requests, by method and status; it says nothing of runs and models. `/health` and `/version`
 * are not counted. Labels: source of MLflow 3.17, `mlflow/server/prometheus_exporter.py`.
 */
export function mlflowDashboard({ job, namespace, replicas }: MlflowDashboardProps): Dashboard {
  const of = `namespace="${namespace}",job="${job}"`;
  const rate = (metric: string, more = '') => `rate(${metric}{${of}${more}}[$__rate_interval])`;
  const requests = (more = '') => rate('mlflow_http_request_total', more);
  const latency = (quantile: number, metric: string) =>
    `histogram_quantile(${quantile}, sum by (le) (${rate(`${metric}_bucket`)}))`;
  // Where nothing has failed yet, there is no series of what failed.
  const failing = `100 * (sum(${requests(',status=~"5.."')}) or vector(0)) / sum(${requests()})`;
  return {
    name: 'mlflow',
    title: 'MLflow',
    description: 'Requests to the tracking server, errors and latency.',
    rows: [
      {
        title: 'Server',
        panels: [
          {
            kind: 'stat',
            title: 'Replicas that answer',
            description: `Replicas that Prometheus reaches. At least ${replicas} are wanted.`,
            unit: 'short',
            bad: { below: replicas },
            queries: [{ expr: `count(up{${of}} == 1) or vector(0)` }],
          },
          {
            kind: 'stat',
            title: 'Requests a second',
            description: 'To all replicas, health checks left out.',
            unit: 'reqps',
            queries: [{ expr: `sum(${requests()})` }],
          },
          {
            kind: 'stat',
            title: 'Requests that fail',
            description:
              'Answered with 5xx: the database, the object store or the server itself. What clients did wrong is no failure.',
            unit: 'percent',
            bad: { from: 5 },
            queries: [{ expr: failing }],
          },
          {
            kind: 'stat',
            title: 'Requests that are refused',
            description: 'Answered with 401 or 403: a password that changed, or a client without an account.',
            unit: 'reqps',
            queries: [{ expr: `sum(${requests(',status=~"401|403"')}) or vector(0)` }],
          },
        ],
      },
      {
        title: 'Requests',
        panels: [
          {
            kind: 'timeseries',
            title: 'Requests by status',
            description: '404 is usual: clients ask for what may not be there.',
            unit: 'reqps',
            min: 0,
            queries: [{ expr: `sum by (status) (${requests()})`, legend: '{{status}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Requests by replica',
            description: 'Replicas that get much less than the others have just come, or do not answer.',
            unit: 'reqps',
            min: 0,
            queries: [{ expr: `sum by (pod) (${requests()})`, legend: '{{pod}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Errors',
            description: 'Share of the requests that are answered with 5xx.',
            unit: 'percent',
            min: 0,
            bad: { from: 5 },
            queries: [{ expr: failing, legend: '5xx' }],
          },
          {
            kind: 'timeseries',
            title: 'Latency',
            description:
              'Within which 50 and 95 of 100 requests are answered. Artifacts go through the server, and large ones take their time; over 10 s it is not measured.',
            unit: 's',
            min: 0,
            queries: [
              { expr: latency(0.95, 'mlflow_http_request_duration_seconds'), legend: 'p95' },
              { expr: latency(0.5, 'mlflow_http_request_duration_seconds'), legend: 'p50' },
            ],
          },
        ],
      },
      {
        title: 'Traces',
        panels: [
          {
            kind: 'timeseries',
            title: 'Spans',
            description: 'That programs send over OpenTelemetry.',
            unit: 'ops',
            min: 0,
            queries: [{ expr: `sum(${rate('mlflow_otlp_spans_per_request_sum')})`, legend: 'spans' }],
          },
          {
            kind: 'timeseries',
            title: 'Time to store traces',
            description: 'Within which 95 of 100 requests with traces are answered.',
            unit: 's',
            min: 0,
            queries: [{ expr: latency(0.95, 'mlflow_otlp_request_duration_seconds'), legend: 'p95' }],
          },
        ],
      },
    ],
  };
}
