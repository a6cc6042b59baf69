import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MARK } from './output.ts';
import { readSources } from './sources.ts';

const root = join(__dirname, '..', '..');
const folder = join(root, 'imports');
const modules = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
const generated = modules.filter(({ text }) => text.includes(MARK));
const sources = readSources(join(root, 'schemas', 'sources.yaml'));

describe('imports |', () => {
  test.each(modules)('$name holds types and nothing that runs', ({ text }) => {
    const statements = text.split('\n').filter((line) => /^\S/.test(line) && !/^(\/\/|\/\*\*|};$)/.test(line));
    const running = statements.filter((line) => !/^(export type \w+ = \{$|import type )/.test(line));
    expect(running).toEqual([]);
  });

  test.each(generated)('$name says from what package and version it comes', ({ name, text }) => {
    const operator = sources.operators.find((source) => `${source.name}.ts` === name);
    const { module, version } = operator ?? { module: sources.kubernetes.module, ...sources.kubernetes.versions[0] };
    expect(text.split('\n')[0]).toContain(`from ${module} ${version},`);
  });

  test('stay below 3 MB', () => {
    const size = modules.reduce((sum, { name }) => sum + statSync(join(folder, name)).size, 0);
    expect(size).toBeLessThan(3_000_000);
  });

  test('there is one module for every source', () => {
    const expected = ['k8s.ts', ...sources.operators.map(({ name }) => `${name}.ts`)];
    expect(generated.map(({ name }) => name).sort()).toEqual(expected.sort());
  });
});

test('every kind of the bindings has a schema', () => {
  const kinds = modules
    .filter(({ name }) => name !== 'k8s.ts')
    .flatMap(({ text }) => [...text.matchAll(/apiVersion: "(.+?)\/(.+?)";\n {2}readonly kind: "(.+?)";/g)])
    .map(([, group, version, kind]) =>
      `${group}/${kind}_${version}.json`.replace(/[^/]+$/, (file) => file.toLowerCase()),
    );
  expect(kinds.length).toBeGreaterThan(50);
  expect(kinds.filter((file) => !existsSync(join(root, 'schemas', 'crds', file)))).toEqual([]);
});
