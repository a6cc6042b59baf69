import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { jsonSchemas } from '../cli/json-schemas.ts';
import { VALIDATED_MINORS } from '../config/cluster.ts';
import { loadEnvironments } from '../config/load.ts';
import { merge } from '../config/merge.ts';
import { renderProblems } from '../config/render.ts';
import { validate } from '../config/validate.ts';
import { SCHEMAS } from './environment-schema.ts';

const root = join(__dirname, '../..');
const { environments, problems, locate } = loadEnvironments(root, SCHEMAS);
const files = [...new Set(environments.flatMap((environment) => environment.files))];
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('nothing is wrong with the shipped environments', () => {
  expect(renderProblems(problems, locate)).toBe('');
  expect(environments.map(({ name }) => name)).toEqual(['dev', 'local', 'prod', 'staging']);
});

test.each(files)('%s names its schema, for editors', (file) => {
  const schema = /^# yaml-language-server: \$schema=(.*)\n/.exec(read(file))?.[1] ?? 'none';
  expect(schema).toMatch(/\.schema\.json$/);
  expect(existsSync(join(root, dirname(file), schema))).toBe(true);
});

test.each(files)('%s is right for an editor too', (file) => {
  const path = join(dirname(file), /\$schema=(.*)\n/.exec(read(file))?.[1] ?? 'none');
  const schema = jsonSchemas().find((one) => one.path === path);
  const result = z.fromJSONSchema(JSON.parse(schema?.content ?? 'false')).safeParse(parse(read(file)));
  expect(result.error?.issues ?? []).toEqual([]);
});

test('an editor finds a mistyped key below a component', () => {
  const [environment] = jsonSchemas();
  const schema = z.fromJSONSchema(JSON.parse(environment?.content ?? 'false'));
  const [prod] = environments.filter(({ name }) => name === 'prod');
  const data = parse(read(prod?.file ?? ''));
  data.components.mlflow = { replica: 3 };
  expect(JSON.stringify(schema.safeParse(data).error?.issues)).toContain('replica');
});

test('a cluster may have the versions of Kubernetes that the output is validated for, and no other', () => {
  const minors = readdirSync(join(root, 'schemas/kubernetes')).map((folder) => Number(folder.replace('v1.', '')));
  expect(VALIDATED_MINORS).toEqual({ oldest: Math.min(...minors), newest: Math.max(...minors) });
});

test('more copies than there can be, and than there are servers, is one mistake', () => {
  const [prod] = environments.filter(({ name }) => name === 'prod');
  const data = merge(parse(read('environments/defaults.yaml')), parse(read(prod?.file ?? '')));
  const settings = { components: { seaweedfs: { servers: 3, copies: 5 } } };
  expect(validate(SCHEMAS.environment, 'x', merge(data, settings)).problems).toEqual([
    { file: 'x', path: ['components', 'seaweedfs', 'copies'], at: 'value', message: '5 is too large; at most 3' },
  ]);
});

test('what is in no file is in no environment', () => {
  const local = environments.find(({ name }) => name === 'local');
  expect(Object.keys(local?.config.external ?? { unread: true })).toEqual([]);
});

test('no whole number is without a bound: a slip of the finger asks for three million pods', () => {
  const unbounded = (value: unknown, path: string): string[] => {
    if (typeof value !== 'object' || value === null) return [];
    const { type, maximum } = value as { type?: unknown; maximum?: unknown };
    const own = type === 'integer' && !(typeof maximum === 'number' && maximum < 2 ** 31) ? [path] : [];
    return [...own, ...Object.entries(value).flatMap(([key, below]) => unbounded(below, `${path}/${key}`))];
  };
  expect(jsonSchemas().flatMap(({ path, content }) => unbounded(JSON.parse(content), path))).toEqual([]);
});

test.each([
  ['domain', `${'a.'.repeat(100)}example`],
  ['registryMirror', 'mirror/images'],
])('cluster.%s leaves room for what is put before or behind it', (key, value) => {
  const [local] = environments.filter(({ name }) => name === 'local');
  const data = parse(read(local?.file ?? ''));
  data.cluster[key] = value;
  expect(SCHEMAS.environment.safeParse(data).error?.issues.map(({ path }) => path.join('.'))).toContain(
    `cluster.${key}`,
  );
});

test.each([
  ['url', 'https://git.example.com/{{ .path }}'],
  ['url', 'https://ml:token@git.example.com/ml/platform.git'],
  ['revision', '{{ .path.basename }}'],
  ['revision', 'two words'],
])('argocd.repository.%s is no template and no secret: %s', (key, value) => {
  const [local] = environments.filter(({ name }) => name === 'local');
  const data = parse(read(local?.file ?? ''));
  data.argocd = { repository: { url: 'https://git.example.com/ml/platform.git', [key]: value } };
  const issues = SCHEMAS.environment.safeParse(data).error?.issues ?? [];
  expect(issues.map(({ path }) => path.join('.'))).toEqual([`argocd.repository.${key}`]);
});

test.each([
  'https://git.example.com/ml/platform.git',
  'https://ml@dev.azure.com/ml/platform/_git/platform',
  'git@github.com:ml/platform.git',
  'ssh://git@git.example.com:2222/ml/platform.git',
])('a repository may be at %s', (url) => {
  const [local] = environments.filter(({ name }) => name === 'local');
  const data = { ...parse(read(local?.file ?? '')), argocd: { repository: { url, revision: 'release/v1.2+3' } } };
  expect(SCHEMAS.environment.safeParse(data).error?.issues ?? []).toEqual([]);
});
