/**
 * Metrics that the server shows on `/metrics`, as seen on a running one by `npm run verify:mlflow`, which fails when
 * they change. Alerts and dashboards use no others.
 */
export const MLFLOW_METRICS: readonly { readonly name: string; readonly type: 'counter' | 'gauge' | 'histogram' }[] = [
  { name: 'mlflow_exporter_info', type: 'gauge' },
  { name: 'mlflow_http_request_duration_seconds', type: 'histogram' },
  { name: 'mlflow_http_request_total', type: 'counter' },
  { name: 'mlflow_otlp_request_duration_seconds', type: 'histogram' },
  { name: 'mlflow_otlp_request_payload_bytes', type: 'histogram' },
  { name: 'mlflow_otlp_spans_per_request', type: 'histogram' },
];
