import { ApiObject, Chart, Testing } from 'cdk8s';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { ownedFields } from '../owned.ts';
import { Workload, type WorkloadProps } from './index.ts';

const server: WorkloadProps['containers'][0] = {
  name: 'server',
  image: 'registry.example.com/app:1',
  resources: { cpu: '100m', memory: '1Gi' },
  ports: [{ name: 'http', port: 8080 }],
  probes: { readiness: { httpGet: { path: '/health', port: 'http' } } },
};

const base: WorkloadProps = { name: 'app', role: 'server', user: 1000, group: 1000, containers: [server] };

/** Objects by kind, those of one kind in the order they were made. */
const synth = (props: Partial<WorkloadProps> = {}) => {
  const chart = Testing.chart();
  new Workload(chart, 'app', { ...base, ...props });
  // biome-ignore lint/suspicious/noExplicitAny: a manifest as cdk8s returns it
  const objects: any[] = Testing.synth(chart);
  return (kind: string) => objects.filter((object) => object.kind === kind);
};
const pod = (props: Partial<WorkloadProps> = {}) => synth(props)('Deployment')[0].spec.template;

test('a pod satisfies Pod Security restricted, with a read-only root file system', () => {
  const { spec } = pod({ initContainers: [{ ...server, name: 'first' }] });
  expect(spec.securityContext).toMatchObject({
    runAsNonRoot: true,
    runAsUser: 1000,
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  });
  for (const container of [...spec.containers, ...spec.initContainers]) {
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
    });
  }
});

test('root is refused, as user, group and owner of volumes', () => {
  expect(() => pod({ user: 0 })).toThrow(
    'app: user is 0; no pod runs as root, give the id of an ordinary user such as 1000',
  );
  expect(() => pod({ group: 0 })).toThrow('group is 0');
  expect(() => pod({ fsGroup: 0 })).toThrow('fsGroup is 0');
});

test('a token is mounted only where the API is used', () => {
  expect(pod().spec.automountServiceAccountToken).toBe(false);
  expect(pod({ kubernetesApi: true }).spec.automountServiceAccountToken).toBe(true);
  expect(synth({ kubernetesApi: true })('ServiceAccount')[0].automountServiceAccountToken).toBe(false);
});

test('memory is limited to what is asked for, CPU is not limited unless asked', () => {
  expect(pod().spec.containers[0].resources).toEqual({
    requests: { cpu: '100m', memory: '1Gi' },
    limits: { memory: '1Gi' },
  });
  const resources = { cpu: '1', memory: '1Gi', cpuLimit: '2', memoryLimit: '2Gi', devices: { 'nvidia.com/gpu': '1' } };
  expect(pod({ containers: [{ ...server, resources }] }).spec.containers[0].resources).toEqual({
    requests: { cpu: '1', memory: '1Gi', 'nvidia.com/gpu': '1' },
    limits: { cpu: '2', memory: '2Gi', 'nvidia.com/gpu': '1' },
  });
});

test('selectors hold name and role only, so that nothing that changes is in them', () => {
  const objects = synth({
    component: 'platform',
    replicas: 2,
    podLabels: { extra: 'yes', 'app.kubernetes.io/name': 'not-this' },
    services: [{ ports: [{ name: 'http', port: 80, targetPort: 8080 }] }],
  });
  const selector = { 'app.kubernetes.io/name': 'platform', 'app.kubernetes.io/component': 'server' };
  const [deployment] = objects('Deployment');
  expect(deployment.spec.selector.matchLabels).toEqual(selector);
  expect(deployment.spec.template.metadata.labels).toEqual({ ...selector, extra: 'yes' });
  expect(objects('Service')[0].spec.selector).toEqual(selector);
  expect(objects('PodDisruptionBudget')[0].spec.selector.matchLabels).toEqual(selector);
});

test('one replica has no disruption budget, which could only block drains; several have one that never does', () => {
  expect(synth()('PodDisruptionBudget')).toEqual([]);
  expect(pod().spec.topologySpreadConstraints).toBeUndefined();
  const objects = synth({ replicas: 3 });
  expect(objects('PodDisruptionBudget')[0].spec).toMatchObject({
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
  expect(objects('Deployment')[0].spec.template.spec.topologySpreadConstraints).toMatchObject([
    { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
    { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
  ]);
  expect(pod({ replicas: 3, spread: 'require' }).spec.topologySpreadConstraints[1].whenUnsatisfiable).toBe(
    'DoNotSchedule',
  );
});

test('a rollout never lowers capacity, unless the program must not run twice', () => {
  expect(synth()('Deployment')[0].spec.strategy).toEqual({
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
  });
  expect(synth({ update: 'Recreate' })('Deployment')[0].spec.strategy).toEqual({ type: 'Recreate' });
});

test('replicas belong to the autoscaler: left out of the manifest, and said to be owned', () => {
  const chart = new Chart(Testing.app(), 'chart');
  const workload = new Workload(chart, 'app', {
    ...base,
    autoscaling: { min: 2, max: 5, cpuUtilization: 70 },
    wave: 2,
  });
  const object = workload.node.findChild('deployment');
  if (!ApiObject.isApiObject(object)) throw new Error('no object');
  expect(object.toJson().spec).not.toHaveProperty('replicas');
  expect(ownedFields(object)).toEqual([{ path: '.spec.replicas', by: 'HorizontalPodAutoscaler' }]);
  const scaler = Testing.synth(chart).find(({ kind }) => kind === 'HorizontalPodAutoscaler');
  expect(scaler).toMatchObject({
    metadata: { annotations: { 'argocd.argoproj.io/sync-wave': '2' } },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'app' }, minReplicas: 2, maxReplicas: 5 },
  });
});

test('what contradicts itself is refused with the way out', () => {
  const autoscaling = { min: 3, max: 2, cpuUtilization: 70 };
  expect(() => synth({ replicas: 2, autoscaling })).toThrow('both replicas and autoscaling are set');
  expect(() => synth({ autoscaling })).toThrow('autoscaling from 3 to 2 is no range');
  expect(() => synth({ stateful: { service: 'app' } })).toThrow('none of its headless services');
  expect(() => synth({ services: [{ ports: [{ name: 'web', port: 80 }] }] })).toThrow(
    'Service "app" has a port "web", but no container has; its containers have http',
  );
  expect(() => synth({ services: [{ ports: [{ name: 'http', port: 80 }] }] })).toThrow(
    'port "http" leads to 80, but the container listens on 8080; set targetPort',
  );
  expect(() => synth({ serviceAccount: 'other', serviceAccountAnnotations: { role: 'arn' } })).toThrow(
    'annotations for ServiceAccount "other" are given to a workload that only shares it',
  );
  expect(() => synth({ containers: [server, server] })).toThrow('two containers of the pod are called "server"');
});

test('data outlives its workload: a person confirms before Argo CD removes it', () => {
  const [set] = synth({
    services: [{ headless: true, ports: [{ name: 'http', port: 8080 }] }],
    stateful: { service: 'app', claims: [{ name: 'data', size: '10Gi', storageClass: 'gp3' }] },
  })('StatefulSet');
  const annotations = { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' };
  expect(set.metadata.annotations).toEqual(annotations);
  expect(set.spec.volumeClaimTemplates).toEqual([
    {
      metadata: { name: 'data', annotations },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'gp3',
        resources: { requests: { storage: '10Gi' } },
        volumeMode: 'Filesystem',
      },
    },
  ]);
});

test('a changed file starts new pods; the same files in another order do not', () => {
  const annotation = (files: Readonly<Record<string, string>>) =>
    pod({ config: [{ name: 'app-config', path: '/etc/app', files }] }).metadata.annotations['keelson.dev/config'];
  expect(annotation({ 'a.ini': '1', 'b.ini': '2' })).toBe(annotation({ 'b.ini': '2', 'a.ini': '1' }));
  expect(annotation({ 'a.ini': '1' })).not.toBe(annotation({ 'a.ini': '2' }));
});

test('files in directories get there, though keys of a ConfigMap have no slash', () => {
  const objects = synth({
    config: [{ name: 'app-config', path: '/etc/app', files: { 'conf.d/a.ini': 'x' }, containers: ['server'] }],
  });
  expect(objects('ConfigMap')[0].data).toEqual({ 'conf.d__a.ini': 'x' });
  const { spec } = objects('Deployment')[0].spec.template;
  expect(spec.volumes).toEqual([
    { name: 'app-config', configMap: { name: 'app-config', items: [{ key: 'conf.d__a.ini', path: 'conf.d/a.ini' }] } },
  ]);
  expect(spec.containers[0].volumeMounts).toEqual([{ name: 'app-config', mountPath: '/etc/app', readOnly: true }]);
  expect(() => pod({ config: [{ name: 'c', path: '/c', files: {}, containers: ['none'] }] })).toThrow(
    'config "c" is for a container "none" that the pod does not have',
  );
});

test('variables keep their order, since one may refer to one before it', () => {
  const secret = declaredSecret('login', ['password'], 'a person');
  const env = {
    Z_IP: { podField: 'status.podIP' },
    A_HOSTS: '$(Z_IP)',
    PASSWORD: SecretRef.to(secret, 'password'),
  } as const;
  expect(pod({ containers: [{ ...server, env }] }).spec.containers[0].env).toEqual([
    { name: 'Z_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'A_HOSTS', value: '$(Z_IP)' },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } },
  ]);
});

test('each container has scratch space of its own, bounded', () => {
  const { spec } = pod({
    containers: [{ ...server, scratch: [{ path: '/tmp' }, { path: '/dev/shm', sizeLimit: '2Gi', medium: 'Memory' }] }],
  });
  expect(spec.volumes).toEqual([
    { name: 'server-tmp', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'server-dev-shm', emptyDir: { sizeLimit: '2Gi', medium: 'Memory' } },
  ]);
});

test('what Kubernetes would otherwise decide is decided', () => {
  const [deployment] = synth({ replicas: 2 })('Deployment');
  expect(deployment.spec.revisionHistoryLimit).toBe(3);
  const { spec } = deployment.spec.template;
  // Variables for every Service of the namespace: they clash with settings of programs, and slow down starts.
  expect(spec.enableServiceLinks).toBe(false);
  expect(spec.terminationGracePeriodSeconds).toBe(30);
  expect(spec.containers[0].imagePullPolicy).toBe('IfNotPresent');
  // Counts pods of the same revision only.
  expect(spec.topologySpreadConstraints[1].matchLabelKeys).toEqual(['pod-template-hash']);
});

test('pods run where they are placed', () => {
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'gpu', operator: 'In', values: ['a10g'] }] }],
      },
    },
  };
  expect(pod({ affinity }).spec.affinity).toEqual(affinity);
});
