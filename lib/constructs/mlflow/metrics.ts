interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Beside those that Prometheus adds, and the `le` of a histogram. */
  readonly labels: readonly string[];
}

/**
 * Metrics that the server shows on `/metrics`, as seen on a running one by `npm run verify:mlflow`, which fails when
 * they change. Alerts and dashboards use no others.
 */
export const MLFLOW_METRICS: readonly Metric[] = [
  { name: 'mlflow_exporter_info', type: 'gauge', labels: ['version'] },
  { name: 'mlflow_http_request_duration_seconds', type: 'histogram', labels: ['method', 'mlflow_version', 'status'] },
  { name: 'mlflow_http_request_total', type: 'counter', labels: ['method', 'status'] },
  { name: 'mlflow_otlp_request_duration_seconds', type: 'histogram', labels: [] },
  { name: 'mlflow_otlp_request_payload_bytes', type: 'histogram', labels: [] },
  { name: 'mlflow_otlp_spans_per_request', type: 'histogram', labels: [] },
];
