export type { Json } from '../yaml-text.ts';
export {
  RAY_CLUSTER_THRESHOLDS,
  RAY_SERVICE_THRESHOLDS,
  type RayClusterAlertsProps,
  type RayClusterThresholds,
  type RayServiceAlertsProps,
  type RayServiceThresholds,
  rayClusterAlerts,
  rayServiceAlerts,
} from './alerts.ts';
export type { RayBindings } from './bindings.ts';
export { type RayDashboardProps, rayClusterDashboard, rayServiceDashboard } from './dashboards.ts';
export type { OwnClusterJobProps, RayJobProps, SharedClusterJobProps } from './job-spec.ts';
export { entrypointProblem, runtimeEnvProblem } from './job-spec.ts';
export { AUTH_TOKEN_KEY, RAY_NAME_LIMITS, type RayKind, rayNames, rayPodLabels } from './names.ts';
export {
  AUTOSCALER_RESOURCES,
  REDIS_CLEANUP_RESOURCES,
  SUBMITTER_RESOURCES,
  WAIT_GCS_READY_RESOURCES,
} from './overhead.ts';
export { rayStateKeys } from './pods.ts';
export { RAY_AGENT_PORT, RAY_PORTS } from './ports.ts';
export type { RayAutoscaling, RayHead, RayTemplate, RayWorkerGroup, SharedVolume } from './props.ts';
export { RayCluster, type RayClusterProps } from './ray-cluster.ts';
export { RayJob } from './ray-job.ts';
export { RayService, type RayServiceProps } from './ray-service.ts';
export { envVarsProblem, serveRuntimeEnvProblem } from './runtime-env.ts';
export {
  SCHEDULE_RUNNER_RESOURCES,
  SCHEDULED_RAY_JOB_NAME_LIMIT,
  ScheduledRayJob,
  type ScheduledRayJobProps,
} from './scheduled-ray-job.ts';
export type { ProxyLocation, RayActor, ServeApplication, ServeAutoscaling, ServeDeployment } from './serve-config.ts';
export { deploymentsProblem, IMPORT_PATH, ROUTE_PREFIX, replicasProblem } from './serve-config.ts';
