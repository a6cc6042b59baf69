import { z } from 'zod';
import { OR_NOTHING } from '../config/environment.ts';
import { sealedSecretsSchema } from '../config/sealed-secrets.ts';
import { environmentSchema, teamSchema } from '../platform/environment-schema.ts';

export interface SchemaFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly content: string;
}

/** JSON Schemas of everything that people write under `environments/`, for the editors that check and complete it. */
export function jsonSchemas(): readonly SchemaFile[] {
  const what = 'environments/<name>';
  return [
    file(
      'environment',
      `${what}/environment.yaml and environments/defaults.yaml`,
      withoutRequired(toJsonSchema(environmentSchema)),
    ),
    file('team', `${what}/teams/<team>.yaml`, toJsonSchema(teamSchema)),
    file('sealed-secrets', `${what}/sealed-secrets.yaml`, toJsonSchema(sealedSecretsSchema)),
  ];
}

type JsonSchema = { readonly [key: string]: unknown };

const file = (name: string, title: string, schema: JsonSchema): SchemaFile => ({
  path: `schemas/${name}.schema.json`,
  content: `${JSON.stringify({ title, ...schema }, null, 2)}\n`,
});

function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    // What the YAML language server knows best.
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      if (!(OR_NOTHING in jsonSchema)) return;
      delete jsonSchema[OR_NOTHING];
      Object.assign(jsonSchema, { type: ['object', 'null'] });
    },
  });
}

/**
 * The same, with nothing missing: an editor sees one file, and what is not in it may be in the defaults below it, or
 * in the environments above. Entries of lists stay whole, since lists replace.
 */
function withoutRequired(schema: JsonSchema): JsonSchema {
  const { required: _, properties, ...rest } = schema;
  if (!isMap(properties)) return rest;
  const below = Object.entries(properties).map(([key, value]) => [key, isMap(value) ? withoutRequired(value) : value]);
  return { ...rest, properties: Object.fromEntries(below) };
}

const isMap = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
