import type { Declaration } from './bindings.ts';
import { compare } from './schema.ts';

/**
 * Operators repeat themselves: a reference to a Secret, or all providers of a store and of a cluster-wide store. Interfaces
 * that are the same word for word become one, which takes the shortest of their names.
 */
export function share(declarations: readonly Declaration[]): Declaration[] {
  let result = [...declarations];
  for (;;) {
    const replaced = twins(result);
    if (replaced.size === 0) return result;
    result = renameTypes(
      result.filter(({ name }) => !replaced.has(name)),
      replaced,
    );
  }
}

/** Names → the name that stands for them. */
function twins(declarations: readonly Declaration[]): Map<string, string> {
  const byBody = new Map<string, string[]>();
  for (const { name, fields, manifest } of declarations) {
    if (manifest) continue;
    // A type that contains itself has a body of its own, which is fine.
    const body = JSON.stringify(fields);
    byBody.set(body, [...(byBody.get(body) ?? []), name]);
  }
  const replaced = new Map<string, string>();
  for (const names of byBody.values()) {
    const [kept = '', ...others] = names.sort((a, b) => a.length - b.length || compare(a, b));
    for (const other of others) replaced.set(other, kept);
  }
  return replaced;
}

/** The declarations with types renamed wherever they are named. */
export function renameTypes(declarations: readonly Declaration[], names: ReadonlyMap<string, string>): Declaration[] {
  return declarations.map((declaration) => ({
    ...declaration,
    name: names.get(declaration.name) ?? declaration.name,
    fields: declaration.fields.map((field) => ({ ...field, type: renameType(field.type, names) })),
  }));
}

/** Words in quotes are values, words after a dot are types of another file. */
const WORD = /"(?:[^"\\]|\\.)*"|[\w.]+/g;

/** All words in a type that can be the name of another one. */
export function typeNames(type: string): string[] {
  return type.match(WORD) ?? [];
}

function renameType(type: string, names: ReadonlyMap<string, string>): string {
  return type.replace(WORD, (word) => names.get(word) ?? word);
}
