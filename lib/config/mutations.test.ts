import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { loadEnvironments } from './load.ts';
import { renderProblems } from './render.ts';
import { TEST_SCHEMAS } from './testing.ts';
import { HINT } from './zod-problems.ts';

const VALID = {
  namespacePrefix: 'prod-',
  cluster: {
    name: 'prod',
    provider: 'eks',
    kubernetesVersion: '1.34',
    domain: 'ml.example.com',
    destination: { name: 'prod' },
    apiServer: { cidrs: ['10.0.0.0/16', '2001:db8::/32'], port: 443 },
    storageClasses: { block: 'gp3', shared: 'efs' },
    nodePools: [
      { name: 'small', instanceType: 'm7i.xlarge', cpu: 4, memory: '16Gi', min: 1, max: 3, labels: { pool: 'small' } },
      {
        name: 'gpu',
        instanceType: 'g5.xlarge',
        cpu: '3500m',
        memory: '14Gi',
        gpu: { model: 'a10g', count: 1 },
        min: 0,
        max: 8,
      },
    ],
  },
  argocd: { repository: { url: 'https://git.example.com/ml/platform.git' } },
  operators: { providedBy: 'dev' },
  components: {
    mlflow: { replicas: 2, hosts: ['a.example.com'], gc: { schedule: '0 2 * * *', olderThan: '90d' } },
    store: { kind: 'minio', drives: 4 },
  },
  external: { postgres: { host: 'db.example.com' } },
};
const DEFAULTS = { components: { mlflow: { cpu: '500m' } }, monitoring: { namespace: 'monitoring', release: 'kps' } };

let root: string;
const path = (file: string) => join(root, 'environments', file);
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'keelson-'));
  mkdirSync(path('prod'), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true }));

function check(environment: string, defaults: string): string {
  writeFileSync(path('prod/environment.yaml'), environment);
  writeFileSync(path('defaults.yaml'), defaults);
  const { environments, problems, locate } = loadEnvironments(root, TEST_SCHEMAS);
  // Either it is right or something is said about it.
  expect(environments.length === 0).toBe(problems.length > 0);
  for (const problem of problems) {
    const { file, line, column, length, text } = locate(problem);
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(line);
    expect(column).toBeGreaterThanOrEqual(1);
    if (text !== undefined) {
      expect(lines[line - 1]?.replace(/\r$/, '')).toBe(text);
      expect(column - 1 + length).toBeLessThanOrEqual(Math.max(text.length, column));
    }
    expect(problem.message).not.toMatch(/undefined|\[object|Invalid|^$/);
    expect(problem.message).not.toContain(HINT);
    expect(problem.message.split('\n')).toHaveLength(1);
  }
  return renderProblems(problems, locate);
}

const node = (value: unknown): string[][] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, below]) => [[key], ...node(below).map((path) => [key, ...path])])
    : [];

/** A copy with one place changed. */
function changed(
  value: unknown,
  [key = '', ...rest]: readonly string[],
  change: (at: unknown, key: string) => unknown,
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, below]) => {
    if (name !== key) return [name, below];
    return rest.length === 0 ? change(below, name) : [name, changed(below, rest, change)];
  });
  const kept = entries.filter(Array.isArray);
  return Array.isArray(value) ? kept.map(([, below]) => below) : Object.fromEntries(kept);
}

const junk = fc.oneof(
  fc.constantFrom(
    null,
    '',
    ' ',
    [],
    {},
    0,
    -1,
    1.5,
    true,
    '__proto__',
    'constructor',
    '<<',
    '*',
    '&a',
    '!x',
    Number.NaN,
  ),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 3 }),
);
const mutation = fc.oneof(
  junk.map((value) => (_: unknown, key: string) => [key, value]),
  fc.constant(() => undefined),
  fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString', 'replica')).map((name) => (at: unknown) => [name, at]),
);

test('any value, anywhere, is either taken or answered with its place', () => {
  expect(check(stringify({ ...VALID, operators: 'install' }), stringify(DEFAULTS))).toBe('');
  const cases = fc.tuple(fc.boolean(), fc.nat(), mutation, fc.nat(), mutation);
  fc.assert(
    fc.property(cases, ([below, first, change, second, again]) => {
      const paths = node(below ? DEFAULTS : VALID);
      const once = changed(below ? DEFAULTS : VALID, paths[first % paths.length] ?? [], change);
      const left = node(once);
      const twice = left.length === 0 ? once : changed(once, left[second % left.length] ?? [], again);
      check(stringify(below ? VALID : twice), stringify(below ? twice : DEFAULTS));
    }),
    { numRuns: 300 },
  );
});

test('any damage to the text itself is either harmless or answered with its place', () => {
  const text = stringify({ ...VALID, operators: 'install' });
  const piece = fc.oneof(
    fc.constantFrom(
      '\t',
      '\n',
      ':',
      '- ',
      '{',
      ']',
      '"',
      "'",
      '&a ',
      '*a',
      '<<: ',
      '!t ',
      '#',
      '\n---\n',
      '|',
      '? ',
      '%',
      '@',
      '\r',
      '\u0000',
      '\ufeff',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.nat({ max: text.length }), fc.nat({ max: 20 }), piece, (at, cut, put) => {
      check(text.slice(0, at) + put + text.slice(at + cut), stringify(DEFAULTS));
    }),
    { numRuns: 500 },
  );
});
