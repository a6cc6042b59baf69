export type { RayBindings } from './bindings.ts';
export type { OwnClusterJobProps, RayJobProps, SharedClusterJobProps } from './job-spec.ts';
export { AUTH_TOKEN_KEY, RAY_NAME_LIMITS, rayNames } from './names.ts';
export {
  AUTOSCALER_RESOURCES,
  REDIS_CLEANUP_RESOURCES,
  SUBMITTER_RESOURCES,
  WAIT_GCS_READY_RESOURCES,
} from './overhead.ts';
export { RAY_PORTS } from './ports.ts';
export type { RayAutoscaling, RayHead, RayTemplate, RayWorkerGroup, SharedVolume } from './props.ts';
export { RayCluster, type RayClusterProps } from './ray-cluster.ts';
export { RayJob } from './ray-job.ts';
export { RayService, type RayServiceProps } from './ray-service.ts';
export { ScheduledRayJob, type ScheduledRayJobProps } from './scheduled-ray-job.ts';
export type { ProxyLocation, RayActor, ServeApplication, ServeAutoscaling, ServeDeployment } from './serve-config.ts';
export type { Json } from './yaml-text.ts';
