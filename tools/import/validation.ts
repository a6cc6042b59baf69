import type { CoreKind } from './kubernetes.ts';
import { references } from './kubernetes.ts';
import type { Definitions, Schema } from './schema.ts';
import { demanded, mapValues } from './schema.ts';

/**
 * A schema as kubeconform needs it: what the API server would drop is an error, `nullable` and int-or-string are written
 * in JSON Schema, descriptions are gone. The rest, CEL rules among it, stays as it is.
 */
export function strict(schema: Schema): Schema {
  const { description, nullable, properties, items, additionalProperties, required, ...rest } = schema;
  const result: Schema = { ...rest };
  if (properties) result.properties = mapValues(properties, strict);
  // An empty list is no valid JSON Schema of the draft that kubeconform reads.
  if (demanded(schema).length > 0) result.required = demanded(schema);
  if (items) result.items = strict(items);

  if (typeof additionalProperties === 'object') result.additionalProperties = strict(additionalProperties);
  else if (closed(schema)) result.additionalProperties = false;
  if (schema['x-kubernetes-embedded-resource'] && properties) {
    result.properties = { apiVersion: STRING, kind: STRING, metadata: OBJECT, ...result.properties };
  }

  if (isIntOrString(schema)) {
    delete result.format;
    delete result.anyOf;
    result.type = ['integer', 'string'];
  }
  if (nullable && result.type) {
    result.type = [result.type, 'null'].flat();
    if (result.enum && !result.enum.includes(null)) result.enum = [...result.enum, null];
  }
  return result;
}

const STRING: Schema = { type: 'string' };
const OBJECT: Schema = { type: 'object' };

function closed(schema: Schema): boolean {
  if (schema['x-kubernetes-preserve-unknown-fields'] || schema.additionalProperties) return false;
  return schema.type === 'object' || schema.properties !== undefined;
}

function isIntOrString(schema: Schema): boolean {
  return schema['x-kubernetes-int-or-string'] === true || schema.format === 'int-or-string';
}

/** The schema of a custom resource. `metadata` is the path of the schema of ObjectMeta, which the API server knows and the CRD leaves out. */
export function customResource(
  schema: Schema,
  gvk: { group: string; version: string; kind: string },
  metadata: string,
): Schema {
  const { properties, required = [], ...rest } = strict(schema);
  return {
    ...rest,
    properties: {
      ...properties,
      apiVersion: { type: 'string', enum: [`${gvk.group}/${gvk.version}`] },
      kind: { type: 'string', enum: [gvk.kind] },
      metadata: { $ref: metadata },
    },
    required: [...new Set(['apiVersion', 'kind', 'metadata', ...required])],
  };
}

/** All definitions that the kinds need, strict. */
export function coreDefinitions(definitions: Definitions, kinds: readonly CoreKind[]): Definitions {
  const needed = new Set<string>();
  const visit = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    references(definitions[name]).forEach(visit);
  };
  for (const { definition } of kinds) visit(definition);
  return Object.fromEntries([...needed].sort().map((name) => [name, strictCore(name, definitions[name] ?? {})]));
}

/** The schema of a kind of Kubernetes, next to the file of definitions. */
export function coreResource({ group, version, kind, definition }: CoreKind, definitionsFile: string): Schema {
  const apiVersion = group === 'core' ? version : `${group}/${version}`;
  return {
    allOf: [{ $ref: `${definitionsFile}#/definitions/${definition}` }],
    properties: { apiVersion: { enum: [apiVersion] }, kind: { enum: [kind] } },
    required: ['apiVersion', 'kind', 'metadata'],
  };
}

function strictCore(name: string, schema: Schema): Schema {
  if (name.endsWith('.resource.Quantity')) return { type: ['string', 'number'] };
  // Objects without fields of their own hold whatever their owner puts there.
  if (schema.type === 'object' && !schema.properties) return { type: 'object' };
  const { 'x-kubernetes-group-version-kind': _, ...rest } = strict(schema);
  return rest;
}

/** `Deployment` of apps/v1 → `deployment-apps-v1.json`: the name kubeconform makes of a kind. */
export function coreFileName({ group, version, kind }: CoreKind): string {
  const prefix = group === 'core' ? '' : `${group.split('.')[0]}-`;
  return `${kind}-${prefix}${version}.json`.toLowerCase();
}

export function customFileName({ version, kind }: { version: string; kind: string }): string {
  return `${kind}_${version}.json`.toLowerCase();
}
