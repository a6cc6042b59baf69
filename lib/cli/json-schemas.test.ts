import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchemas } from './json-schemas.ts';

const schemas = jsonSchemas().map(({ path, content }) => [path, content, JSON.parse(content)] as const);

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths of properties that a person may write and that nothing describes. */
function* undescribed(schema: unknown, path = ''): Generator<string> {
  if (Array.isArray(schema)) for (const one of schema) yield* undescribed(one, path);
  if (!isMap(schema)) return;
  for (const [key, value] of Object.entries(isMap(schema.properties) ? schema.properties : {})) {
    if (!isMap(value) || typeof value.description !== 'string' || value.description === '') yield `${path}.${key}`;
    yield* undescribed(value, `${path}.${key}`);
  }
  for (const below of ['items', 'anyOf', 'oneOf', 'allOf', 'additionalProperties']) {
    yield* undescribed(schema[below], path);
  }
}

/** Paths of objects that take keys that nobody knows. */
function* open(schema: unknown, path = ''): Generator<string> {
  if (Array.isArray(schema)) for (const one of schema) yield* open(one, path);
  if (!isMap(schema)) return;
  if (isMap(schema.properties) && schema.additionalProperties !== false) yield path;
  for (const [key, value] of Object.entries(schema)) yield* open(value, `${path}.${key}`);
}

test.each(schemas)('%s is the one in the repository; npm run synth writes it', (path, content) => {
  expect(readFileSync(join(__dirname, '../..', path), 'utf8')).toBe(content);
});

test.each(schemas)('%s describes every field', (_path, _content, schema) => {
  expect([...undescribed(schema)]).toEqual([]);
});

test.each(schemas)('%s takes no key that it does not know', (_path, _content, schema) => {
  expect([...open(schema)]).toEqual([]);
});

test('an environment may leave out what the defaults hold, but not half an entry of a list', () => {
  const [, , environment] = schemas.find(([path]) => path.includes('environment')) ?? [];
  expect(environment.required).toBeUndefined();
  expect(environment.properties.cluster.required).toBeUndefined();
  expect(environment.properties.cluster.properties.nodePools.items.required).toContain('name');
});

test('a component may stand there with nothing behind it', () => {
  const [, , environment] = schemas.find(([path]) => path.includes('environment')) ?? [];
  expect(environment.properties.components.type).toEqual(['object', 'null']);
});
