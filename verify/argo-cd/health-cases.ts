/**
 * Objects as their controllers leave them in the course of their lives, and what Argo CD must say of each. The statuses
 * have the fields, conditions and reasons of KubeRay's source (1.6, apis/ray/v1, controllers/ray), and of Kubeflow's.
 */
export interface HealthCase {
  /** What is the matter, as the end of a sentence that begins with the kind. */
  readonly what: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly status: 'Healthy' | 'Progressing' | 'Degraded' | 'Suspended';
  /** Part of the message. */
  readonly message: string;
}

const condition = (type: string, status: 'True' | 'False', reason: string, message = '') => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

const object = (kind: string, status: object | undefined, spec: object = {}) => ({
  apiVersion: 'ray.io/v1',
  kind,
  metadata: { name: 'it', namespace: 'team', generation: 7 },
  spec,
  ...(status !== undefined && { status }),
});

const cluster = (conditions: readonly object[], spec: object = {}) =>
  object('RayCluster', { conditions, desiredWorkerReplicas: 1, observedGeneration: 1, lastUpdateTime: null }, spec);
const HEAD_READY = condition('HeadPodReady', 'True', 'HeadPodRunningAndReady');
const headNot = (reason: string, message = '') => condition('HeadPodReady', 'False', reason, message);
const PROVISIONING = condition('RayClusterProvisioned', 'False', 'RayClusterPodsProvisioning', 'being provisioned');
const PROVISIONED = condition('RayClusterProvisioned', 'True', 'AllPodRunningAndReadyFirstTime', 'ready');
const NOT_SUSPENDED = condition('RayClusterSuspended', 'False', 'RayClusterSuspended');
const SUSPENDED = condition('RayClusterSuspended', 'True', 'RayClusterSuspended');

const CLUSTERS: readonly HealthCase[] = [
  { what: 'is new', object: object('RayCluster', undefined), status: 'Progressing', message: 'has not begun' },
  {
    what: 'has no head yet',
    object: cluster([headNot('HeadPodNotFound', 'Head Pod not found'), PROVISIONING, NOT_SUSPENDED]),
    status: 'Progressing',
    message: 'Head Pod not found',
  },
  {
    what: 'has a head that starts',
    object: cluster([headNot('ContainerCreating', 'ray-head: '), PROVISIONING, NOT_SUSPENDED]),
    status: 'Progressing',
    message: 'the head is not ready',
  },
  {
    what: 'has a head whose image is not to be had',
    object: cluster([headNot('ImagePullBackOff', 'ray-head: Back-off pulling image'), PROVISIONING]),
    status: 'Degraded',
    message: 'ImagePullBackOff: ray-head: Back-off pulling image',
  },
  {
    what: 'waits for workers',
    object: cluster([HEAD_READY, PROVISIONING, NOT_SUSPENDED]),
    status: 'Progressing',
    message: 'not all workers',
  },
  {
    what: 'is ready, and has been changed by its autoscaler since',
    object: cluster([HEAD_READY, PROVISIONED, NOT_SUSPENDED]),
    status: 'Healthy',
    message: 'ready',
  },
  {
    what: 'has lost its head',
    object: cluster([headNot('OOMKilled', 'ray-head: '), PROVISIONED, NOT_SUSPENDED]),
    status: 'Degraded',
    message: 'the head is not ready: ray-head',
  },
  {
    what: 'may have no more pods',
    object: cluster([
      HEAD_READY,
      PROVISIONED,
      condition('ReplicaFailure', 'True', 'FailedCreateWorkerPod', 'pods "it-worker" is forbidden: exceeded quota'),
    ]),
    status: 'Degraded',
    message: 'exceeded quota',
  },
  {
    what: 'is being suspended',
    object: cluster(
      [HEAD_READY, PROVISIONED, NOT_SUSPENDED, condition('RayClusterSuspending', 'True', 'RayClusterSuspending')],
      { suspend: true },
    ),
    status: 'Progressing',
    message: 'being suspended',
  },
  {
    what: 'is suspended',
    object: cluster([headNot('HeadPodNotFound'), PROVISIONING, SUSPENDED], { suspend: true }),
    status: 'Suspended',
    message: 'no pods',
  },
  {
    what: 'comes back',
    object: cluster([headNot('HeadPodNotFound'), PROVISIONING, SUSPENDED], { suspend: false }),
    status: 'Progressing',
    message: 'no longer suspended',
  },
  {
    what: 'is ready, where the operator writes no conditions',
    object: object('RayCluster', { state: 'ready' }),
    status: 'Healthy',
    message: 'ready',
  },
];

const application = (status: string, message = '') => ({ main: { status, message, serveDeploymentStatuses: {} } });
const service = (conditions: readonly object[], more: object = {}, spec: object = {}) =>
  object('RayService', { conditions, observedGeneration: 1, ...more }, { rayClusterConfig: spec });
const READY = condition('Ready', 'True', 'NonZeroServeEndpoints', 'Number of serve endpoints is greater than 0');
const initializing = (type: string) => condition(type, 'False', 'Initializing', 'RayService is initializing');
const NO_UPGRADE = condition('UpgradeInProgress', 'False', 'NoPendingCluster');
const UPGRADE = condition('UpgradeInProgress', 'True', 'BothActivePendingClustersExist', 'Both clusters exist');
const of = (statuses: object) => ({ rayClusterName: 'it-abcde', applicationStatuses: statuses });

const SERVICES: readonly HealthCase[] = [
  { what: 'is new', object: object('RayService', undefined), status: 'Progressing', message: 'has not begun' },
  {
    what: 'is starting',
    object: service([initializing('Ready'), initializing('UpgradeInProgress')], { pendingServiceStatus: of({}) }),
    status: 'Progressing',
    message: 'initializing',
  },
  {
    what: 'has an application that is starting',
    object: service([initializing('Ready')], { pendingServiceStatus: of(application('DEPLOYING')) }),
    status: 'Progressing',
    message: 'application main is DEPLOYING',
  },
  {
    what: 'has an application that cannot start',
    object: service([initializing('Ready')], { pendingServiceStatus: of(application('DEPLOY_FAILED', 'no module')) }),
    status: 'Degraded',
    message: 'application main is DEPLOY_FAILED (no module)',
  },
  {
    what: 'answers',
    object: service([READY, NO_UPGRADE], { activeServiceStatus: of(application('RUNNING')), numServeEndpoints: 2 }),
    status: 'Healthy',
    message: 'answers',
  },
  {
    what: 'answers while its configuration changes',
    object: service([READY, NO_UPGRADE], { activeServiceStatus: of(application('DEPLOYING')) }),
    status: 'Progressing',
    message: 'application main is DEPLOYING',
  },
  {
    what: 'answers with an application that is not well',
    object: service([READY, NO_UPGRADE], { activeServiceStatus: of(application('UNHEALTHY', 'replicas died')) }),
    status: 'Degraded',
    message: 'replicas died',
  },
  {
    what: 'is being upgraded',
    object: service([READY, UPGRADE], {
      activeServiceStatus: of(application('RUNNING')),
      pendingServiceStatus: of(application('DEPLOYING')),
    }),
    status: 'Progressing',
    message: 'upgrade: application main is DEPLOYING',
  },
  {
    what: 'is being upgraded to what cannot start',
    object: service([READY, UPGRADE], {
      activeServiceStatus: of(application('RUNNING')),
      pendingServiceStatus: of(application('DEPLOY_FAILED', 'no module')),
    }),
    status: 'Degraded',
    message: 'no module',
  },
  {
    what: 'goes back',
    object: service([READY, UPGRADE, condition('RollbackInProgress', 'True', 'TargetClusterChanged', 'rolling back')]),
    status: 'Progressing',
    message: 'rolling back',
  },
  {
    what: 'answers no more',
    object: service([condition('Ready', 'False', 'ZeroServeEndpoints', 'dropped to 0'), NO_UPGRADE]),
    status: 'Degraded',
    message: 'dropped to 0',
  },
  {
    what: 'is refused',
    object: service([condition('Ready', 'False', 'ValidationFailed', 'the name is too long')]),
    status: 'Degraded',
    message: 'ValidationFailed: the name is too long',
  },
  {
    what: 'took too long',
    object: service([
      condition('Ready', 'False', 'InitializingTimeout', 'within 30m'),
      initializing('UpgradeInProgress'),
    ]),
    status: 'Degraded',
    message: 'InitializingTimeout',
  },
  {
    what: 'is suspended',
    object: service([condition('Ready', 'False', 'ZeroServeEndpoints', 'dropped to 0')], {}, { suspend: true }),
    status: 'Suspended',
    message: 'suspended',
  },
];

const job = (jobDeploymentStatus: string, more: object = {}, spec: object = {}) =>
  object('RayJob', { jobDeploymentStatus, jobId: 'it-abcde', succeeded: 0, failed: 0, ...more }, spec);

const JOBS: readonly HealthCase[] = [
  { what: 'is new', object: object('RayJob', undefined), status: 'Progressing', message: 'has not begun' },
  {
    what: 'waits in a queue',
    object: object('RayJob', undefined, { suspend: true }),
    status: 'Suspended',
    message: 'let in',
  },
  { what: 'gets its cluster', object: job('Initializing'), status: 'Progressing', message: 'cluster is coming' },
  {
    what: 'runs',
    object: job('Running', { jobStatus: 'RUNNING' }),
    status: 'Progressing',
    message: 'runs: RUNNING',
  },
  { what: 'waits for a person', object: job('Waiting'), status: 'Suspended', message: 'waits for somebody' },
  {
    what: 'has succeeded',
    object: job('Complete', { jobStatus: 'SUCCEEDED', message: 'Job finished successfully.', succeeded: 1 }),
    status: 'Healthy',
    message: 'finished successfully',
  },
  { what: 'was stopped', object: job('Complete', { jobStatus: 'STOPPED' }), status: 'Degraded', message: 'STOPPED' },
  {
    what: 'has failed',
    object: job('Failed', { jobStatus: 'FAILED', reason: 'AppFailed', message: 'exit code 1' }),
    status: 'Degraded',
    message: 'AppFailed: exit code 1',
  },
  {
    what: 'was too slow',
    object: job('Failed', { reason: 'DeadlineExceeded', message: 'passed the deadline' }),
    status: 'Degraded',
    message: 'DeadlineExceeded',
  },
  {
    what: 'is refused',
    object: job('ValidationFailed', { reason: 'ValidationFailed', message: 'the name is too long' }),
    status: 'Degraded',
    message: 'too long',
  },
  {
    what: 'is tried again',
    object: job('Retrying', { failed: 1, reason: 'AppFailed', message: 'exit code 1' }),
    status: 'Progressing',
    message: 'tries again',
  },
  { what: 'is being suspended', object: job('Suspending'), status: 'Progressing', message: 'being suspended' },
  { what: 'is suspended', object: job('Suspended', {}, { suspend: true }), status: 'Suspended', message: 'let in' },
];

/** With the conditions of its pod, as the notebook controller 1.11 copies them, and the state of its container. */
const notebook = (status: object | undefined, annotations: object = {}) => ({
  ...object('Notebook', status),
  apiVersion: 'kubeflow.org/v1',
  metadata: { name: 'it', namespace: 'team', annotations },
});
const waiting = (reason: string, message = '') => ({
  readyReplicas: 0,
  conditions: [],
  containerState: { waiting: { reason, message } },
});

const NOTEBOOKS: readonly HealthCase[] = [
  { what: 'is new', object: notebook(undefined), status: 'Progressing', message: 'not ready' },
  {
    what: 'waits for a node',
    object: notebook({
      readyReplicas: 0,
      containerState: {},
      conditions: [condition('PodScheduled', 'False', 'Unschedulable', '0/3 nodes are available')],
    }),
    status: 'Progressing',
    message: 'Unschedulable: 0/3 nodes',
  },
  {
    what: 'is being made',
    object: notebook(waiting('ContainerCreating')),
    status: 'Progressing',
    message: 'ContainerCreating',
  },
  {
    what: 'has an image that is not there',
    object: notebook(waiting('ImagePullBackOff', 'Back-off pulling image')),
    status: 'Degraded',
    message: 'ImagePullBackOff: Back-off',
  },
  {
    what: 'runs',
    object: notebook({ readyReplicas: 1, containerState: { running: {} }, conditions: [] }),
    status: 'Healthy',
    message: 'answers',
  },
  {
    what: 'was stopped and is about to end',
    object: notebook({ readyReplicas: 1 }, { 'kubeflow-resource-stopped': '2026-01-01T00:00:00Z' }),
    status: 'Suspended',
    message: 'kubeflow-resource-stopped',
  },
];

export const HEALTH_CASES: readonly HealthCase[] = [...CLUSTERS, ...SERVICES, ...JOBS, ...NOTEBOOKS];
