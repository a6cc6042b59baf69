import { templateSelections } from '../kubernetes/kinds/template-selections.ts';
import type { Fields } from '../kubernetes/read.ts';
import { dig, fields, fieldsAt, integer, labelsAt, list, listAt, textAt } from '../kubernetes/read.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import type { KindFacts, PodTemplate, Reference } from './operator.ts';
import { named, producedSecret } from './produced.ts';

/**
 * The kinds of KubeRay, as its source of 1.6.2 treats them (controllers/ray and controllers/ray/{common,utils}).
 *
 * Templates are shown as KubeRay completes them: with its probes, ports and labels, and with the containers that it adds,
 * so that the rules see what the API server will see. What is made of a RayService or RayJob hangs on a RayCluster
 * whose name ends in five random characters; a stand-in of that length takes its place here.
 *
 * Only the RayCluster that is written has fields which others write: the autoscaler patches the cluster that it runs in,
 * never the RayService or RayJob which that was made of, and KubeRay itself writes nothing but finalizers and status.
 */
export const kuberayKinds: Readonly<Record<string, KindFacts>> = {
  'ray.io/RayCluster': {
    references: (manifest) => clusterReferences(clusterOf(manifest)),
    templates: (manifest) => clusterTemplates(clusterOf(manifest)),
    selects: (manifest) => selectionsOf(manifest, clusterTemplates(clusterOf(manifest))),
    produces: (manifest) => clusterProduces(clusterOf(manifest)),
    owned: [
      // A group of fixed size says so by minReplicas, which the operator keeps to.
      { path: '.spec.workerGroupSpecs[].replicas', by: 'the Ray autoscaler' },
      { path: '.spec.workerGroupSpecs[].scaleStrategy', by: 'the Ray autoscaler' },
    ],
    maxNameLength: 53,
  },
  'ray.io/RayService': {
    references: (manifest) => clusterReferences(serviceCluster(manifest)),
    templates: (manifest) => clusterTemplates(serviceCluster(manifest)),
    selects: (manifest) => selectionsOf(manifest, clusterTemplates(serviceCluster(manifest))),
    produces: serviceProduces,
    maxNameLength: 47,
  },
  'ray.io/RayJob': {
    references: jobReferences,
    templates: jobTemplates,
    selects: (manifest) => selectionsOf(manifest, jobTemplates(manifest)),
    produces: jobProduces,
    maxNameLength: 47,
  },
};

/** What KubeRay appends to the name of a RayService or RayJob is random; this stands for it. */
const GENERATED = '-xxxxx';
const CLUSTER = 'ray.io/cluster';
const NODE_TYPE = 'ray.io/node-type';
const GROUP = 'ray.io/group';
const SERVE = 'ray.io/serve';
const APP_NAME = 'app.kubernetes.io/name';
const CREATED_BY = 'app.kubernetes.io/created-by';
const ORIGIN_KIND = 'ray.io/originated-from-crd';
const ORIGIN_NAME = 'ray.io/originated-from-cr-name';
/** Where Ray's agent answers, on every node and whether or not a container declares it. */
const AGENT = 52365;
const METRICS = { name: 'metrics', containerPort: 8080 };
/** Ports of the head's Service when its container declares none. */
const DEFAULT_PORTS = [
  { name: 'client', port: 10001 },
  { name: 'gcs-server', port: 6379 },
  { name: 'dashboard', port: 8265 },
  { name: 'metrics', port: 8080 },
  { name: 'serve', port: 8000 },
];
const same = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { cpu, memory } });
const AUTOSCALER_RESOURCES = same('500m', '512Mi');
const SMALL = same('200m', '256Mi');
const SUBMITTER_RESOURCES = {
  requests: { cpu: '500m', memory: '200Mi' },
  limits: { cpu: '1', memory: '1Gi' },
};

/** A RayCluster as the operator gets to see it: the written one, or the one it makes itself. */
interface Cluster {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Fields;
  /** Where its spec stands in the written object. */
  readonly path: string;
  /** Made by a RayService: workers answer requests, and the head too unless it is told not to. */
  readonly serving?: { readonly head: boolean };
  /** Containers that the head pod gets beside those of its template. */
  readonly sidecars: readonly Fields[];
}

const clusterOf = ({ metadata, spec }: Manifest): Cluster => ({
  name: metadata.name,
  namespace: metadata.namespace,
  annotations: metadata.annotations ?? {},
  labels: metadata.labels ?? {},
  spec: fields(spec),
  path: 'spec',
  sidecars: [],
});

/** The RayCluster that KubeRay makes of another of its kinds. It hands down labels and annotations. */
const generated = ({ metadata, spec, kind }: Manifest, field: string): Cluster => ({
  name: `${metadata.name}${GENERATED}`,
  namespace: metadata.namespace,
  annotations: metadata.annotations ?? {},
  labels: { ...metadata.labels, [ORIGIN_NAME]: metadata.name, [ORIGIN_KIND]: kind },
  spec: fieldsAt(spec, field),
  path: `spec.${field}`,
  sidecars: [],
});

const serviceCluster = (manifest: Manifest): Cluster => ({
  ...generated(manifest, 'rayClusterConfig'),
  serving: { head: dig(manifest, 'spec', 'excludeHeadPodFromServeSvc') !== true },
});

function jobCluster(manifest: Manifest): Cluster | undefined {
  if (Object.keys(fieldsAt(manifest, 'spec', 'clusterSelector')).length > 0) return undefined;
  const cluster = generated(manifest, 'rayClusterSpec');
  return modeOf(manifest) === 'SidecarMode' ? { ...cluster, sidecars: [defaultSubmitter(cluster)] } : cluster;
}

const modeOf = (job: Manifest): string => textAt(job, 'spec', 'submissionMode') ?? 'K8sJobMode';

/** `utils.CheckName`: keeps the end of a name that is too long for what is appended, and begins it with a letter. */
const checkedName = (name: string): string => name.slice(-50).replace(/^[\d-]/, 'r');

const autoscales = ({ spec }: Cluster): boolean => dig(spec, 'enableInTreeAutoscaling') === true;

const hasFaultTolerance = ({ spec, annotations }: Cluster): boolean =>
  dig(spec, 'gcsFaultToleranceOptions') !== undefined || annotations['ray.io/ft-enabled']?.toLowerCase() === 'true';

const headTemplate = ({ spec }: Cluster): Fields => fieldsAt(spec, 'headGroupSpec', 'template');

const rayContainer = (template: Fields): Fields => fieldsAt(template, 'spec', 'containers', 0);

function* clusterTemplates(cluster: Cluster): Generator<PodTemplate> {
  if (dig(cluster.spec, 'headGroupSpec') !== undefined) yield headPods(cluster);
  for (const [index, group] of listAt(cluster.spec, 'workerGroupSpecs'))
    yield workerPods(cluster, fields(group), index);
}

function headPods(cluster: Cluster): PodTemplate {
  const template = headTemplate(cluster);
  const [ray, ...others] = list(dig(template, 'spec', 'containers'));
  const added = [...cluster.sidecars, ...(autoscales(cluster) ? [autoscaler(cluster)] : [])];
  const account = textAt(template, 'spec', 'serviceAccountName');
  return {
    field: `${cluster.path}.headGroupSpec.template`,
    labels: podLabels(cluster, 'head', 'headgroup', {
      ...labelsAt(template, 'metadata', 'labels'),
      ...labelsAt(cluster.spec, 'headGroupSpec', 'labels'),
      ...(cluster.serving && { [SERVE]: String(cluster.serving.head) }),
    }),
    spec: {
      ...fieldsAt(template, 'spec'),
      // The autoscaler calls the Kubernetes API by the account of its pod.
      ...(autoscales(cluster) && { serviceAccountName: checkedName(account ?? cluster.name) }),
      containers: [completed(fields(ray), nodeProbes(cluster)), ...others, ...added],
    },
    task: false,
    injected: added.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])),
  };
}

function workerPods(cluster: Cluster, group: Fields, index: number): PodTemplate {
  const template = fieldsAt(group, 'template');
  const [ray, ...others] = list(dig(template, 'spec', 'containers'));
  const { image, env, volumeMounts, securityContext } = fields(ray);
  const waiting = {
    name: 'wait-gcs-ready',
    image,
    resources: SMALL,
    ...(env !== undefined && { env }),
    ...(volumeMounts !== undefined && { volumeMounts }),
    ...(securityContext !== undefined && { securityContext }),
  };
  const probes = nodeProbes(cluster);
  return {
    field: `${cluster.path}.workerGroupSpecs[${index}].template`,
    labels: podLabels(cluster, 'worker', textAt(group, 'groupName') ?? '', {
      ...labelsAt(template, 'metadata', 'labels'),
      ...labelsAt(group, 'labels'),
      ...(cluster.serving && { [SERVE]: 'true' }),
    }),
    spec: {
      ...fieldsAt(template, 'spec'),
      initContainers: [...list(dig(template, 'spec', 'initContainers')), waiting],
      // Workers that serve are asked by a command, for Ray Serve's proxy too.
      containers: [completed(fields(ray), cluster.serving ? { ...probes, readinessProbe: EXEC } : probes), ...others],
    },
    task: false,
    injected: [],
  };
}

/** The Ray container, which is always the first, as KubeRay completes it. What is written stays. */
function completed(container: Fields, probes: Fields): Fields {
  const ports = list(container.ports).map(fields);
  const missing = [
    ...(ports.some(({ name }) => name === METRICS.name) ? [] : [METRICS]),
    ...(ports.some(({ containerPort }) => containerPort === AGENT) ? [] : [{ containerPort: AGENT }]),
  ];
  return { ...probes, ...container, ports: [...ports, ...missing] };
}

const EXEC = { exec: { command: ['bash', '-c', 'wget'] } };

/** From Ray 2.53 on, one address says whether a node is well; before, commands ask several. */
function nodeProbes({ spec }: Cluster): { readonly readinessProbe: Fields; readonly livenessProbe: Fields } {
  const [major = 0, minor = 0] = (textAt(spec, 'rayVersion') ?? '').split('.').map(Number);
  const probe = major > 2 || (major === 2 && minor >= 53) ? { httpGet: { path: '/api/healthz', port: AGENT } } : EXEC;
  return { readinessProbe: probe, livenessProbe: probe };
}

/** The container by which KubeRay lets a head ask for nodes. Nothing but these options changes it. */
function autoscaler(cluster: Cluster): Fields {
  const options = fieldsAt(cluster.spec, 'autoscalerOptions');
  const fromField = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const { image, resources, envFrom, volumeMounts, securityContext } = options;
  return {
    name: 'autoscaler',
    image: image ?? rayContainer(headTemplate(cluster)).image,
    env: [
      fromField('RAY_CLUSTER_NAME', "metadata.labels['ray.io/cluster']"),
      fromField('RAY_CLUSTER_NAMESPACE', 'metadata.namespace'),
      fromField('RAY_HEAD_POD_NAME', 'metadata.name'),
      { name: 'KUBERAY_CRD_VER', value: 'v1' },
      ...list(options.env),
    ],
    args: ['ray kuberay-autoscaler --cluster-name $(RAY_CLUSTER_NAME) --cluster-namespace $(RAY_CLUSTER_NAMESPACE)'],
    resources: resources ?? AUTOSCALER_RESOURCES,
    ...(envFrom !== undefined && { envFrom }),
    ...(volumeMounts !== undefined && { volumeMounts }),
    ...(securityContext !== undefined && { securityContext }),
  };
}

/** Labels of a cluster's pods. A template may change all but three of them. */
function podLabels(
  { name }: Cluster,
  type: 'head' | 'worker',
  group: string,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    'ray.io/is-ray-node': 'yes',
    'ray.io/identifier': `${name}-${type}`,
    [APP_NAME]: 'kuberay',
    [CREATED_BY]: 'kuberay-operator',
    ...own,
    [CLUSTER]: name,
    [NODE_TYPE]: type,
    [GROUP]: group,
  };
}

/** Names in a cluster that stand in none of its pod templates. */
function* clusterReferences({ spec, namespace, path }: Cluster): Generator<Reference> {
  const at = namespace === undefined ? {} : { namespace };
  const token = textAt(spec, 'authOptions', 'secretName');
  if (token) {
    yield { field: `${path}.authOptions.secretName`, target: '/Secret', ...at, name: token, keys: ['auth_token'] };
  }
  for (const part of ['redisUsername', 'redisPassword']) {
    const steps = ['gcsFaultToleranceOptions', part, 'valueFrom'];
    for (const [source, target] of [
      ['secretKeyRef', '/Secret'],
      ['configMapKeyRef', '/ConfigMap'],
    ] as const) {
      const name = textAt(spec, ...steps, source, 'name');
      const key = textAt(spec, ...steps, source, 'key');
      if (!name) continue;
      yield { field: [path, ...steps, source].join('.'), target, ...at, name, ...(key && { keys: [key] }) };
    }
  }
}

function* clusterProduces(cluster: Cluster): Generator<Manifest> {
  const { name, namespace, spec, annotations } = cluster;
  const owned = { [CLUSTER]: name, [APP_NAME]: 'kuberay', [CREATED_BY]: 'kuberay-operator' };
  for (const [index, template] of [...clusterTemplates(cluster)].entries()) {
    yield {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: named({
        name: index === 0 ? `${name}-head` : `${name}-worker-${index}`,
        namespace,
        labels: template.labels,
      }),
      spec: template.spec,
    };
  }
  const custom = fieldsAt(spec, 'headGroupSpec', 'headService');
  const appName = labelsAt(headTemplate(cluster), 'metadata', 'labels')[APP_NAME];
  yield headService(cluster, textAt(custom, 'metadata', 'name') ?? `${name}-head-svc`, appName);
  // Made of a standalone cluster only when it asks for it; without a port for it the operator makes none.
  if (annotations['ray.io/enable-serve-service'] === 'true' && servePorts(cluster).length > 0) {
    yield service(`${name}-serve-svc`, namespace, { [CLUSTER]: name }, servePorts(cluster));
  }
  if (listAt(spec, 'workerGroupSpecs').some(([, group]) => (integer(dig(group, 'numOfHosts')) ?? 1) > 1)) {
    yield service(`${name}-headless`, namespace, { [CLUSTER]: name, [NODE_TYPE]: 'worker' }, [], true);
  }
  if (
    textAt(spec, 'authOptions', 'mode') === 'token' &&
    dig(spec, 'authOptions', 'enableK8sTokenAuth') !== true &&
    textAt(spec, 'authOptions', 'secretName') === undefined
  ) {
    yield producedSecret({
      name: checkedName(name),
      namespace,
      keys: ['auth_token'],
      type: 'Opaque',
      labels: { [CLUSTER]: name },
    });
  }
  if (autoscales(cluster)) {
    const given = textAt(headTemplate(cluster), 'spec', 'serviceAccountName');
    const metadata = named({ name: checkedName(name), namespace, labels: owned });
    const account = { kind: 'ServiceAccount', name: checkedName(given ?? name), ...(namespace && { namespace }) };
    // An account that is named must be there: the operator makes none in its place.
    if (given === undefined) yield { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
    yield { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata };
    yield {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      subjects: [account],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
    };
  }
  if (hasFaultTolerance(cluster)) yield redisCleanup(cluster);
}

/**
 * The Job that empties Redis before a cluster goes. Its pod has the head's labels but for the type of the node, and the
 * head's container without probes.
 */
function redisCleanup(cluster: Cluster): Manifest {
  const { labels, spec } = headPods(cluster);
  const all = { ...labels, [NODE_TYPE]: 'redis-cleanup' };
  const { readinessProbe, livenessProbe, ...ray } = fieldsAt(spec, 'containers', 0);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: named({ name: `${cluster.name}-redis-cleanup`, namespace: cluster.namespace, labels: all }),
    spec: { template: { metadata: { labels: all }, spec: { ...spec, containers: [{ ...ray, resources: SMALL }] } } },
  };
}

function service(
  name: string,
  namespace: string | undefined,
  selector: Readonly<Record<string, string>>,
  ports: readonly unknown[],
  headless = false,
): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: named({ name, namespace }),
    spec: { selector, ports, ...(headless && { clusterIP: 'None' }) },
  };
}

/** Ports that the head's container declares, by name: exactly those become ports of its Service. */
function declaredPorts(cluster: Cluster): readonly { readonly name: string; readonly port: number }[] {
  const declared = list(rayContainer(headTemplate(cluster)).ports).flatMap((written) => {
    const port = integer(dig(written, 'containerPort'));
    return port === undefined ? [] : [{ name: textAt(written, 'name') ?? `${port}-port`, port }];
  });
  if (declared.length === 0) return DEFAULT_PORTS;
  if (declared.some(({ name }) => name === METRICS.name)) return declared;
  return [...declared, { name: METRICS.name, port: METRICS.containerPort }];
}

const servePorts = (cluster: Cluster) =>
  declaredPorts(cluster).filter(({ name }) => name === 'serve' || name.startsWith('serve-'));

/**
 * A Service of the head. That of a cluster follows the name that the head's template gives its pods; those of a RayService
 * and of a RayJob do not, and select nothing where the template says another `app.kubernetes.io/name`.
 */
function headService(cluster: Cluster, name: string, appName = 'kuberay'): Manifest {
  const custom = fieldsAt(cluster.spec, 'headGroupSpec', 'headService');
  const type = textAt(cluster.spec, 'headGroupSpec', 'serviceType') ?? 'ClusterIP';
  const isCustom = Object.keys(custom).length > 0;
  const selector = {
    [CLUSTER]: cluster.name,
    [NODE_TYPE]: 'head',
    'ray.io/identifier': `${cluster.name}-head`,
    [APP_NAME]: appName,
    [CREATED_BY]: 'kuberay-operator',
  };
  const ports = [...list(dig(custom, 'spec', 'ports')), ...declaredPorts(cluster)];
  return service(name, cluster.namespace, selector, ports, type === 'ClusterIP' && !isCustom);
}

/** The RayCluster that is made, for whoever names one. */
const clusterObject = ({ name, namespace, labels, annotations, spec }: Cluster): Manifest => ({
  apiVersion: 'ray.io/v1',
  kind: 'RayCluster',
  metadata: { ...named({ name, namespace, labels }), annotations },
  spec,
});

function* serviceProduces(manifest: Manifest): Generator<Manifest> {
  const { name, namespace } = manifest.metadata;
  const cluster = serviceCluster(manifest);
  yield clusterObject(cluster);
  yield* clusterProduces(cluster);
  yield headService(cluster, `${name}-head-svc`);
  const custom = fieldsAt(manifest, 'spec', 'serveService');
  const detected = servePorts(cluster).map(
    (port) => list(dig(custom, 'spec', 'ports')).find((own) => dig(own, 'name') === port.name) ?? port,
  );
  const ports = detected.length > 0 ? detected : list(dig(custom, 'spec', 'ports'));
  if (ports.length === 0) return;
  const selector = { [CLUSTER]: cluster.name, [SERVE]: 'true' };
  yield service(textAt(custom, 'metadata', 'name') ?? `${name}-serve-svc`, namespace, selector, ports);
}

function* jobReferences(manifest: Manifest): Generator<Reference> {
  const { namespace } = manifest.metadata;
  const cluster = jobCluster(manifest);
  if (cluster) yield* clusterReferences(cluster);
  const selected = textAt(manifest, 'spec', 'clusterSelector', CLUSTER);
  if (!selected) return;
  yield {
    field: 'spec.clusterSelector',
    target: 'ray.io/RayCluster',
    ...(namespace !== undefined && { namespace }),
    name: selected,
  };
}

function* jobTemplates(manifest: Manifest): Generator<PodTemplate> {
  const cluster = jobCluster(manifest);
  if (cluster) yield* clusterTemplates(cluster);
  const submitter = submitterPods(manifest, cluster);
  if (submitter) yield submitter;
}

/** The pod that sends the job, where it is one of its own. Without a template it is the head's image and nothing else. */
function submitterPods(manifest: Manifest, cluster: Cluster | undefined): PodTemplate | undefined {
  if (modeOf(manifest) !== 'K8sJobMode') return undefined;
  const field = 'spec.submitterPodTemplate';
  const template = fieldsAt(manifest, 'spec', 'submitterPodTemplate');
  if (Object.keys(template).length === 0) {
    const containers = [cluster ? defaultSubmitter(cluster) : { name: SUBMITTER, resources: SUBMITTER_RESOURCES }];
    return { field, labels: {}, spec: { containers, restartPolicy: 'Never' }, task: true };
  }
  const [container, ...others] = list(dig(template, 'spec', 'containers'));
  const env = [...list(dig(container, 'env')), ...SUBMITTER_ENV];
  return {
    field,
    labels: labelsAt(template, 'metadata', 'labels'),
    spec: { ...fieldsAt(template, 'spec'), containers: [{ ...fields(container), env }, ...others] },
    task: true,
  };
}

const SUBMITTER = 'ray-job-submitter';
const SUBMITTER_ENV = ['PYTHONUNBUFFERED', 'RAY_DASHBOARD_ADDRESS', 'RAY_JOB_SUBMISSION_ID'].map((name) => ({
  name,
  value: '',
}));

const defaultSubmitter = (cluster: Cluster): Fields => ({
  name: SUBMITTER,
  image: rayContainer(headTemplate(cluster)).image,
  env: SUBMITTER_ENV,
  resources: SUBMITTER_RESOURCES,
});

function* jobProduces(manifest: Manifest): Generator<Manifest> {
  const { name, namespace } = manifest.metadata;
  const cluster = jobCluster(manifest);
  if (cluster) {
    yield clusterObject(cluster);
    yield* clusterProduces(cluster);
    yield headService(cluster, `${name}-head-svc`);
  }
  const submitter = submitterPods(manifest, cluster);
  if (!submitter) return;
  const { labels, spec } = submitter;
  yield {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: named({
      name,
      namespace,
      labels: { [ORIGIN_NAME]: name, [ORIGIN_KIND]: 'RayJob', [CREATED_BY]: 'kuberay-operator' },
    }),
    spec: { template: { metadata: { labels }, spec } },
  };
}

function* selectionsOf({ metadata }: Manifest, templates: Iterable<PodTemplate>) {
  for (const template of templates) yield* templateSelections(template, metadata.namespace);
}
