import { App, Chart } from 'cdk8s';
import { breaches } from '../../kubernetes/pod-security.ts';
import { KubeflowNotebook, type KubeflowNotebookProps } from './index.ts';

const least = { name: 'ada', namespace: 'team', image: 'registry.example.com/notebook:1', cpu: '1', memory: '4Gi' };

// biome-ignore lint/suspicious/noExplicitAny: manifests as cdk8s returns them
const made = (props: Partial<KubeflowNotebookProps> = {}): readonly any[] => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new KubeflowNotebook(chart, 'notebook', { ...least, ...props });
  return chart.toJson();
};
const podOf = (props?: Partial<KubeflowNotebookProps>) => made(props)[0].spec.template.spec;
const containerOf = (props?: Partial<KubeflowNotebookProps>) => podOf(props).containers[0];

test('its pod is admitted under restricted, as the user that the images of Kubeflow are made for', () => {
  expect([...breaches(podOf(), 'restricted', {})]).toEqual([]);
  expect(podOf().securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 0, fsGroup: 100 });
  expect(podOf({ user: { uid: 1234, gid: 100 } }).securityContext).toMatchObject({ runAsUser: 1234, runAsGroup: 100 });
});

test('the container is called like the Notebook, of whose state the controller looks for it, and answers where the culler asks', () => {
  expect(containerOf()).toMatchObject({
    name: 'ada',
    ports: [{ containerPort: 8888 }],
    readinessProbe: { tcpSocket: { port: 'notebook-port' } },
    resources: { requests: { cpu: '1', memory: '4Gi' }, limits: { memory: '4Gi' } },
  });
});

test('without a GPU it sees none of the node, with one it asks for it', () => {
  expect(containerOf().env).toEqual([{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'void' }]);
  const gpu = { resource: 'nvidia.com/gpu', count: 2 };
  const tolerations = [{ key: 'nvidia.com/gpu', operator: 'Exists' as const }];
  expect(containerOf({ gpu })).toMatchObject({ resources: { limits: { 'nvidia.com/gpu': '2' } } });
  expect(containerOf({ gpu }).env).toBeUndefined();
  expect(podOf({ gpu, placement: { tolerations, nodeSelector: { pool: 'gpu' } } })).toMatchObject({
    tolerations,
    nodeSelector: { pool: 'gpu' },
  });
});

test('its home is a volume that outlives it, and asks a person before it goes', () => {
  const objects = made({ home: { size: '10Gi', storageClass: 'gp3', labels: { a: 'b' } }, labels: { team: 'vision' } });
  expect(objects.find(({ kind }) => kind === 'PersistentVolumeClaim')).toMatchObject({
    metadata: {
      name: 'ada-home',
      labels: { a: 'b', team: 'vision' },
      annotations: { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' },
    },
    spec: { storageClassName: 'gp3', resources: { requests: { storage: '10Gi' } } },
  });
  const pod = objects[0].spec.template.spec;
  expect(pod.volumes).toContainEqual({ name: 'home', persistentVolumeClaim: { claimName: 'ada-home' } });
  expect(pod.containers[0].volumeMounts).toContainEqual({ name: 'home', mountPath: '/home/jovyan' });
  expect(made().map(({ kind }) => kind)).not.toContain('PersistentVolumeClaim');
});

test('volumes that are there already are mounted, to be read where that is said', () => {
  const pod = podOf({
    volumes: [
      { claim: 'shared', path: '/mnt/shared' },
      { claim: 'imagenet', path: '/data', readOnly: true },
    ],
  });
  expect(pod.containers[0].volumeMounts.slice(1)).toEqual([
    { name: 'shared', mountPath: '/mnt/shared' },
    { name: 'imagenet', mountPath: '/data', readOnly: true },
  ]);
  expect(pod.volumes[2]).toEqual({
    name: 'imagenet',
    persistentVolumeClaim: { claimName: 'imagenet', readOnly: true },
  });
});

test('labels, by which PodDefaults select it, are those of the Notebook: the controller hands them to the pod', () => {
  expect(made({ labels: { team: 'vision' }, podDefaults: ['s3'] })[0].metadata.labels).toEqual({
    team: 'vision',
    s3: 'true',
  });
});

test('it has an account of its own, or the one that is named, and no token of either', () => {
  const account = made().find(({ kind }) => kind === 'ServiceAccount');
  expect(account).toMatchObject({ metadata: { name: 'ada' }, automountServiceAccountToken: false });
  expect(podOf()).toMatchObject({ serviceAccountName: 'ada', automountServiceAccountToken: false });
  expect(podOf({ serviceAccount: 'team' }).serviceAccountName).toBe('team');
  expect(made({ serviceAccount: 'team' }).map(({ kind }) => kind)).not.toContain('ServiceAccount');
});

test('what the culler writes is not written', () => {
  expect(made()[0].metadata.annotations).toBeUndefined();
});

test.each([
  ['a name that leaves no room', { name: 'a'.repeat(53) }, /53 characters; at most 52/],
  ['root', { user: { uid: 0, gid: 0 } }, /no pod runs as root/],
  ['the path under which it answers', { env: { NB_PREFIX: '/' } }, /NB_PREFIX is what the controller sets/],
  ['a volume of a name that is taken', { volumes: [{ claim: 'home', path: '/x' }] }, /rename the claim/],
])('%s is refused', (_, props, message) => {
  expect(() => made(props)).toThrow(message);
});
