import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..', '..');

/** Files that each break one rule of the house, and a part of what the linter answers. */
const refused = [
  ['lib/graph/a.ts', `import { App } from 'cdk8s';\nexport const x = App;\n`, 'the graph is pure data'],
  [
    'lib/constructs/mlflow/a.ts',
    `import { KINDS } from '../../components/index.ts';\nexport const x = KINDS;\n`,
    'constructs are usable without the rest',
  ],
  [
    'lib/components/a.ts',
    `import { postgres } from './postgres.ts';\nexport const x = postgres;\n`,
    'no other component',
  ],
  [
    'lib/components/b.ts',
    `import { plan } from '../platform/plan.ts';\nexport const x = plan;\n`,
    'no other component',
  ],
  ['lib/rules/a.ts', `import { plan } from '../platform/plan.ts';\nexport const x = plan;\n`, 'rules see objects'],
  ['lib/components/c.ts', `export const x = JSON.parse('1') as number;\n`, 'no type assertions'],
  ['lib/derive/a.ts', `export const x = process.env.HOME;\n`, 'no clock, randomness or process environment'],
  ['lib/derive/b.ts', 'export const x = (n: string) => `${n}.data.svc:80`;\n', 'lib/graph/endpoint.ts only'],
  ['lib/derive/c.ts', `export const x = 'minio.data.svc';\n`, 'lib/graph/endpoint.ts only'],
] as const;

const accepted = [
  [
    'lib/components/d.ts',
    `import { NAME } from '../platform/labels.ts';\nimport { defineKind } from './component.ts';\nexport const x = { NAME, defineKind } as const;\n`,
  ],
  ['lib/graph/endpoint.ts', 'export const x = (n: string) => `${n}.data.svc`;\n'],
] as const;

let tree: string;
const messages = new Map<string, string>();

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'keelson-lint-'));
  cpSync(join(root, 'biome.json'), join(tree, 'biome.json'));
  cpSync(join(root, 'tools', 'lint'), join(tree, 'tools', 'lint'), { recursive: true });
  spawnSync('git', ['init', '--quiet', tree]);
  writeFileSync(join(tree, '.gitignore'), '\n');
  for (const [path, text] of [...refused, ...accepted]) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const { stdout } = spawnSync(biome, ['lint', '--reporter=json', '--max-diagnostics=none', 'lib'], {
    cwd: tree,
    encoding: 'utf8',
  });
  for (const { location, message } of JSON.parse(stdout).diagnostics) {
    messages.set(location.path, `${messages.get(location.path) ?? ''}${message}\n`);
  }
});

afterAll(() => rmSync(tree, { recursive: true }));

test.each(refused)('%s is refused', (path, _, message) => {
  expect(messages.get(path)).toContain(message);
});

test.each(accepted)('%s is accepted', (path) => {
  expect(messages.get(path)).toBeUndefined();
});
