/**
 * Names of the metrics that the server shows on `/metrics`, as seen on a running server by `npm run verify:mlflow`,
 * which fails when they change. Alerts and dashboards use no others.
 */
export const MLFLOW_METRICS = [] as const;
