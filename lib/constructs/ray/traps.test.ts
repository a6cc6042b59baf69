import { parse, stringify } from 'yaml';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { breaches } from '../../kubernetes/pod-security.ts';
import { rayStateKeys } from './pods.ts';
import { RayCluster } from './ray-cluster.ts';
import { RayJob } from './ray-job.ts';
import { RayService } from './ray-service.ts';
import { autoscaled, least, left, rayCluster, rayJob, rayService, scheduledJob } from './testing.ts';

/*
 * What breaks Ray on Kubernetes, by number: first what is meant, then what is written. Of sixteen, three are not for a
 * construct alone, and stand in tests/ray-traps.test.ts: 12, metric names of old documents; 13, three ports of the head
 * to scrape; and of 14, which is here as well, LimitRanges above 256Mi.
 */

const cache = {
  endpoint: { host: 'valkey.data.svc', port: 6379 },
  tls: false,
  login: { username: 'ray', password: SecretRef.to(declaredSecret('cache', ['password'], 'a person'), 'password') },
} as const;

// biome-ignore lint/suspicious/noExplicitAny: manifests as cdk8s returns them
const clusters = (props: object): [string, any][] => [
  ['RayCluster', rayCluster(props)('RayCluster').spec],
  ['RayService', rayService(props)('RayService').spec.rayClusterConfig],
  ['RayJob', rayJob(props)('RayJob').spec.rayClusterSpec],
];

// biome-ignore lint/suspicious/noExplicitAny: as above
const templates = (spec: any) => [spec.headGroupSpec, ...spec.workerGroupSpecs].map((group: any) => group.template);

test('trap 1: the number of workers is left to the autoscaler', () => {
  for (const [, spec] of clusters(autoscaled)) {
    expect(spec.enableInTreeAutoscaling).toBe(true);
    expect(spec.workerGroupSpecs[0]).toMatchObject({ minReplicas: 0, maxReplicas: 4 });
    expect(spec.workerGroupSpecs[0]).not.toHaveProperty('replicas');
    expect(spec.workerGroupSpecs[0]).not.toHaveProperty('scaleStrategy');
  }
  for (const [, spec] of clusters({})) {
    expect(spec).not.toHaveProperty('enableInTreeAutoscaling');
    expect(spec.workerGroupSpecs[0]).toMatchObject({ minReplicas: 2, maxReplicas: 2 });
    expect(spec.workerGroupSpecs[0]).not.toHaveProperty('replicas');
  }
});

test('trap 1: Argo CD is told so, of each kind where its cluster stands', () => {
  const props = { ...least, ...autoscaled };
  const application = { name: 'a', importPath: 'a:app' };
  const by = 'the autoscaler of Ray';
  const fields = (kind: string, path: string) => [
    `${kind} ${path}.workerGroupSpecs[].replicas: ${by}`,
    `${kind} ${path}.workerGroupSpecs[].scaleStrategy: ${by}`,
  ];
  expect(left((chart) => new RayCluster(chart, 'r', { ...props, name: 'r' }))).toEqual(fields('RayCluster', '.spec'));
  expect(left((chart) => new RayService(chart, 'r', { ...props, name: 'r', applications: [application] }))).toEqual(
    fields('RayService', '.spec.rayClusterConfig'),
  );
  expect(left((chart) => new RayJob(chart, 'r', { ...props, name: 'r', entrypoint: 'run' }))).toEqual(
    fields('RayJob', '.spec.rayClusterSpec'),
  );
  expect(left((chart) => new RayCluster(chart, 'r', { ...least, name: 'r' }))).toEqual([]);
});

test('trap 2: every container is restricted, the autoscaler and the submitter too', () => {
  for (const [kind, spec] of clusters(autoscaled)) {
    const { securityContext, ...autoscaler } = spec.autoscalerOptions;
    for (const { spec: pod } of templates(spec)) {
      const autoscalerContainer = { name: 'autoscaler', securityContext };
      expect([
        kind,
        ...breaches({ ...pod, containers: [...pod.containers, autoscalerContainer] }, 'restricted'),
      ]).toEqual([kind]);
    }
    expect(securityContext.readOnlyRootFilesystem).toBe(true);
    expect(autoscaler).toMatchObject({ version: 'v2', resources: { limits: { memory: '512Mi' } } });
  }
  const { submitterPodTemplate } = rayJob()('RayJob').spec;
  expect([...breaches(submitterPodTemplate.spec, 'restricted')]).toEqual([]);
});

test('trap 2: the token of the autoscaler is for the autoscaler alone, and its volumes exist', () => {
  for (const [, spec] of clusters(autoscaled)) {
    const { spec: head } = spec.headGroupSpec.template;
    const volumes = head.volumes.map(({ name }: { name: string }) => name);
    for (const { name } of spec.autoscalerOptions.volumeMounts) expect(volumes).toContain(name);
    expect(head.automountServiceAccountToken).toBe(false);
    const token = '/var/run/secrets/kubernetes.io/serviceaccount';
    const paths = (mounts: readonly { mountPath: string }[]) => mounts.map(({ mountPath }) => mountPath);
    expect(paths(spec.autoscalerOptions.volumeMounts)).toContain(token);
    expect(paths(head.containers[0].volumeMounts)).not.toContain(token);
  }
});

test('trap 3: the head declares every port, since its Service has those and no others', () => {
  for (const [, spec] of clusters({})) {
    const [{ ports }] = spec.headGroupSpec.template.spec.containers;
    const named = Object.fromEntries(
      ports.map((port: { name: string; containerPort: number }) => [port.name, port.containerPort]),
    );
    expect(named).toEqual({
      'gcs-server': 6379,
      dashboard: 8265,
      client: 10001,
      serve: 8000,
      metrics: 8080,
      'as-metrics': 44217,
      'dash-metrics': 44227,
    });
  }
});

test('trap 4: workers are ready where the proxy runs, and nowhere is wget needed', () => {
  const asked = (props: object) => {
    const { spec } = rayService(props)('RayService').spec.rayClusterConfig.workerGroupSpecs[0].template;
    return spec.containers[0].readinessProbe.httpGet;
  };
  expect(asked({})).toEqual({ path: '/-/healthz', port: 'serve' });
  expect(asked({ proxyLocation: 'HeadOnly' })).toEqual({ path: '/api/healthz', port: 52365 });
});

test('trap 4: the head serves exactly where no worker is sure to', () => {
  const excluded = (props: object) => rayService(props)('RayService').spec.excludeHeadPodFromServeSvc;
  const deployed = (replicas: unknown) => ({
    applications: [{ name: 'a', importPath: 'a:app', deployments: [{ name: 'A', replicas }] }],
  });
  expect(excluded({})).toBe(false);
  expect(excluded({ headServes: false })).toBe(true);
  expect(() => excluded({ headServes: false, proxyLocation: 'HeadOnly' })).toThrow('no worker answers requests');
  expect(excluded(deployed({ min: 1, max: 2 }))).toBe(true);
  expect(excluded(deployed({ min: 0, max: 2 }))).toBe(false);
  expect(excluded({ proxyLocation: 'HeadOnly' })).toBe(false);
  expect(excluded({ workerGroups: [] })).toBe(false);
});

test('trap 5: a change of an application leaves the cluster as it is', () => {
  const before = rayService()('RayService').spec;
  const after = rayService({ applications: [{ name: 'other', importPath: 'other:app' }] })('RayService').spec;
  expect(after.serveConfigV2).not.toBe(before.serveConfigV2);
  expect(after.rayClusterConfig).toEqual(before.rayClusterConfig);
});

test('trap 5: pods carry the labels they are known by, and none that somebody else adds', () => {
  const labels = (spec: unknown) => templates(spec).map(({ metadata }) => metadata.labels);
  const [[, cluster], ...others] = clusters({}) as [[string, unknown], ...[string, unknown][]];
  expect(labels(cluster)).toEqual([
    { 'app.kubernetes.io/name': 'train', 'app.kubernetes.io/component': 'head' },
    { 'app.kubernetes.io/name': 'train', 'app.kubernetes.io/component': 'worker' },
  ]);
  for (const [kind, spec] of others) {
    // The Services of their heads look for this name.
    const known = { 'app.kubernetes.io/name': 'kuberay', 'keelson.dev/ray': kind === 'RayService' ? 'fraud' : 'tune' };
    expect(labels(spec)).toEqual([
      { ...known, 'app.kubernetes.io/component': 'head' },
      { ...known, 'app.kubernetes.io/component': 'worker' },
    ]);
  }
  const renamed = { 'app.kubernetes.io/name': 'team-ray' };
  expect(labels(rayCluster({ podLabels: renamed })('RayCluster').spec)[0]).toMatchObject(renamed);
  expect(() => rayService({ podLabels: renamed })).toThrow(
    'the Service of the head of a RayService looks for "kuberay"',
  );
});

test('trap 6: what git says is what runs', () => {
  expect(rayCluster()('RayCluster').spec.upgradeStrategy).toEqual({ type: 'Recreate' });
  expect(rayCluster({ onTemplateChange: 'keep' })('RayCluster').spec.upgradeStrategy).toEqual({ type: 'None' });
  // KubeRay refuses one in a cluster that something else has made.
  for (const [kind, spec] of clusters({}).slice(1)) expect([kind, spec.upgradeStrategy]).toEqual([kind, undefined]);
});

test('trap 7: a cluster is removed before a cache of the same Application, and goes without one that is gone', () => {
  const wave = (props: object) =>
    rayCluster(props)('RayCluster').metadata.annotations?.['argocd.argoproj.io/sync-wave'];
  expect(wave({ gcsFaultTolerance: cache })).toBe('1');
  expect(wave({ gcsFaultTolerance: cache, wave: 5 })).toBe('5');
  expect(wave({})).toBeUndefined();
  for (const [kind, make] of [
    ['RayCluster', rayCluster],
    ['RayService', rayService],
    ['RayJob', rayJob],
  ] as const) {
    const { annotations } = make({ gcsFaultTolerance: cache })(kind).metadata;
    expect(annotations).toEqual({
      'argocd.argoproj.io/sync-wave': '1',
      'ray.io/gcs-ft-deletion-timeout': '300',
    });
    expect(make()(kind).metadata).not.toHaveProperty('annotations');
  }
});

test('trap 8: no two clusters share state in the cache', () => {
  for (const [, spec] of clusters({ gcsFaultTolerance: cache })) {
    expect(spec.gcsFaultToleranceOptions).toEqual({
      redisAddress: 'redis://valkey.data.svc:6379',
      redisUsername: { value: 'ray' },
      redisPassword: { valueFrom: { secretKeyRef: { name: 'cache', key: 'password' } } },
    });
    // KubeRay refuses them where its own options are set.
    const env = templates(spec).flatMap(({ spec: pod }) =>
      pod.containers[0].env.map(({ name }: { name: string }) => name),
    );
    expect(env.filter((name) => /redis/i.test(name))).toEqual([]);
  }
});

test('trap 8: whose a key is, is in its name, and so is the cluster that has it', () => {
  for (const [, spec] of clusters({ gcsFaultTolerance: cache })) {
    const [head, ...workers] = templates(spec).map(({ spec: pod }) => pod.containers[0].env);
    // In this order: a variable can use only one that stands before it.
    expect(head.slice(0, 2)).toEqual([
      {
        name: 'KEELSON_RAY_CLUSTER_UID',
        valueFrom: { fieldRef: { fieldPath: "metadata.annotations['ray.io/external-storage-namespace']" } },
      },
      {
        name: 'RAY_external_storage_namespace',
        value: expect.stringMatching(/^[a-z-]+:\$\(KEELSON_RAY_CLUSTER_UID\)$/),
      },
    ]);
    expect(JSON.stringify(workers)).not.toContain('external_storage');
  }
  for (const [, spec] of clusters({})) expect(JSON.stringify(spec)).not.toContain('external_storage');
  expect(rayStateKeys('ray')).toEqual(['RAYray:*', 'DUMMY']);
});

test('trap 9: with the autoscaler, pods that ended do not come back under their name', () => {
  for (const [, spec] of clusters({ ...autoscaled, gcsFaultTolerance: cache })) {
    expect(templates(spec).map(({ spec: pod }) => pod.restartPolicy)).toEqual(['Never', 'Never']);
  }
  expect(() => rayCluster({ rayVersion: '2.47.0' })).toThrow('at least "2.53.0" is wanted');
});

test.each([
  [{ resource: 'nvidia.com/gpu.shared', count: 1 }, '1'],
  [{ resource: 'nvidia.com/gpu.shared', count: 2, numGpus: 1 }, '1'],
  [{ resource: 'nvidia.com/mig-1g.10gb.me', count: 1 }, '1'],
  [{ resource: 'nvidia.com/gpu', count: 4 }, '4'],
])('trap 10: Ray is told of %j', (gpu, numGpus) => {
  for (const [, spec] of clusters({ workerGroups: [{ name: 'gpu', cpu: '4', memory: '16Gi', gpu, replicas: 1 }] })) {
    const [{ rayStartParams, template }] = spec.workerGroupSpecs;
    expect(rayStartParams['num-gpus']).toBe(numGpus);
    const devices = { [gpu.resource]: String(gpu.count) };
    expect(template.spec.containers[0].resources).toMatchObject({ requests: devices, limits: devices });
  }
});

test('trap 11: the dashboard wants a token unless it is said that it does not', () => {
  for (const [, spec] of clusters({})) expect(spec.authOptions).toEqual({ mode: 'token' });
  for (const [, spec] of clusters({ auth: 'none' })) expect(spec).not.toHaveProperty('authOptions');
  const secret = declaredSecret('token', ['auth_token', 'other'], 'a person');
  const given = rayCluster({ tokenSecret: SecretRef.to(secret, 'auth_token') })('RayCluster');
  expect(given.spec.authOptions).toEqual({ mode: 'token', secretName: 'token' });
  expect(() => rayCluster({ tokenSecret: SecretRef.to(secret, 'other') })).toThrow('KubeRay reads "auth_token"');
});

test('trap 14: no probe runs a program, so proxies in the environment do not matter', () => {
  for (const [, spec] of clusters({ env: { http_proxy: 'http://proxy:3128' } })) {
    for (const { spec: pod } of templates(spec)) {
      for (const container of pod.containers) {
        expect(container.readinessProbe.httpGet).toBeDefined();
        expect(container.livenessProbe.httpGet).toEqual({ path: '/api/healthz', port: 52365 });
      }
    }
  }
});

test('trap 15: Ray never takes a part of a CPU for a whole one', () => {
  const group = { name: 'cpu', memory: '4Gi', replicas: 1 };
  const cpus = (cpu: string, numCpus?: number) =>
    rayCluster({ workerGroups: [{ ...group, cpu, ...(numCpus !== undefined && { numCpus }) }] })('RayCluster').spec
      .workerGroupSpecs[0].rayStartParams['num-cpus'];
  expect(cpus('2')).toBe('2');
  expect(cpus('3000m')).toBe('3');
  expect(() => cpus('500m')).toThrow('worker group "cpu" asks for cpu "500m", but Ray counts whole CPUs');
  expect(cpus('500m', 1)).toBe('1');
});

test('trap 15: no task takes the CPU of the head, unless there is nobody else', () => {
  const head = (props: object) => rayCluster(props)('RayCluster').spec.headGroupSpec.rayStartParams['num-cpus'];
  expect(head({ head: { cpu: '1500m', memory: '4Gi' } })).toBe('0');
  expect(head({ head: { cpu: '4', memory: '4Gi' }, workerGroups: [] })).toBe('4');
});

test('trap 16: no cluster outlives its job', () => {
  expect(rayJob()('RayJob').spec).toMatchObject({ shutdownAfterJobFinishes: true, ttlSecondsAfterFinished: 0 });
  const made = parse(scheduledJob()('ConfigMap').data['ray-job.json']);
  expect(made.spec.shutdownAfterJobFinishes).toBe(true);
});

/** Parts of a manifest, as they are written. */
const written = (parts: object): string => stringify(parts, { lineWidth: 0 }).trimEnd();
const serviceSpec = (props: object = {}) => rayService(props)('RayService').spec;
const clusterOf = (props: object = {}) => rayCluster(props)('RayCluster');

describe('as written, trap', () => {
  test('1', () => {
    const { template, rayStartParams, ...group } = clusterOf(autoscaled).spec.workerGroupSpecs[0];
    expect(written({ workerGroupSpecs: [group] })).toMatchInlineSnapshot(`
"workerGroupSpecs:
  - groupName: cpu
    maxReplicas: 4
    minReplicas: 0"
`);
  });

  test('2', () => {
    const { securityContext, resources } = clusterOf(autoscaled).spec.autoscalerOptions;
    expect(written({ autoscalerOptions: { securityContext, resources } })).toMatchInlineSnapshot(`
"autoscalerOptions:
  securityContext:
    allowPrivilegeEscalation: false
    capabilities:
      drop:
        - ALL
    privileged: false
    readOnlyRootFilesystem: true
  resources:
    limits:
      memory: 512Mi
    requests:
      cpu: 200m
      memory: 512Mi"
`);
  });

  test('3', () => {
    const { ports } = clusterOf().spec.headGroupSpec.template.spec.containers[0];
    expect(
      written(
        Object.fromEntries(
          ports.map((port: { name: string; containerPort: number }) => [port.name, port.containerPort]),
        ),
      ),
    ).toMatchInlineSnapshot(`
"gcs-server: 6379
dashboard: 8265
client: 10001
serve: 8000
metrics: 8080
as-metrics: 44217
dash-metrics: 44227"
`);
  });

  test('4', () => {
    const { excludeHeadPodFromServeSvc, rayClusterConfig } = serviceSpec();
    const { readinessProbe } = rayClusterConfig.workerGroupSpecs[0].template.spec.containers[0];
    expect(written({ excludeHeadPodFromServeSvc, worker: { readinessProbe } })).toMatchInlineSnapshot(`
"excludeHeadPodFromServeSvc: false
worker:
  readinessProbe:
    failureThreshold: 1
    httpGet:
      path: /-/healthz
      port: serve
    periodSeconds: 5
    timeoutSeconds: 5"
`);
  });

  test('5', () => {
    const { upgradeStrategy, rayClusterConfig } = serviceSpec();
    expect(
      written({ upgradeStrategy, pods: rayClusterConfig.workerGroupSpecs[0].template.metadata }),
    ).toMatchInlineSnapshot(`
"upgradeStrategy:
  type: NewCluster
pods:
  labels:
    app.kubernetes.io/component: worker
    app.kubernetes.io/name: kuberay
    keelson.dev/ray: fraud"
`);
  });

  test('6', () => {
    const { upgradeStrategy } = clusterOf().spec;
    expect(written({ upgradeStrategy })).toMatchInlineSnapshot(`
"upgradeStrategy:
  type: Recreate"
`);
  });

  test('7', () => {
    expect(written(clusterOf({ gcsFaultTolerance: cache }).metadata)).toMatchInlineSnapshot(`
"annotations:
  argocd.argoproj.io/sync-wave: "1"
  ray.io/gcs-ft-deletion-timeout: "300"
name: train
namespace: ml"
`);
  });

  test('8', () => {
    const { gcsFaultToleranceOptions, headGroupSpec } = clusterOf({ gcsFaultTolerance: cache }).spec;
    const env = headGroupSpec.template.spec.containers[0].env.slice(0, 2);
    expect(written({ gcsFaultToleranceOptions, env })).toMatchInlineSnapshot(`
"gcsFaultToleranceOptions:
  redisAddress: redis://valkey.data.svc:6379
  redisPassword:
    valueFrom:
      secretKeyRef:
        key: password
        name: cache
  redisUsername:
    value: ray
env:
  - name: KEELSON_RAY_CLUSTER_UID
    valueFrom:
      fieldRef:
        fieldPath: metadata.annotations['ray.io/external-storage-namespace']
  - name: RAY_external_storage_namespace
    value: train:$(KEELSON_RAY_CLUSTER_UID)"
`);
  });

  test('9', () => {
    const { autoscalerOptions, headGroupSpec, rayVersion } = clusterOf({
      ...autoscaled,
      gcsFaultTolerance: cache,
    }).spec;
    const { restartPolicy } = headGroupSpec.template.spec;
    expect(written({ rayVersion, version: autoscalerOptions.version, restartPolicy })).toMatchInlineSnapshot(`
"rayVersion: 2.60.0
version: v2
restartPolicy: Never"
`);
  });

  test('10', () => {
    const gpu = { resource: 'nvidia.com/gpu.shared', count: 1 };
    const workerGroups = [{ name: 'gpu', cpu: '4', memory: '16Gi', replicas: 1, gpu }];
    const [{ rayStartParams, template }] = clusterOf({ workerGroups }).spec.workerGroupSpecs;
    expect(written({ rayStartParams, limits: template.spec.containers[0].resources.limits })).toMatchInlineSnapshot(`
"rayStartParams:
  num-cpus: "4"
  num-gpus: "1"
limits:
  ephemeral-storage: 16Gi
  memory: 16Gi
  nvidia.com/gpu.shared: "1""
`);
  });

  test('11', () => {
    expect(written({ authOptions: clusterOf().spec.authOptions })).toMatchInlineSnapshot(`
"authOptions:
  mode: token"
`);
  });

  test('14', () => {
    const { readinessProbe, livenessProbe } = clusterOf().spec.headGroupSpec.template.spec.containers[0];
    expect(written({ ready: readinessProbe.httpGet, alive: livenessProbe.httpGet })).toMatchInlineSnapshot(`
"ready:
  path: /api/healthz
  port: 52365
alive:
  path: /api/healthz
  port: 52365"
`);
  });

  test('15', () => {
    const { headGroupSpec, workerGroupSpecs } = clusterOf().spec;
    expect(
      written({ head: headGroupSpec.rayStartParams, worker: workerGroupSpecs[0].rayStartParams }),
    ).toMatchInlineSnapshot(`
"head:
  num-cpus: "0"
worker:
  num-cpus: "2""
`);
  });

  test('16', () => {
    const { shutdownAfterJobFinishes, ttlSecondsAfterFinished } = rayJob()('RayJob').spec;
    expect(written({ shutdownAfterJobFinishes, ttlSecondsAfterFinished })).toMatchInlineSnapshot(`
"shutdownAfterJobFinishes: true
ttlSecondsAfterFinished: 0"
`);
  });
});
