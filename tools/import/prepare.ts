import type { CoreTypes } from './collapse.ts';
import type { CustomKind } from './crd.ts';
import type { Definitions, Schema } from './schema.ts';
import { demanded, mapValues, refName } from './schema.ts';

/**
 * cdk8s makes an enum or a class of every union and loses some on the way: values that differ only in case, for one.
 * Such a schema is replaced by an enum of one agreed word, and the word by its TypeScript type when the binding is rewritten.
 */
export class Placeholders {
  private readonly types: string[] = [];

  schema(type: string): Schema {
    let index = this.types.indexOf(type);
    if (index < 0) index = this.types.push(type) - 1;
    return { type: 'string', enum: [`PLACEHOLDER_${index}`] };
  }

  type(word: string): string {
    const type = this.types[Number(/^PLACEHOLDER_(\d+)$/.exec(word)?.[1])];
    if (type === undefined) throw new Error(`no type stands behind ${word}`);
    return type;
  }
}

export interface PrepareOptions {
  readonly placeholders: Placeholders;
  readonly coreTypes?: CoreTypes;
  readonly definitions?: Definitions;
}

/** A schema with the same fields for `cdk8s import`: types that it would get wrong are placeholders, rules are gone. */
export function prepare(schema: Schema, options: PrepareOptions, field = ''): Schema {
  const { placeholders, coreTypes, definitions } = options;
  const described = (result: Schema): Schema => {
    const description = summary(schema.description);
    return description ? { ...result, description } : result;
  };
  const recurse = (child: Schema, name = field) => prepare(child, options, name);
  const scalar = scalarType(schema);
  if (scalar) return described(placeholders.schema(scalar));

  if (schema.$ref) {
    const name = refName(schema.$ref);
    // A quantity is declared as a string; the API server reads a number as well.
    if (name === 'Quantity') return described(placeholders.schema('number | string'));
    const target = definitions?.[name];
    const opaque = target && !target.properties;
    return opaque
      ? described(recurse({ ...target, description: schema.description ?? '' }))
      : described({ $ref: schema.$ref });
  }

  const core = coreTypes?.recognise(schema, field);
  if (core) return described(placeholders.schema(`k8s.${core}`));

  if (schema.properties && Object.keys(schema.properties).length > 0) {
    const properties = distinctFields(mapValues(schema.properties, recurse));
    return described({ type: 'object', properties, required: demanded(schema) });
  }
  if (typeof schema.additionalProperties === 'object') {
    return described({ type: 'object', additionalProperties: recurse(schema.additionalProperties) });
  }
  if (schema.type === 'array') return described({ type: 'array', items: recurse(schema.items ?? {}) });
  if (schema.type === 'object') return described(placeholders.schema('{ readonly [key: string]: unknown }'));
  return described(placeholders.schema('unknown'));
}

export interface PreparedCrd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly [{ readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }];
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** A CustomResourceDefinition of one version for `cdk8s import`. */
export function prepareCrd({ group, version, kind, schema }: CustomKind, options: PrepareOptions): PreparedCrd {
  const { apiVersion, kind: _, metadata, status, ...fields } = schema.properties ?? {};
  const own = { ...schema, properties: fields, required: schema.required?.filter((name) => name in fields) ?? [] };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.toLowerCase()}.${group}` },
    spec: {
      group,
      names: { kind, plural: `${kind.toLowerCase()}s` },
      versions: [{ name: version, schema: { openAPIV3Schema: prepareFields(own, options) } }],
    },
  };
}

/** The fields of a kind are its own, whatever they look like. */
function prepareFields(schema: Schema, options: PrepareOptions): Schema {
  return {
    type: 'object',
    ...(schema.description && { description: summary(schema.description) }),
    properties: distinctFields(mapValues(schema.properties ?? {}, (child, field) => prepare(child, options, field))),
    required: demanded(schema),
  };
}

function scalarType(schema: Schema): string | undefined {
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') return 'number | string';
  if (schema.enum) {
    const values = schema.enum.filter((value) => value !== null).map((value) => JSON.stringify(value));
    return [...new Set(values)].join(' | ');
  }
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return undefined;
  }
}

/** The first paragraph of a description, or its first sentence when that is long. */
export function summary(description: string | undefined): string {
  const [paragraph = ''] = (description ?? '').trim().split(/\n\s*\n/);
  const line = paragraph.replace(/\s+/g, ' ').replaceAll('*/', '*').trim();
  if (line.length <= 160) return line;
  const sentence = /^.{20,}?[.!](?= |$)/.exec(line)?.[0] ?? line;
  return sentence.length <= 240 ? sentence : `${sentence.slice(0, 239)}…`;
}

/** Fields that differ only in case, as proxyURL and its alias proxyUrl, become one for cdk8s unless they get a suffix. */
function distinctFields(properties: Record<string, Schema>): Record<string, Schema> {
  const seen = new Set<string>();
  return Object.fromEntries(
    Object.entries(properties).map(([field, schema]) => {
      const same = field.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
      if (seen.has(same)) return [`${field}${SUFFIX}`, schema];
      seen.add(same);
      return [field, schema];
    }),
  );
}

const SUFFIX = '_again';

/** The field that `distinctFields` gave a suffix. */
export function fieldName(prepared: string): string {
  return prepared.endsWith(SUFFIX) ? prepared.slice(0, -SUFFIX.length) : prepared;
}
