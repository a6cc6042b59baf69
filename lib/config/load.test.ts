import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { environmentContext } from './context.ts';
import { type LoadedEnvironment, loadEnvironments } from './load.ts';
import { problemAt } from './problem.ts';
import { renderProblems } from './render.ts';
import { TEST_SCHEMAS } from './testing.ts';

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true });
});

function repository(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'keelson-'));
  roots.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, 'environments', file)), { recursive: true });
    writeFileSync(join(root, 'environments', file), text);
  }
  return root;
}

const environment = (name: string, more = '') => `
cluster:
  name: ${name}
  provider: kind
  kubernetesVersion: "1.34"
  domain: ${name}.example.com
  nodePools: [{name: small, instanceType: kind, cpu: 0.5, memory: 1024Mi, min: 1, max: 1}]
argocd: {repository: {url: "https://git.example.com/ml/platform.git"}}
${more}`;
const team = (name: string) => `name: ${name}\nquota: {cpu: 8}\n`;

function load(files: Readonly<Record<string, string>>, only?: readonly string[]) {
  const { environments, problems, locate } = loadEnvironments(repository(files), TEST_SCHEMAS, only ? { only } : {});
  const byName = new Map(environments.map((one): [string, LoadedEnvironment] => [one.name, one]));
  return { byName, told: renderProblems(problems, locate), locate };
}

test('environments come in the order of their names, with their teams, their defaults and where they were read', () => {
  const { byName, told } = load({
    'prod/environment.yaml': environment('prod'),
    'prod/teams/vision.yaml': team('vision'),
    'prod/teams/ranking.yaml': team('ranking'),
    'dev/environment.yaml': environment('dev'),
  });
  expect(told).toBe('');
  expect([...byName.keys()]).toEqual(['dev', 'prod']);
  const prod = byName.get('prod');
  expect(prod?.file).toBe('environments/prod/environment.yaml');
  expect(prod?.teams.map(({ name, file }) => [name, file])).toEqual([
    ['ranking', 'environments/prod/teams/ranking.yaml'],
    ['vision', 'environments/prod/teams/vision.yaml'],
  ]);
  expect(prod?.config.namespacePrefix).toBe('');
  expect(prod?.config.operators).toBe('install');
  expect(prod?.config.argocd.namespace).toBe('argocd');
  expect(prod?.config.components).toEqual({});
  expect(prod?.config.cluster.nodePools[0]).toMatchObject({ cpu: '500m', memory: '1Gi' });
});

test('the provider completes what the cluster leaves out', () => {
  const { byName } = load({ 'prod/environment.yaml': environment('prod') });
  expect(byName.get('prod')?.config.cluster).toMatchObject({
    storageClasses: { block: 'standard' },
    apiServer: { port: 6443 },
    destination: { server: 'https://kubernetes.default.svc' },
  });
});

test('a component is in an environment when its key is there, with or without settings', () => {
  const { byName, told } = load({
    'a/environment.yaml': environment('a', 'components:\n  mlflow:\nexternal:\n'),
    'b/environment.yaml': environment('b', 'components: {mlflow: {replicas: 3}}'),
    'c/environment.yaml': environment('c', 'components:'),
  });
  expect(told).toBe('');
  expect(byName.get('a')?.config.components).toEqual({ mlflow: { replicas: 1, cpu: '1', auth: false } });
  expect(byName.get('b')?.config.components).toMatchObject({ mlflow: { replicas: 3 } });
  expect(Object.keys(byName.get('c')?.config.components ?? { unread: true })).toEqual([]);
});

test('defaults lie under every environment: maps merge, lists replace, an empty key changes nothing', () => {
  const { byName, told } = load({
    'defaults.yaml': 'components:\n  mlflow: {replicas: 3, hosts: [a, b]}\noperators: install\n',
    'a/environment.yaml': environment('a', 'components:\n  mlflow:\n'),
    'b/environment.yaml': environment('b', 'components: {mlflow: {hosts: [c]}}'),
  });
  expect(told).toBe('');
  expect(byName.get('a')?.config.components).toMatchObject({ mlflow: { replicas: 3, hosts: ['a', 'b'] } });
  expect(byName.get('b')?.config.components).toMatchObject({ mlflow: { replicas: 3, hosts: ['c'] } });
});

test('only those that are asked for are read in full, but their neighbours on the cluster are seen', () => {
  const files = {
    'dev/environment.yaml': environment('shared'),
    'prod/environment.yaml': environment('shared'),
    'prod/teams/vision.yaml': 'broken: [\n',
    'staging/environment.yaml': 'broken: [\n',
  };
  expect(load(files, ['dev'])).toMatchObject({ told: '' });
  expect([...load(files, ['dev']).byName.keys()]).toEqual(['dev']);
  expect(load(files, ['prod']).told).toContain('dev installs the operators of cluster shared already');
  expect(load(files, ['prod']).told).not.toContain('staging');
});

test('an environment that does not exist is answered with the nearest that does', () => {
  expect(load({ 'prod/environment.yaml': environment('prod') }, ['prd']).told).toBe(
    'environments/prd/environment.yaml:1:1  there is no environment "prd"; did you mean "prod"?\n  allowed: prod\n',
  );
});

test('two environments share a cluster under different prefixes, one installing the operators of both', () => {
  const { byName, told } = load({
    'dev/environment.yaml': environment('shared', 'namespacePrefix: dev-'),
    'staging/environment.yaml': environment(
      'shared',
      'namespacePrefix: staging-\noperators: {providedBy: dev}',
    ).replace('domain: ', 'domain: staging.'),
  });
  expect(told).toBe('');
  expect(byName.get('staging')?.config.operators).toEqual({ providedBy: 'dev' });
});

test('sealed values come with the environment', () => {
  const sealed = 'Ag'.repeat(100);
  const { byName } = load({
    'prod/environment.yaml': environment('prod'),
    'prod/sealed-secrets.yaml': `prod-data/db:\n  password: ${sealed}\n`,
  });
  expect(byName.get('prod')?.sealedSecrets).toEqual({ 'prod-data/db': { password: sealed } });
});

test('a file that cannot be read is a mistake, not a crash', () => {
  const root = repository({ 'prod/environment.yaml': environment('prod'), 'prod/teams/vision.yaml': team('vision') });
  symlinkSync('nowhere', join(root, 'environments/prod/teams/ranking.yaml'));
  const { problems, locate } = loadEnvironments(root, TEST_SCHEMAS);
  expect(renderProblems(problems, locate)).toBe('environments/prod/teams/ranking.yaml:1:1  cannot be read\n');
});

test('mistakes found after the files were read point into them, also where a path leads nowhere', () => {
  const { locate } = load({
    'defaults.yaml': 'components:\n  store: {kind: minio, drives: 4}\n',
    'prod/environment.yaml': environment('prod', 'components:\n  mlflow:\n    replicas: 3\n'),
  });
  const file = 'environments/prod/environment.yaml';
  const place = (...path: string[]) => {
    const { file: where, line, column } = locate(problemAt({ file, path }, 'is wrong'));
    return `${where}:${line}:${column}`;
  };
  expect(place('components', 'mlflow')).toBe(`${file}:10:3`);
  expect(place('components', 'mlflow', 'replicas')).toBe(`${file}:11:15`);
  expect(place('components', 'mlflow', 'gc', 'schedule')).toBe(`${file}:10:3`);
  expect(place('components', 'store', 'drives')).toBe('environments/defaults.yaml:2:32');
  expect(place('components', 'store', 'nothing')).toBe('environments/defaults.yaml:2:3');
  expect(place('components', 'nothing')).toBe(`${file}:9:1`);
  expect(place('nothing')).toBe(`${file}:1:1`);
  expect(place()).toBe(`${file}:2:1`);
  expect(locate(problemAt({ file: 'environments/nowhere.yaml', path: ['a'] }, 'is wrong'))).toMatchObject({ line: 1 });
});

test('namespaces carry the prefix, and one that would be too long says how much room there is', () => {
  const { byName } = load({ 'prod/environment.yaml': environment('prod', 'namespacePrefix: prod-') });
  const prod = byName.get('prod');
  if (!prod) throw new Error('prod was not read');
  const context = environmentContext(prod);
  expect(context.namespace('data')).toBe('prod-data');
  expect(context.namespace('a'.repeat(58))).toHaveLength(63);
  expect(() => context.namespace('a'.repeat(59))).toThrow('a component may use 58 beside the prefix "prod-"');
  expect(context.provider.name).toBe('kind');
});

test('images come through the mirror of the cluster', () => {
  const mirror = environment('prod').replace('provider:', 'registryMirror: registry.example.com/mirror\n  provider:');
  const { byName } = load({ 'prod/environment.yaml': mirror, 'dev/environment.yaml': environment('dev') });
  const [dev, prod] = [...byName.values()].map((one) => environmentContext(one).image('mlflow'));
  expect(prod).toBe(dev?.replace(/^[^/]+/, 'registry.example.com/mirror'));
});
