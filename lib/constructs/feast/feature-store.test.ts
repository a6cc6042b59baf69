import { App, Chart } from 'cdk8s';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { FeatureStore, type FeatureStoreProps } from './feature-store.ts';

const secret = SecretRef.to(declaredSecret('redis', ['password'], 'test'), 'password');
const least: FeatureStoreProps = {
  name: 'vision-features',
  image: 'registry.example.com/feature-server:1',
  project: 'vision',
  registry: { kind: 'remote', endpoint: { host: 'feast', port: 6570 } },
  onlineStore: { endpoint: { host: 'redis', port: 6379 }, tls: false, login: { username: 'vision', password: secret } },
  offlineStore: { kind: 'duckdb', directory: '/mnt/shared' },
  definitions: { kind: 'files', files: { 'fraud.py': 'x = 1' } },
  materializations: [{ name: 'hourly', schedule: '5 * * * *' }],
};

// biome-ignore lint/suspicious/noExplicitAny: manifests as cdk8s returns them
function objects(props: Partial<FeatureStoreProps> = {}): any[] {
  const chart = new Chart(new App(), 'test', { namespace: 'team-vision', disableResourceNameHashes: true });
  new FeatureStore(chart, 'store', { ...least, ...props });
  return chart.toJson();
}
const found = (kind: string, props: Partial<FeatureStoreProps> = {}, name = /./) =>
  objects(props).find((object) => object.kind === kind && name.test(object.metadata.name));
const container = (props: Partial<FeatureStoreProps> = {}) =>
  found('Deployment', props).spec.template.spec.containers[0];

test('what it makes', () => {
  expect(objects().map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toMatchInlineSnapshot(`
[
  "ConfigMap vision-features-apply-store",
  "ConfigMap vision-features-apply-definitions",
  "Job vision-features-apply-847a3fea05",
  "ConfigMap vision-features-materialize-hourly-store",
  "CronJob vision-features-materialize-hourly",
  "ServiceAccount vision-features",
  "ConfigMap vision-features-store",
  "Deployment vision-features",
  "Service vision-features",
  "PodDisruptionBudget vision-features",
]
`);
});

test('answers on all addresses, with metrics, and is asked for its health', () => {
  expect(container().args).toEqual(expect.arrayContaining(['--host=0.0.0.0', '--port=6566', '--metrics']));
  expect(container().startupProbe.httpGet).toEqual({ path: '/health', port: 'http' });
  expect(container().readinessProbe.httpGet).toEqual({ path: '/health', port: 'http' });
  // It asks the registry: without one every pod would be killed, over and over.
  expect(container().livenessProbe).toBeUndefined();
});

test('definitions are applied by a Job that is another one when they change, and only then', () => {
  const name = (props: Partial<FeatureStoreProps> = {}) => found('Job', props).metadata.name;
  expect(name()).toBe(name());
  expect(name({ definitions: { kind: 'files', files: { 'fraud.py': 'x = 2' } } })).not.toBe(name());
  expect(name({ replicas: 5 })).toBe(name());
  const git = (commit: string) => name({ definitions: { kind: 'git', url: 'https://git.example.com/a.git', commit } });
  expect(git('a'.repeat(40))).not.toBe(git('b'.repeat(40)));
});

test('the server is started when they are applied', () => {
  const wave = (kind: string) => Number(found(kind).metadata.annotations['argocd.argoproj.io/sync-wave']);
  expect(wave('Job')).toBeLessThan(wave('Deployment'));
});

test('a materialization runs once at a time, and ends', () => {
  const { schedule, concurrencyPolicy, startingDeadlineSeconds, jobTemplate } = found('CronJob').spec;
  expect({ schedule, concurrencyPolicy, startingDeadlineSeconds }).toEqual({
    schedule: '5 * * * *',
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 600,
  });
  expect(jobTemplate.spec).toMatchObject({ activeDeadlineSeconds: 3600, backoffLimit: 1 });
});

test('no pod has a token, unless tokens are how it knows people', () => {
  const templates = (props: Partial<FeatureStoreProps>) =>
    objects(props).flatMap(({ spec }) => spec?.template?.spec ?? spec?.jobTemplate?.spec.template.spec ?? []);
  const all = { offlineServer: true, ui: true } as const;
  expect(templates(all).map((pod) => pod.automountServiceAccountToken)).toEqual([false, false, false, false, false]);
  expect(objects(all).filter(({ kind }) => /Role/.test(kind))).toEqual([]);
  const known = { ...all, namespace: 'team-vision', auth: { kind: 'kubernetes' } } as const;
  expect(templates(known).map((pod) => pod.automountServiceAccountToken)).toEqual([true, true, true, true, true]);
  expect(found('ClusterRole', known).rules).toEqual([
    { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings', 'clusterrolebindings'], verbs: ['list'] },
  ]);
  expect(() => objects({ auth: { kind: 'kubernetes' } })).toThrow('needs the namespace');
});

test('an image with definitions runs everything, and nothing is copied', () => {
  const image = 'registry.example.com/vision/features:1';
  const props = { definitions: { kind: 'image', image, path: '/opt/features' } } as const;
  const job = found('Job', props).spec.template.spec;
  expect([job.initContainers, job.containers[0].image, container(props).image]).toEqual([undefined, image, image]);
  expect(job.containers[0].args).toContain('--chdir=/opt/features');
});

test('the token of a repository is in no argument', () => {
  const token = SecretRef.to(declaredSecret('repository', ['token'], 'test'), 'token');
  const definitions = {
    kind: 'git',
    url: 'https://git.example.com/a.git',
    commit: 'a'.repeat(40),
    path: 'features',
    token,
  } as const;
  const job = found('Job', { definitions }).spec.template.spec;
  const [step] = job.initContainers;
  expect(job.containers[0].args).toContain('--chdir=/repository/features');
  expect(step.env).toContainEqual({ name: 'REPOSITORY_TOKEN', valueFrom: token.valueFrom });
  expect(step.command.join(' ')).not.toContain('TOKEN');
});

test('TLS, where no mesh does it, for probes too', () => {
  const props = { tls: declaredSecret('cert', ['tls.crt', 'tls.key'], 'cert-manager') } as const;
  expect(container(props).args).toEqual(
    expect.arrayContaining(['--cert=/etc/feast-tls/tls.crt', '--key=/etc/feast-tls/tls.key']),
  );
  expect(container(props).readinessProbe.httpGet.scheme).toBe('HTTPS');
});

test('an autoscaler decides how many there are', () => {
  const props = { autoscaling: { min: 2, max: 6, cpuUtilization: 70 } } as const;
  expect(found('Deployment', props).spec.replicas).toBeUndefined();
  expect(found('HorizontalPodAutoscaler', props).spec).toMatchObject({ minReplicas: 2, maxReplicas: 6 });
  expect(found('PodDisruptionBudget', props)).toBeDefined();
});

test('memory follows the workers', () => {
  expect(container({ workers: 4 }).resources.limits.memory).toBe('1408Mi');
});

test('a registry of its own is served when asked for, and one that is a server is not served again', () => {
  expect(() => objects({ registryServer: true })).toThrow('the registry is a server already; leave out registryServer');
  const registry = { kind: 'file', path: '/var/lib/feast/registry.db' } as const;
  expect(found('Deployment', { registry, registryServer: true }, /-registry$/).spec.replicas).toBe(1);
});
