import type { Definitions, Schema } from './schema.ts';
import { compare, demanded, refName } from './schema.ts';

/**
 * Operators copy the schemas of Pods, volumes and selectors into their own definitions, each from the Kubernetes version
 * it was built with. A shape is recognised by its fields, so that the binding can name the Kubernetes type instead.
 */
export class CoreTypes {
  private readonly byField = new Map<string, string[]>();

  /** @param types the Kubernetes definitions by the name they have in imports/k8s.ts */
  constructor(private readonly types: Definitions) {
    for (const [name, { properties = {}, ...type }] of Object.entries(types)) {
      const fields = Object.keys(properties);
      if (type['x-kubernetes-group-version-kind'] || !telling(properties)) continue;
      for (const field of fields) this.byField.set(field, [...(this.byField.get(field) ?? []), name]);
    }
  }

  /** The Kubernetes type that `schema`, found in the field `field`, is a copy of. */
  recognise(schema: Schema, field = ''): string | undefined {
    const fields = Object.keys(schema.properties ?? {});
    if (fields.length < 2) return undefined;
    // A copy lacks few fields, so its first three tell all candidates.
    const candidates = new Set(fields.slice(0, 3).flatMap((name) => this.byField.get(name) ?? []));
    const found = [...candidates]
      .map((name) => ({
        name,
        score: this.similarity(schema, name),
        hint: hints(name, `${field} ${schema.description}`),
      }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || b.hint - a.hint || a.name.length - b.name.length || compare(a.name, b.name));
    return found[0]?.name;
  }

  /** 0 = another type … 1 = exactly the same fields. */
  private similarity(schema: Schema, name: string, depth = 0): number {
    const type = this.types[name];
    const own = schema.properties ?? {};
    const theirs = type?.properties ?? {};
    // The binding may not demand a field that the operator does not.
    const required = demanded(schema);
    if (!type || demanded(type).some((field) => !required.includes(field))) return 0;

    const shared = Object.keys(own).filter((field) => field in theirs);
    const score = shared.length / new Set([...Object.keys(own), ...Object.keys(theirs)]).size;
    // Small types are alike by chance; large ones grow with every Kubernetes release, and so do the types in them.
    const complete = Object.keys(theirs).every((field) => field in own);
    const enough = Object.keys(theirs).length < 4 ? (depth > 0 && complete) || score === 1 : score >= 0.7;
    if (!enough) return 0;

    return shared.every((field) => this.sameField(field, own[field] ?? {}, theirs[field] ?? {}, depth, score))
      ? score
      : 0;
  }

  private sameField(field: string, own: Schema, theirs: Schema, depth: number, score: number): boolean {
    const target = theirs.$ref && refName(theirs.$ref);
    const resolved = (target && this.types[target]) || theirs;
    if (category(own) !== category(resolved)) return false;
    // An operator that names the values of a small type knows more than Kubernetes does.
    if (score === 1 && own.enum && !resolved.enum) return false;
    if (!target || !own.properties || !resolved.properties || depth === 2) return true;
    // Embedded metadata is cut down to the fields that an operator copies on.
    if (field === 'metadata') return Object.keys(own.properties).every((key) => key in (resolved.properties ?? {}));
    return this.similarity(own, target, depth + 1) > 0;
  }
}

function category(schema: Schema): string {
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') return 'scalar';
  if (schema.type === 'object' || schema.properties) return 'object';
  return schema.type === 'array' ? 'array' : schema.type === 'boolean' ? 'boolean' : 'scalar';
}

/** Two plain values, say a name and a value, tell nothing about the type they belong to. */
function telling(properties: Record<string, Schema>): boolean {
  const fields = Object.values(properties);
  return (
    fields.length > 2 || (fields.length === 2 && fields.some((field) => category(field) !== 'scalar' || field.$ref))
  );
}

/** How many words of a type's name a text has: the two kinds of key selectors have the same fields. */
function hints(type: string, text: string): number {
  const words = type.match(/[A-Z]+[a-z]*/g) ?? [];
  return words.filter((word) => text.toLowerCase().includes(word.toLowerCase())).length;
}
