import fc from 'fast-check';
import { jsonSchemas } from '../../lib/cli/json-schemas.ts';
import { type JsonSchema, type Place, placesIn, valueFor } from './schema-values.ts';

/** Files of a repository, as data. */
export type Files = Readonly<Record<string, unknown>>;

type Change = (files: Files) => Files;

const [ENVIRONMENT, TEAM] = ['environment', 'team'].map((name): JsonSchema => {
  const content = jsonSchemas().find(({ path }) => path === `schemas/${name}.schema.json`)?.content;
  return JSON.parse(content ?? '{}');
});

/** Something that has no place in a configuration. */
const junk = fc.oneof(
  fc.constantFrom(null, '', ' ', [], {}, 0, -1, 1.5, true, '__proto__', 'constructor', [null], Number.NaN),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** The files of a valid repository, and then one to three changes of them. */
export const mutated = (bases: readonly Files[]): fc.Arbitrary<Files> => {
  const known = new Map<Files, fc.Arbitrary<Change>>();
  const changesOf = (files: Files): fc.Arbitrary<Change> => {
    const changes = known.get(files) ?? changeOf(files);
    known.set(files, changes);
    return changes;
  };
  return fc
    .constantFrom(...bases)
    .chain((files) =>
      fc
        .array(changesOf(files), { minLength: 1, maxLength: 3 })
        .map((changes) => changes.reduce((changed, change) => change(changed), files)),
    );
};

function changeOf(files: Files): fc.Arbitrary<Change> {
  const places = Object.entries(files).flatMap(([file, data]) =>
    placesIn(schemaOf(file), data).map((place) => ({ file, ...place })),
  );
  const present = places.filter(({ file, path }) => at(files[file], path) !== undefined);
  const folders = Object.keys(files).flatMap((file) => /^environments\/[^/]+(?=\/environment)/.exec(file) ?? []);
  return fc.oneof(
    {
      weight: 20,
      arbitrary: fc
        .constantFrom(...places)
        .chain(({ file, path, schema }) => valueFor(schema).map((value) => put(file, path, value))),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom(...present), junk).map(([{ file, path }, value]) => put(file, path, value)),
    },
    { weight: 3, arbitrary: fc.constantFrom(...present).map(({ file, path }) => put(file, path, undefined)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...present), fc.oneof(fc.string(), fc.constantFrom('__proto__', 'mlfow', 'replica')))
        .map(
          ([{ file, path }, key]): Change =>
            (changed) =>
              put(file, path, undefined)(put(file, [...path.slice(0, -1), key], at(changed[file], path))(changed)),
        ),
    },
    { weight: 2, arbitrary: fc.constantFrom(...folders).chain(teamIn) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(files)).map((file) => without(file)) },
  );
}

/** Another team, whose file may be called otherwise. */
const teamIn = (folder: string): fc.Arbitrary<Change> =>
  fc
    .tuple(
      valueFor(TEAM ?? {}),
      fc.oneof(
        fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/),
        fc.constantFrom('platform', 'mlflow', 'x', 'default', 'a'.repeat(40), '-', 'Vision', 'a.b', 'kube-system'),
      ),
      fc.boolean(),
    )
    .map(([team, name, same]): Change => {
      const content = same && typeof team === 'object' ? { ...team, name } : team;
      return (files) => ({ ...files, [`${folder}/teams/${name}.yaml`]: content });
    });

const schemaOf = (file: string): JsonSchema => (file.includes('/teams/') ? TEAM : ENVIRONMENT) ?? {};

const without =
  (file: string): Change =>
  ({ [file]: _, ...rest }) =>
    rest;

const at = (data: unknown, path: Place['path']): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    data,
  );

/** Sets a value, or takes away what is there. Does nothing where an earlier change has taken the place away. */
const put =
  (file: string, path: Place['path'], value: unknown): Change =>
  (files) =>
    file in files ? { ...files, [file]: replaced(files[file], path, value) } : files;

function replaced(data: unknown, [key, ...rest]: Place['path'], value: unknown): unknown {
  if (key === undefined) return value;
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) {
    return data.flatMap((item, index) => {
      if (index !== key) return [item];
      const changed = replaced(item, rest, value);
      return changed === undefined ? [] : [changed];
    });
  }
  const entries = Object.entries(data).filter(([name]) => name !== String(key));
  const changed = replaced((data as Record<string, unknown>)[key], rest, value);
  return Object.fromEntries(changed === undefined ? entries : [...entries, [String(key), changed]]);
}
