import type { Manifest } from '../../lib/platform/manifest-set.ts';

/** Objects of KubeRay's kinds that differ in what KubeRay makes of them. Beside these, all of `dist/` are looked at. */

const RAY = { name: 'ray', image: 'ray:1' };
const SAFE = { securityContext: { allowPrivilegeEscalation: false }, env: [{ name: 'A', value: 'b' }] };
const PORTS = [
  { name: 'gcs-server', containerPort: 6379 },
  { name: 'dashboard', containerPort: 8265 },
  { name: 'serve', containerPort: 8000 },
  { name: 'serve-grpc', containerPort: 9000 },
];
const template = (container: object = {}, pod: object = {}, labels: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ ...RAY, ...container }], ...pod },
});
const head = (container: object = { ports: PORTS }, pod: object = {}, labels: object = {}) => ({
  rayStartParams: { 'num-cpus': '0' },
  template: template(container, pod, labels),
});
const group = (groupName: string, more: object = {}, container: object = {}) => ({
  groupName,
  rayStartParams: {},
  template: template(container),
  ...more,
});
const spec = (more: object = {}) => ({
  rayVersion: '2.56.0',
  headGroupSpec: head(),
  workerGroupSpecs: [group('cpu'), group('gpu', {}, SAFE)],
  ...more,
});
const AUTOSCALED = { enableInTreeAutoscaling: true, autoscalerOptions: { version: 'v2' } };
const NAMED = { 'app.kubernetes.io/name': 'mine', 'ray.io/cluster': 'other', team: 'x' };
const REDIS = {
  redisAddress: 'redis:6379',
  redisPassword: { valueFrom: { secretKeyRef: { name: 'redis', key: 'password' } } },
};

let count = 0;
const object = (kind: string, written: object, metadata: object = {}): Manifest => ({
  apiVersion: 'ray.io/v1',
  kind,
  metadata: { name: `it-${++count}`, namespace: 'team', ...metadata },
  spec: written,
});
const cluster = (more: object = {}, metadata: object = {}) => object('RayCluster', spec(more), metadata);
const service = (more: object = {}, config: object = {}) =>
  object('RayService', { serveConfigV2: 'applications: []', rayClusterConfig: spec(config), ...more });
const job = (more: object = {}, config: object = {}) =>
  object('RayJob', { entrypoint: 'python a.py', rayClusterSpec: spec(config), ...more });

export const CASES: readonly Manifest[] = [
  cluster(),
  cluster({ headGroupSpec: head({}) }),
  cluster({ headGroupSpec: head({ ports: [{ name: 'metrics', containerPort: 9 }] }) }),
  cluster({ headGroupSpec: head({ ports: PORTS }, {}, NAMED) }),
  cluster({ rayVersion: '2.52.0', workerGroupSpecs: [] }),
  cluster(AUTOSCALED),
  cluster({ ...AUTOSCALED, headGroupSpec: head({ ports: PORTS }, { serviceAccountName: 'mine' }) }),
  cluster({
    ...AUTOSCALED,
    autoscalerOptions: {
      version: 'v2',
      image: 'as:1',
      resources: { limits: { memory: '1Gi' } },
      securityContext: { runAsNonRoot: true },
      env: [{ name: 'B', value: 'c' }],
    },
  }),
  cluster({ ...AUTOSCALED, authOptions: { mode: 'token' } }, { name: `a${'0'.repeat(51)}z` }),
  cluster({ ...AUTOSCALED, workerGroupSpecs: [group('cpu', { idleTimeoutSeconds: 60 })] }),
  cluster({ authOptions: { mode: 'token', secretName: 'mine' } }),
  cluster({ gcsFaultToleranceOptions: REDIS }),
  cluster({ gcsFaultToleranceOptions: REDIS }, { annotations: { 'ray.io/gcs-ft-deletion-timeout': '300' } }),
  cluster({ workerGroupSpecs: [group('tpu', { numOfHosts: 2, labels: { tier: 'a' } })] }),
  cluster({}, { annotations: { 'ray.io/enable-serve-service': 'true' } }),
  cluster({ headGroupSpec: { ...head(), headService: { metadata: { name: 'own' }, spec: { ports: [] } } } }),
  service(),
  service({ excludeHeadPodFromServeSvc: true }, AUTOSCALED),
  service({}, { headGroupSpec: head({ ports: PORTS }, {}, NAMED) }),
  service({ serveService: { metadata: { name: 'own' }, spec: { ports: [{ name: 'serve', port: 80 }] } } }),
  job(),
  job({ submitterPodTemplate: template(SAFE, { restartPolicy: 'Never' }, NAMED) }, { authOptions: { mode: 'token' } }),
  job({ submissionMode: 'HTTPMode' }),
  job({ submissionMode: 'SidecarMode' }, AUTOSCALED),
];

/** Objects that KubeRay refuses, and in which words. The constructs refuse to make such. */
export const REFUSED: readonly (readonly [what: Manifest, says: string])[] = [
  [cluster({ workerGroupSpecs: [group('cpu', { idleTimeoutSeconds: 60 })] }), 'autoscaler v2 is not enabled'],
  [cluster({ ...AUTOSCALED, workerGroupSpecs: [group('cpu', { idleTimeoutSeconds: -1 })] }), 'must be non-negative'],
  [cluster({}, { name: `a${'b'.repeat(53)}` }), 'should be no more than 53 characters'],
  [
    job({ clusterSelector: { 'ray.io/cluster': 'train' }, backoffLimit: 1, rayClusterSpec: undefined }),
    'BackoffLimit is incompatible',
  ],
];
