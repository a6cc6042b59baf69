import { groupKind, type Manifest } from '../lib/platform/manifest-set.ts';
import { complaints, Repository } from './support/outcome.ts';
import { invalidities } from './support/valid.ts';

/* An environment whose teams have Kubeflow's notebooks, whole. */

const repository = new Repository();

const ENVIRONMENT = {
  namespacePrefix: 'x-',
  cluster: {
    name: 'one',
    provider: 'eks',
    kubernetesVersion: '1.34',
    region: 'eu-central-1',
    domain: 'ml.example.com',
    storageClasses: { block: 'gp3', shared: 'efs' },
    people: { userPrefix: 'oidc:', groupPrefix: 'oidc:' },
    nodePools: [
      { name: 'general', instanceType: 'any', cpu: 8, memory: '32Gi', min: 1, max: 9 },
      {
        name: 'gpu',
        instanceType: 'g5.2xlarge',
        cpu: 8,
        memory: '30Gi',
        gpu: { model: 'a10g', count: 1 },
        min: 0,
        max: 4,
        taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }],
        labels: { pool: 'gpu' },
      },
    ],
  },
  argocd: { repository: { url: 'https://git.example.com/ml/platform.git' } },
  components: {
    secrets: { source: 'generated' },
    postgres: {},
    minio: {},
    mlflow: {},
    ray: { head: { cpu: 1, memory: '4Gi' }, workerGroups: [] },
    notebooks: { flavour: 'kubeflow', idle: '90m' },
  },
};

const NOTEBOOKS = [
  { name: 'ada', image: 'registry.example.com/notebook:1.0.0', cpu: 1, memory: '4Gi' },
  { name: 'train', image: 'registry.example.com/notebook:1.0.0', cpu: 2, memory: '8Gi', gpu: { model: 'a10g' } },
];

const team = (kubeflow: unknown, more: object = {}) => ({
  name: 'vision',
  displayName: 'Vision',
  costCentre: 'cc-1',
  members: { admins: { users: ['ada@example.com'] } },
  quota: { cpu: 16, memory: '64Gi', storage: '1Ti', gpus: 2 },
  sharedVolume: { size: '100Gi' },
  datasets: [{ name: 'imagenet', claim: 'imagenet' }],
  kubeflow,
  ...more,
});

const outcome = (kubeflow: unknown, more: object = {}, environment: object = {}) =>
  repository
    .replace({
      'environments/one/environment.yaml': { ...ENVIRONMENT, ...environment },
      'environments/one/teams/vision.yaml': team(kubeflow, more),
    })
    .outcome();

const made = (result: ReturnType<typeof outcome>): readonly Manifest[] =>
  [...(result.results[0]?.manifests ?? [])].map(({ manifest }) => manifest);

const find = (manifests: readonly Manifest[], kind: string, name: string) =>
  manifests.find((one) => groupKind(one) === kind && one.metadata.name === name);

describe('an environment with notebooks of Kubeflow', () => {
  const whole = outcome({ notebooks: NOTEBOOKS, profile: true });
  const manifests = made(whole);

  test('follows every rule, and every object of it is valid', () => {
    expect(complaints(whole)).toEqual([]);
    expect([...manifests, ...(whole.results[0]?.argocd ?? [])].flatMap(invalidities)).toEqual([]);
  });

  test('installs the controllers, which stop notebooks when the environment says so', () => {
    for (const operator of ['kubeflow-notebooks', 'kubeflow-poddefaults', 'kubeflow-profiles', 'cert-manager']) {
      expect(find(manifests, 'argoproj.io/Application', `one.${operator}`)).toBeDefined();
    }
    const application = find(manifests, 'argoproj.io/Application', 'one.kubeflow-notebooks');
    expect(JSON.stringify(application)).toContain('CULL_IDLE_TIME\\",\\"value\\":\\"90\\"');
  });

  test('lets the culler ask the notebooks of teams, and nobody else', () => {
    const policy = find(manifests, 'networking.k8s.io/NetworkPolicy', 'vision-kubeflow');
    expect(policy).toMatchObject({
      metadata: { namespace: 'x-team-vision' },
      spec: {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'vision-kubeflow' } },
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kubeflow-notebooks' } },
                podSelector: { matchLabels: { app: 'notebook-controller' } },
              },
            ],
            ports: [{ port: 8888 }],
          },
        ],
      },
    });
  });

  test('gives every notebook of a team what the platform offers it, and the label that lets it get there', () => {
    expect(find(manifests, 'kubeflow.org/PodDefault', 'platform')).toMatchObject({
      metadata: { namespace: 'x-team-vision' },
      spec: {
        selector: { matchExpressions: [{ key: 'notebook-name', operator: 'Exists' }] },
        labels: { 'app.kubernetes.io/name': 'vision-kubeflow' },
        env: expect.arrayContaining([
          { name: 'KEELSON_TEAM', value: 'vision' },
          expect.objectContaining({ name: 'MLFLOW_TRACKING_URI' }),
          expect.objectContaining({ name: 'RAY_ADDRESS' }),
        ]),
        volumeMounts: [
          { name: 'shared', mountPath: '/mnt/shared' },
          { name: 'imagenet', mountPath: '/mnt/datasets/imagenet', readOnly: true },
        ],
      },
    });
    // The controller hands the Notebook's labels to its pod, and the PodDefault refuses a pod that says something else.
    expect(find(manifests, 'kubeflow.org/Notebook', 'ada')?.metadata.labels).toMatchObject({
      'app.kubernetes.io/name': 'vision-kubeflow',
    });
  });

  test('puts a notebook with a GPU where there is one', () => {
    expect(find(manifests, 'kubeflow.org/Notebook', 'train')).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [{ resources: { limits: { 'nvidia.com/gpu': '1' } } }],
            tolerations: [{ key: 'nvidia.com/gpu' }],
          },
        },
      },
    });
  });

  test('has a Profile for the namespace, which is ours and says whose it is, with the numbers of its quota', () => {
    const namespace = find(manifests, '/Namespace', 'x-team-vision');
    const profile = find(manifests, 'kubeflow.org/Profile', 'x-team-vision');
    expect(namespace?.metadata.annotations).toMatchObject({ owner: 'oidc:ada@example.com' });
    expect(profile).toMatchObject({ spec: { owner: { kind: 'User', name: 'oidc:ada@example.com' } } });
    const quota = find(manifests, '/ResourceQuota', 'team-vision');
    expect(Object(profile?.spec).resourceQuotaSpec).toEqual(quota?.spec);
  });
});

test('without a Profile there is no controller of Profiles, and no owner', () => {
  const manifests = made(outcome({ notebooks: NOTEBOOKS }));
  expect(manifests.filter(({ metadata }) => metadata.name.includes('profiles'))).toEqual([]);
  expect(find(manifests, '/Namespace', 'x-team-vision')?.metadata.annotations).not.toHaveProperty('owner');
});

test.each([
  [
    'a Profile that nobody owns',
    { profile: true },
    { members: {} },
    ['kubeflow', 'profile'],
    'name one in members.admins',
  ],
  [
    'a GPU that no node has',
    { notebooks: [{ ...NOTEBOOKS[0], gpu: { model: 'h100' } }] },
    {},
    ['kubeflow', 'notebooks', 0, 'gpu'],
    'h100',
  ],
  [
    'two notebooks of one name',
    { notebooks: [NOTEBOOKS[0], { ...NOTEBOOKS[0] }] },
    {},
    ['kubeflow', 'notebooks', 1, 'name'],
    'name of two notebooks',
  ],
  [
    'notebooks that are more than the quota',
    {
      notebooks: [
        { ...NOTEBOOKS[0], memory: '24Gi' },
        { ...NOTEBOOKS[1], memory: '24Gi' },
        { ...NOTEBOOKS[0], name: 'c', memory: '24Gi' },
      ],
    },
    {},
    [],
    'memory',
  ],
])('%s is answered with a sentence', (_, kubeflow, more, path, sentence) => {
  const { problems, results } = outcome(kubeflow, more);
  expect(results).toEqual([]);
  expect(problems).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        file: 'environments/one/teams/vision.yaml',
        message: expect.stringContaining(sentence),
        ...(path.length > 0 && { path }),
      }),
    ]),
  );
});

test('another flavour than there is is answered with those that are', () => {
  const components = { ...ENVIRONMENT.components, notebooks: { flavour: 'zeppelin' } };
  const { problems } = outcome({}, {}, { components });
  expect(problems.map(({ message }) => message).join()).toMatch(/jupyterhub.*kubeflow/);
});
