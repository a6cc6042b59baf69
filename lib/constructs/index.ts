/** The constructs, each usable in a cdk8s app of one's own. What is not listed here is not part of the public API. */
export {
  EnvoyProxies,
  type EnvoyProxiesProps,
  GatewayCertificate,
  type GatewayCertificateProps,
  WebGateway,
  type WebGatewayProps,
} from './gateway/index.ts';
export {
  type Account,
  type MlflowGarbageCollection,
  type MlflowLogin,
  MlflowServer,
  type MlflowServerProps,
  type Permission,
} from './mlflow/index.ts';
export { MinioStore, type MinioStoreProps, SeaweedfsStore, type SeaweedfsStoreProps } from './object-store/index.ts';
export { leaveTo } from './owned.ts';
export {
  type PostgresBackups,
  PostgresCluster,
  type PostgresClusterProps,
  type PostgresDatabase,
  type PostgresPooler,
  type PostgresRecovery,
  type PostgresVolume,
} from './postgres/index.ts';
export {
  type Json,
  type OwnClusterJobProps,
  type ProxyLocation,
  type RayActor,
  type RayAutoscaling,
  type RayBindings,
  RayCluster,
  type RayClusterProps,
  type RayHead,
  RayJob,
  type RayJobProps,
  RayService,
  type RayServiceProps,
  type RayTemplate,
  type RayWorkerGroup,
  rayNames,
  ScheduledRayJob,
  type ScheduledRayJobProps,
  type ServeApplication,
  type ServeAutoscaling,
  type ServeDeployment,
  type SharedClusterJobProps,
  type SharedVolume,
} from './ray/index.ts';
export {
  type RedisEviction,
  type RedisFlavour,
  RedisStore,
  type RedisStoreProps,
  type RedisUser,
} from './redis/index.ts';
export {
  type DatasetSource,
  type Subjects,
  Tenancy,
  type TenancyProps,
  type TenantQuota,
  VolumeSnapshots,
  type VolumeSnapshotsProps,
} from './tenancy/index.ts';
export {
  type Autoscaling,
  type Claim,
  type ContainerProps,
  type GpuRequest,
  type Placement,
  type PodProps,
  type Resources,
  ScheduledTask,
  type ScheduledTaskProps,
  type ServiceProps,
  type StatefulProps,
  Task,
  type TaskProps,
  Workload,
  type WorkloadProps,
} from './workload/index.ts';
