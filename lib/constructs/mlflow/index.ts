export { artifactsPrefix } from './artifacts.ts';
export { mlflowConnections } from './connections.ts';
export { type MlflowDashboardProps, mlflowDashboard } from './dashboard.ts';
export { MLFLOW_METRICS } from './metrics.ts';
export { mlflowMetricsPort } from './metrics-exporter.ts';
export {
  type Account,
  MLFLOW_PORT,
  type MlflowGarbageCollection,
  type MlflowLogin,
  MlflowServer,
  type MlflowServerProps,
  PERMISSIONS,
  type Permission,
} from './mlflow-server.ts';
