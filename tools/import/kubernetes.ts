import { stability } from './crd.ts';
import type { Placeholders } from './prepare.ts';
import { prepare } from './prepare.ts';
import type { Definitions, GroupVersionKind, Schema } from './schema.ts';
import { compare, mapValues, refName } from './schema.ts';

/** A kind of Kubernetes itself and the name of its definition. */
export interface CoreKind extends GroupVersionKind {
  readonly definition: string;
}

/** The generally available kinds of `groups` that can stand in a manifest, in the order of the groups. */
export function coreKinds(definitions: Definitions, groups: readonly string[]): CoreKind[] {
  const kinds = Object.entries(definitions).flatMap(([definition, schema]) =>
    (schema['x-kubernetes-group-version-kind'] ?? []).map((gvk) => ({
      ...gvk,
      group: gvk.group || 'core',
      definition,
    })),
  );
  return kinds
    .filter(({ kind, version, group, definition }) => {
      const { metadata, items } = definitions[definition]?.properties ?? {};
      return (
        metadata?.$ref?.endsWith('.ObjectMeta') &&
        !items &&
        !kind.endsWith('List') &&
        /^v\d+$/.test(version) &&
        groups.includes(group)
      );
    })
    .filter(({ kind }) => !NOT_WRITTEN.has(kind))
    .sort(
      (a, b) =>
        groups.indexOf(a.group) - groups.indexOf(b.group) ||
        stability(b.version) - stability(a.version) ||
        compare(a.kind, b.kind),
    );
}

/** What only clients and controllers write. */
const NOT_WRITTEN = new Set([
  'Binding',
  'ComponentStatus',
  'Event',
  'Eviction',
  'Node',
  'Scale',
  'TokenRequest',
  'CSINode',
  'VolumeAttachment',
  'CSIStorageCapacity',
]);

/** The definitions under names of one word, with references to match: what imports/k8s.ts will call them. */
export function shortNames(definitions: Definitions, kinds: readonly CoreKind[]): Definitions {
  const names = new Map<string, string>();
  const taken = new Map<string, string>();
  const visit = (definition: string) => {
    if (names.has(definition)) return;
    const schema = definitions[definition] ?? {};
    let name = refName(definition.replaceAll('.', '/'));
    if (taken.has(name)) name = distinct(definition, taken);
    names.set(definition, name);
    taken.set(name, definition);
    const { status, ...fields } = schema.properties ?? {};
    references(schema['x-kubernetes-group-version-kind'] ? fields : schema).forEach(visit);
  };
  // Kinds first: a field's type gives way to a kind of the same name.
  const written = newest(kinds);
  for (const { definition, kind } of written) {
    const name = taken.has(kind) ? distinct(definition, taken) : kind;
    names.set(definition, name);
    taken.set(name, definition);
  }
  for (const { definition } of written) {
    const { status, ...fields } = definitions[definition]?.properties ?? {};
    references(fields).forEach(visit);
  }

  const gvk = new Map(written.map((kind) => [kind.definition, kind]));
  return Object.fromEntries(
    [...names].map(([definition, name]) => {
      const { 'x-kubernetes-group-version-kind': _, ...schema } = renameRefs(definitions[definition] ?? {}, names);
      const kind = gvk.get(definition);
      if (!kind) return [name, schema];
      const { apiVersion, kind: __, status, ...properties } = schema.properties ?? {};
      const group = kind.group === 'core' ? '' : kind.group;
      return [
        name,
        {
          ...schema,
          properties,
          'x-kubernetes-group-version-kind': [{ group, version: kind.version, kind: kind.kind }],
        },
      ];
    }),
  );
}

/** The definitions as `cdk8s import k8s` reads them; it derives a type's name from what follows the version. */
export function prepareDefinitions(types: Definitions, placeholders: Placeholders): Definitions {
  const options = { placeholders, definitions: types };
  const prepared = mapValues(types, (schema) => {
    if (!schema.properties) return schema;
    const kind = schema['x-kubernetes-group-version-kind'];
    return { ...prepare(schema, options), ...(kind && { 'x-kubernetes-group-version-kind': kind }) };
  });
  const names = new Map(Object.keys(types).map((name) => [name, `k8s.v1.${name}`]));
  return Object.fromEntries(
    Object.entries(prepared).map(([name, schema]) => [`k8s.v1.${name}`, renameRefs(schema, names)]),
  );
}

/** Of kinds that are served in several versions, the newest. */
function newest(kinds: readonly CoreKind[]): CoreKind[] {
  const seen = new Set<string>();
  return kinds.filter(({ group, kind }) => !seen.has(`${group}/${kind}`) && seen.add(`${group}/${kind}`));
}

/** `…discovery.v1.EndpointPort` → `DiscoveryEndpointPort` */
function distinct(definition: string, taken: ReadonlyMap<string, string>): string {
  const [name = '', , group = ''] = definition.split('.').reverse();
  const result = group[0]?.toUpperCase() + group.slice(1) + name;
  if (taken.has(result)) throw new Error(`${definition} and ${taken.get(result)} want the same name ${result}`);
  return result;
}

/** All definitions that `schema` names, in order of appearance. */
export function references(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [refName(value)] : references(value),
  );
}

function renameRefs(schema: Schema, names: ReadonlyMap<string, string>): Schema {
  const text = JSON.stringify(schema, (key, value) =>
    key === '$ref' && typeof value === 'string'
      ? `#/definitions/${names.get(refName(value)) ?? refName(value)}`
      : value,
  );
  return JSON.parse(text) as Schema;
}
