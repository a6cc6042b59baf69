import type { Declaration } from './bindings.ts';
import { fieldName } from './prepare.ts';
import type { Schema } from './schema.ts';

/**
 * cdk8s derives the names of types and fields, and two that become the same overwrite each other without a word. This walks
 * a prepared schema and its binding together and tells every field that is not where it should be.
 */
export function differences(schema: Schema, type: string, declarations: ReadonlyMap<string, Declaration>): string[] {
  const seen = new Set<Schema>();
  const visit = (node: Schema, name: string, path: string): string[] => {
    if (node.items)
      return visit(node.items, name.replace(/^readonly (.+)\[\]$/, '$1').replace(/^\((.+)\)$/, '$1'), `${path}[]`);
    if (typeof node.additionalProperties === 'object') {
      return visit(
        node.additionalProperties,
        name.replace(/^\{ readonly \[key: string\]: (.+) \}$/, '$1'),
        `${path}.*`,
      );
    }
    if (!node.properties || seen.has(node)) return [];
    seen.add(node);
    const own = declarations.get(name);
    if (!own) return [`${path}: there is no type ${name}`];
    const fields = new Map(own.fields.map((field) => [field.name, field.type]));
    const expected = Object.entries(node.properties).map(([field, child]) => [fieldName(field), child] as const);
    const names = new Set(expected.map(([field]) => field));
    const surplus = [...fields.keys()].filter((field) => !names.has(field));
    return [
      ...surplus.map((field) => `${path}.${field} is not in the schema`),
      ...expected.flatMap(([field, child]) => {
        const found = fields.get(field);
        return found === undefined
          ? [`${path}.${field} is missing in ${name}`]
          : visit(child, found, `${path}.${field}`);
      }),
    ];
  };
  return visit(schema, type, type);
}
