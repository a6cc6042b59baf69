import { node } from '../graph/testing.ts';
import { dig, listAt } from '../kubernetes/read.ts';
import { groupKind, type Manifest } from '../platform/manifest-set.ts';
import { testContext } from '../platform/testing.ts';
import { type IMAGES, imageReference, KUSTOMIZATIONS } from '../platform/versions.ts';
import { kubeflowNotebooks } from './kubeflow-notebooks.ts';
import { kubeflowPodDefaults } from './kubeflow-poddefaults.ts';
import { kubeflowProfiles } from './kubeflow-profiles.ts';

const OPERATORS = [kubeflowNotebooks, kubeflowPodDefaults, kubeflowProfiles];
const KINDS = Object.assign({}, ...OPERATORS.map(({ kinds }) => kinds));

const object = (kind: string, spec: unknown, metadata: object = {}, version = 'v1'): Manifest => ({
  apiVersion: `kubeflow.org/${version}`,
  kind,
  metadata: { name: 'ada', namespace: 'team-vision', ...metadata },
  spec,
});
const notebook = (container: object = {}, pod: object = {}) =>
  object(
    'Notebook',
    { template: { spec: { containers: [{ name: 'ada', image: 'a:1', ...container }], ...pod } } },
    { labels: { 'app.kubernetes.io/name': 'team-vision-kubeflow' } },
  );
const facts = (manifest: Manifest) => KINDS[groupKind(manifest)];

describe('a Notebook', () => {
  test('is a pod with the labels of the Notebook, and a Service that leads to the first port of its first container', () => {
    const [pod, service] = [...facts(notebook()).produces(notebook())];
    expect(pod.metadata).toMatchObject({
      name: 'ada-0',
      namespace: 'team-vision',
      labels: { 'notebook-name': 'ada', 'app.kubernetes.io/name': 'team-vision-kubeflow' },
    });
    expect(pod.metadata.labels).toMatchObject(service.spec.selector);
    expect(service).toMatchObject({
      metadata: { name: 'ada', namespace: 'team-vision' },
      spec: { ports: [{ name: 'http-ada', port: 80, targetPort: 8888 }] },
    });
    const other = notebook({ ports: [{ containerPort: 8787 }] });
    expect([...facts(other).produces(other)][1]).toMatchObject({ spec: { ports: [{ targetPort: 8787 }] } });
  });

  test('is told where it is reached, unless it says so itself, and gets the group of its files where it says nothing', () => {
    const [template] = facts(notebook()).templates(notebook());
    expect(dig(template.spec, 'containers', 0, 'env')).toEqual([
      { name: 'NB_PREFIX', value: '/notebook/team-vision/ada' },
    ]);
    expect(template.spec.securityContext).toEqual({ fsGroup: 100 });
    const own = notebook({ env: [{ name: 'NB_PREFIX', value: '/x' }] }, { securityContext: { runAsNonRoot: true } });
    const [completed] = facts(own).templates(own);
    expect(listAt(completed.spec, 'containers', 0, 'env')).toHaveLength(1);
    expect(completed.spec.securityContext).toEqual({ runAsNonRoot: true });
  });
});

test('a PodDefault names what it puts into pods, where it stands in it', () => {
  const one = object(
    'PodDefault',
    {
      selector: {},
      serviceAccountName: 'team',
      env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
      envFrom: [{ configMapRef: { name: 'platform' } }],
      volumes: [{ name: 'shared', persistentVolumeClaim: { claimName: 'shared' } }],
    },
    {},
    'v1alpha1',
  );
  const found = [...facts(one).references(one)].map(({ field, target, name, keys }) => [field, target, name, keys]);
  expect(found).toEqual([
    ['spec.serviceAccountName', '/ServiceAccount', 'team', undefined],
    ['spec.volumes[0].persistentVolumeClaim', '/PersistentVolumeClaim', 'shared', undefined],
    ['spec.env[0].valueFrom.secretKeyRef', '/Secret', 's', ['k']],
    ['spec.envFrom[0].configMapRef', '/ConfigMap', 'platform', undefined],
  ]);
});

test('a Profile is for the namespace of its name, and makes accounts, bindings and a quota in it', () => {
  const profile = object('Profile', {
    owner: { kind: 'User', name: 'ada' },
    resourceQuotaSpec: { hard: { pods: '3' } },
  });
  expect([...facts(profile).references(profile)]).toEqual([
    { field: 'metadata.name', target: '/Namespace', name: 'ada' },
  ]);
  const made: Manifest[] = [...facts(profile).produces(profile)];
  expect(made.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
    'ServiceAccount ada/default-editor',
    'RoleBinding ada/default-editor',
    'ServiceAccount ada/default-viewer',
    'RoleBinding ada/default-viewer',
    'RoleBinding ada/namespaceAdmin',
    'ResourceQuota ada/kf-resource-quota',
  ]);
  expect(made[4]).toMatchObject({ subjects: [{ kind: 'User', name: 'ada' }] });
  const without = object('Profile', { owner: { kind: 'User', name: 'ada' } });
  expect([...facts(without).produces(without)].map(({ kind }) => kind)).not.toContain('ResourceQuota');
});

test('notebooks may be idle as long as the most patient of the environments lets them', () => {
  const culled = (...idle: readonly string[]) => {
    const components = idle.map((time) => node(time, { operatorSettings: { 'kubeflow-notebooks': { idle: time } } }));
    const patch = kubeflowNotebooks
      .patches(testContext(), components)
      .find(({ target }) => target.kind === 'ConfigMap');
    return [patch?.patch].flat().find((one) => Object(one).path === '/data/CULL_IDLE_TIME')?.value;
  };
  expect([culled(), culled('90s'), culled('30m', '2h')]).toEqual(['240', '2', '120']);
});

test('the webhook is asked about pods of notebooks in the namespaces of teams, and no others', () => {
  const patch = kubeflowPodDefaults
    .patches(testContext(), [])
    .find(({ target }) => target.kind === 'MutatingWebhookConfiguration')?.patch;
  expect(patch).toEqual([
    {
      op: 'replace',
      path: '/webhooks/0/namespaceSelector',
      value: { matchExpressions: [{ key: 'keelson.dev/team', operator: 'Exists' }] },
    },
    {
      op: 'add',
      path: '/webhooks/0/objectSelector',
      value: { matchExpressions: [{ key: 'notebook-name', operator: 'Exists' }] },
    },
  ]);
});

test.each(OPERATORS)('$name runs the image of its tag, from the mirror where there is one', (operator) => {
  const mirror = 'mirror.example.com:5000/ml';
  const images = (prefix?: string) => {
    const context = { ...testContext(), image: (name: keyof typeof IMAGES) => imageReference(name, prefix) };
    return operator
      .patches(context, [])
      .filter(({ target }) => target.kind === 'Deployment')
      .map(({ patch }) => dig(patch, 'spec', 'template', 'spec', 'containers', 0, 'image'));
  };
  const { revision, repository } = KUSTOMIZATIONS[operator.kustomization];
  const [image] = images();
  expect(image).toMatch(/^ghcr\.io\/kubeflow\//);
  expect(String(image).startsWith(`ghcr.io/${repository.replace('https://github.com/', '')}/`)).toBe(true);
  expect(String(image).endsWith(`:${revision}`)).toBe(true);
  expect(images(mirror)).toEqual([String(image).replace('ghcr.io', mirror)]);
});
