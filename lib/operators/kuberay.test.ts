import { readSources } from '../../tools/import/sources.ts';
import { node } from '../graph/testing.ts';
import { dig, fieldsAt, labelsAt, list, listAt } from '../kubernetes/read.ts';
import { groupKind, type Manifest } from '../platform/manifest-set.ts';
import { testContext } from '../platform/testing.ts';
import { CHARTS, IMAGES } from '../platform/versions.ts';
import { kuberay } from './kuberay.ts';

const KINDS = kuberay.kinds;

const head = (more: object = {}, pod: object = {}, labels: object = {}) => ({
  rayStartParams: { 'num-cpus': '0' },
  template: { metadata: { labels }, spec: { containers: [{ name: 'ray', image: 'ray:1', ...more }], ...pod } },
});
const group = (more: object = {}) => ({
  groupName: 'gpu',
  minReplicas: 1,
  maxReplicas: 3,
  rayStartParams: {},
  template: { spec: { containers: [{ name: 'ray', image: 'ray:1', ...more }] } },
});
const PORTS = [
  { name: 'gcs-server', containerPort: 6379 },
  { name: 'dashboard', containerPort: 8265 },
  { name: 'serve', containerPort: 8000 },
];
const spec = (more: object = {}) => ({
  rayVersion: '2.56.0',
  headGroupSpec: head({ ports: PORTS }),
  workerGroupSpecs: [group()],
  ...more,
});
const AUTOSCALED = { enableInTreeAutoscaling: true, autoscalerOptions: { version: 'v2' } };

const object = (kind: string, content: object, name = 'train', metadata: object = {}): Manifest => ({
  apiVersion: 'ray.io/v1',
  kind,
  metadata: { name, namespace: 'team', ...metadata },
  spec: content,
});
const cluster = (more: object = {}, name?: string) => object('RayCluster', spec(more), name);
const service = (more: object = {}, content: object = {}) =>
  object('RayService', { rayClusterConfig: spec(content), ...more }, 'ranker');
const job = (more: object = {}, content: object = {}) =>
  object('RayJob', { rayClusterSpec: spec(content), ...more }, 'tune');

const produced = (manifest: Manifest) => [...(KINDS[groupKind(manifest)]?.produces?.(manifest) ?? [])];
const references = (manifest: Manifest) => [...(KINDS[groupKind(manifest)]?.references?.(manifest) ?? [])];
const templates = (manifest: Manifest) => [...(KINDS[groupKind(manifest)]?.templates?.(manifest) ?? [])];
const names = (manifests: readonly Manifest[]) => manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
const find = (name: string, manifests: readonly Manifest[]) =>
  manifests.find(({ kind, metadata }) => `${kind}/${metadata.name}` === name);
const containers = (value: unknown, key = 'containers') =>
  listAt(value, 'spec', key).map(([, { name } = Object()]) => name);
const selected = (made: readonly Manifest[], serviceName: string) =>
  made.filter(
    (pod) =>
      pod.kind === 'Pod' &&
      Object.entries(labelsAt(find(`Service/${serviceName}`, made), 'spec', 'selector')).every(
        ([key, value]) => pod.metadata.labels?.[key] === value,
      ),
  );

describe('the operator', () => {
  test('watches the namespaces of those who use it, and no others', () => {
    const { values } = kuberay;
    const of = (name: string, namespace: string, operators = ['kuberay']) => node(name, { namespace, operators });
    const users = [of('b', 'vision'), of('a', 'ranking'), of('c', 'vision'), of('d', 'data', ['cloudnative-pg'])];
    expect(values(testContext(), users)).toMatchObject({ watchNamespace: ['ranking', 'vision'] });
  });

  test('is of one version: chart, image and definitions', () => {
    const source = readSources('schemas/sources.yaml').operators.find(({ name }) => name === 'kuberay');
    expect(IMAGES['kuberay-operator'].tag).toBe(source?.version);
    expect(`v${CHARTS['kuberay-operator'].version}`).toBe(source?.version);
  });
});

describe('a RayCluster becomes', () => {
  test('a pod of the head and one for each group, and a Service of the head', () => {
    expect(names(produced(cluster()))).toEqual(['Pod/train-head', 'Pod/train-worker-1', 'Service/train-head-svc']);
  });

  test('pods with labels of which a template can change all but those of its place', () => {
    const own = { 'app.kubernetes.io/name': 'vision-train', 'ray.io/cluster': 'other', team: 'vision' };
    const made = produced(cluster({ headGroupSpec: head({ ports: PORTS }, {}, own) }));
    expect(find('Pod/train-head', made)?.metadata.labels).toEqual({
      'ray.io/is-ray-node': 'yes',
      'ray.io/cluster': 'train',
      'ray.io/node-type': 'head',
      'ray.io/group': 'headgroup',
      'ray.io/identifier': 'train-head',
      'app.kubernetes.io/name': 'vision-train',
      'app.kubernetes.io/created-by': 'kuberay-operator',
      team: 'vision',
    });
    expect(find('Pod/train-worker-1', made)?.metadata.labels).toMatchObject({
      'ray.io/node-type': 'worker',
      'ray.io/group': 'gpu',
    });
    expect(names(selected(made, 'train-head-svc'))).toEqual(['Pod/train-head']);
  });

  test.each([
    ['those of its container and that of metrics', PORTS, ['gcs-server', 'dashboard', 'serve', 'metrics']],
    [
      'the usual ones only where its container has none',
      undefined,
      ['client', 'gcs-server', 'dashboard', 'metrics', 'serve'],
    ],
    ['exactly those of its container, whoever needs more', [{ name: 'metrics', containerPort: 9 }], ['metrics']],
  ])('a Service of the head whose ports are %s', (_, ports, expected) => {
    const made = find('Service/train-head-svc', produced(cluster({ headGroupSpec: head({ ports }) })));
    expect(made?.spec).toMatchObject({ clusterIP: 'None' });
    expect(listAt(made, 'spec', 'ports').map(([, port]) => dig(port, 'name'))).toEqual(expected);
  });

  test('pods that can be scraped and probed though they declare nothing', () => {
    const [pod] = produced(cluster({ headGroupSpec: head() }));
    expect(dig(pod, 'spec', 'containers', 0, 'ports')).toEqual([
      { name: 'metrics', containerPort: 8080 },
      { containerPort: 52365 },
    ]);
  });

  test('with an autoscaler: an account that may change the cluster, and a container with the head', () => {
    const made = produced(cluster(AUTOSCALED));
    expect(names(made)).toEqual(expect.arrayContaining(['ServiceAccount/train', 'Role/train', 'RoleBinding/train']));
    expect(find('RoleBinding/train', made)?.subjects).toEqual([
      { kind: 'ServiceAccount', name: 'train', namespace: 'team' },
    ]);
    expect(containers(find('Pod/train-head', made))).toEqual(['ray', 'autoscaler']);
    const given = produced(cluster({ ...AUTOSCALED, headGroupSpec: head({}, { serviceAccountName: 'mine' }) }));
    expect(names(given)).not.toContain('ServiceAccount/train');
    expect(find('RoleBinding/train', given)?.subjects).toMatchObject([{ name: 'mine' }]);
  });

  test('a Secret with its token, unless it is given one', () => {
    const secret = (authOptions: object) => find('Secret/train', produced(cluster({ authOptions })));
    expect(secret({ mode: 'token' })).toMatchObject({ data: { auth_token: '' } });
    expect(secret({ mode: 'token', secretName: 'mine' })).toBeUndefined();
    expect(secret({ mode: 'disabled' })).toBeUndefined();
  });

  test('objects whose names lose their beginning where they are too long', () => {
    const name = `a${'0'.repeat(51)}z`;
    expect(names(produced(cluster({ authOptions: { mode: 'token' } }, name)))).toContain(`Secret/r${'0'.repeat(48)}z`);
  });

  test('a Job that empties Redis, whose pods are no head', () => {
    const made = produced(cluster({ gcsFaultToleranceOptions: { redisAddress: 'redis:6379' } }));
    const cleanup = find('Job/train-redis-cleanup', made);
    expect(labelsAt(cleanup, 'spec', 'template', 'metadata', 'labels')).toMatchObject({
      'ray.io/cluster': 'train',
      'ray.io/node-type': 'redis-cleanup',
    });
  });

  test('a headless Service where a replica has several hosts', () => {
    const groups = [{ ...group(), numOfHosts: 4 }];
    expect(names(produced(cluster({ workerGroupSpecs: groups })))).toContain('Service/train-headless');
  });
});

describe('a RayService becomes', () => {
  test('a cluster with a generated name, and Services that stay', () => {
    const made = produced(service());
    expect(names(made)).toEqual([
      'RayCluster/ranker-xxxxx',
      'Pod/ranker-xxxxx-head',
      'Pod/ranker-xxxxx-worker-1',
      'Service/ranker-xxxxx-head-svc',
      'Service/ranker-head-svc',
      'Service/ranker-serve-svc',
    ]);
    expect(find('RayCluster/ranker-xxxxx', made)?.metadata.labels).toEqual({
      'ray.io/originated-from-cr-name': 'ranker',
      'ray.io/originated-from-crd': 'RayService',
    });
    expect(find('Service/ranker-serve-svc', made)?.spec).toMatchObject({ ports: [{ name: 'serve', port: 8000 }] });
  });

  test('a Service of all pods that answer: of the head only when it may', () => {
    const serving = (more: object) => names(selected(produced(service(more)), 'ranker-serve-svc'));
    expect(serving({})).toEqual(['Pod/ranker-xxxxx-head', 'Pod/ranker-xxxxx-worker-1']);
    expect(serving({ excludeHeadPodFromServeSvc: true })).toEqual(['Pod/ranker-xxxxx-worker-1']);
  });

  test('no Service for requests where the head declares no port for them', () => {
    expect(names(produced(service({}, { headGroupSpec: head() })))).toContain('Service/ranker-serve-svc');
    const ports = [{ name: 'http', containerPort: 8000 }];
    expect(names(produced(service({}, { headGroupSpec: head({ ports }) })))).not.toContain('Service/ranker-serve-svc');
  });

  test('a Service of the head that is lost when pods are called other than KubeRay calls them', () => {
    const headGroupSpec = head({ ports: PORTS }, {}, { 'app.kubernetes.io/name': 'ranker' });
    const made = produced(service({}, { headGroupSpec }));
    expect(names(selected(made, 'ranker-xxxxx-head-svc'))).toEqual(['Pod/ranker-xxxxx-head']);
    expect(selected(made, 'ranker-head-svc')).toEqual([]);
  });
});

describe('a RayJob becomes', () => {
  test('a cluster with a generated name, and a Job that submits it', () => {
    expect(names(produced(job()))).toEqual([
      'RayCluster/tune-xxxxx',
      'Pod/tune-xxxxx-head',
      'Pod/tune-xxxxx-worker-1',
      'Service/tune-xxxxx-head-svc',
      'Service/tune-head-svc',
      'Job/tune',
    ]);
  });

  test('pods that submit with no labels but those of their template', () => {
    const submitterPodTemplate = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 's' }] } };
    const made = find('Job/tune', produced(job({ submitterPodTemplate })));
    expect(labelsAt(made, 'spec', 'template', 'metadata', 'labels')).toEqual({ a: 'b' });
  });

  test('no Job where something else submits it', () => {
    for (const submissionMode of ['HTTPMode', 'SidecarMode', 'InteractiveMode']) {
      expect(names(produced(job({ submissionMode })))).not.toContain('Job/tune');
    }
    expect(containers(find('Pod/tune-xxxxx-head', produced(job({ submissionMode: 'SidecarMode' }))))).toEqual([
      'ray',
      'ray-job-submitter',
    ]);
  });

  test('nothing but the Job on a cluster that is there', () => {
    const manifest = object('RayJob', { clusterSelector: { 'ray.io/cluster': 'train' } }, 'tune');
    expect(names(produced(manifest))).toEqual(['Job/tune']);
    expect(references(manifest)).toEqual([
      { field: 'spec.clusterSelector', target: 'ray.io/RayCluster', namespace: 'team', name: 'train' },
    ]);
  });
});

describe('rules see', () => {
  const fields = (manifest: Manifest) => templates(manifest).map(({ field, task }) => [field, task]);

  test('every pod template where it is written', () => {
    const groups = { workerGroupSpecs: [group(), group()] };
    expect(fields(cluster(groups))).toEqual([
      ['spec.headGroupSpec.template', false],
      ['spec.workerGroupSpecs[0].template', false],
      ['spec.workerGroupSpecs[1].template', false],
    ]);
    expect(fields(service())).toContainEqual(['spec.rayClusterConfig.workerGroupSpecs[0].template', false]);
    expect(fields(job())).toContainEqual(['spec.rayClusterSpec.headGroupSpec.template', false]);
    expect(fields(job())).toContainEqual(['spec.submitterPodTemplate', true]);
  });

  test("the autoscaler's container, with its own resources and security or none, and that it takes no probes", () => {
    const [plain] = templates(cluster(AUTOSCALED));
    expect(plain?.injected).toEqual(['autoscaler']);
    expect(list(plain?.spec.containers)[1]).toMatchObject({
      image: 'ray:1',
      resources: { limits: { cpu: '500m', memory: '512Mi' } },
    });
    expect(list(plain?.spec.containers)[1]).not.toHaveProperty('securityContext');
    expect(plain?.spec.serviceAccountName).toBe('train');
    const options = { image: 'as:1', resources: {}, securityContext: { runAsNonRoot: true } };
    const [set] = templates(cluster({ ...AUTOSCALED, autoscalerOptions: options }));
    expect(list(set?.spec.containers)[1]).toMatchObject(options);
  });

  test('the init container that waits, as safe as the Ray container and of fixed size', () => {
    const securityContext = { allowPrivilegeEscalation: false };
    const workerGroupSpecs = [group({ securityContext, env: [{ name: 'A', value: 'b' }] })];
    const [, worker] = templates(cluster({ workerGroupSpecs }));
    expect(worker?.spec.initContainers).toEqual([
      {
        name: 'wait-gcs-ready',
        image: 'ray:1',
        resources: { requests: { cpu: '200m', memory: '256Mi' }, limits: { cpu: '200m', memory: '256Mi' } },
        env: [{ name: 'A', value: 'b' }],
        securityContext,
      },
    ]);
  });

  test('the probes that KubeRay adds, unless there are some', () => {
    const readiness = (manifest: Manifest, index: number) =>
      Object.keys(fieldsAt(templates(manifest)[index]?.spec, 'containers', 0, 'readinessProbe'));
    expect(readiness(cluster(), 0)).toEqual(['httpGet']);
    expect(readiness(cluster({ rayVersion: '2.52.0' }), 0)).toEqual(['exec']);
    // Workers of a RayService run wget, which slim images lack, whatever the version.
    expect(readiness(service(), 1)).toEqual(['exec']);
    const own = { workerGroupSpecs: [group({ readinessProbe: { tcpSocket: { port: 8000 } } })] };
    expect(readiness(service({}, own), 1)).toEqual(['tcpSocket']);
  });

  test('Secrets and keys that stand in no pod template', () => {
    const redisPassword = { valueFrom: { secretKeyRef: { name: 'redis', key: 'password' } } };
    const gcsFaultToleranceOptions = { redisAddress: 'redis:6379', redisPassword };
    const found = references(
      service({}, { gcsFaultToleranceOptions, authOptions: { mode: 'token', secretName: 't' } }),
    );
    expect(found).toEqual([
      {
        field: 'spec.rayClusterConfig.authOptions.secretName',
        target: '/Secret',
        namespace: 'team',
        name: 't',
        keys: ['auth_token'],
      },
      {
        field: 'spec.rayClusterConfig.gcsFaultToleranceOptions.redisPassword.valueFrom.secretKeyRef',
        target: '/Secret',
        namespace: 'team',
        name: 'redis',
        keys: ['password'],
      },
    ]);
  });
});

test('the autoscaler writes replicas of the cluster it runs in, and of nothing that this was made of', () => {
  const owned = (kind: string) => KINDS[`ray.io/${kind}`]?.owned?.map(({ path }) => path);
  expect(owned('RayCluster')).toEqual(['.spec.workerGroupSpecs[].replicas', '.spec.workerGroupSpecs[].scaleStrategy']);
  expect(owned('RayService')).toBeUndefined();
  expect(owned('RayJob')).toBeUndefined();
});
