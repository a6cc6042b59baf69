import type { Declaration, Field } from './bindings.ts';
import { renameTypes, typeNames } from './share.ts';

export interface PrintOptions {
  /** Comment lines that say where the types come from. */
  readonly header: readonly string[];
  /** True for imports/k8s.ts, which the other modules refer to. */
  readonly core?: boolean;
}

/** A module of types and nothing else: manifests first, then what they are made of. */
export function print(declarations: readonly Declaration[], { header, core = false }: PrintOptions): string {
  const whole = separateEmbedded(declarations).map((declaration) =>
    declaration.manifest ? manifest(declaration) : declaration,
  );
  const sorted = [...(core ? [MANIFEST_META] : []), ...whole].sort(
    (a, b) => Number(!a.manifest) - Number(!b.manifest) || (a.name < b.name ? -1 : 1),
  );
  const text = sorted.map(printType).join('\n\n');
  const head = header.map((line) => `// ${line}`);
  if (!core && text.includes('k8s.')) head.push("import type * as k8s from './k8s.ts';");
  return `${head.join('\n')}\n\n${core ? text.replaceAll('k8s.ManifestMeta', 'ManifestMeta') : text}\n`;
}

/** The metadata of a manifest: the fields of ObjectMeta that a person writes. */
const MANIFEST_META: Declaration = {
  name: 'ManifestMeta',
  doc: ['The metadata of a whole manifest: ObjectMeta without the fields that the API server writes.'],
  fields: [
    { name: 'name', optional: false, type: 'string', doc: [] },
    { name: 'namespace', optional: true, type: 'string', doc: [] },
    { name: 'labels', optional: true, type: '{ readonly [key: string]: string }', doc: [] },
    { name: 'annotations', optional: true, type: '{ readonly [key: string]: string }', doc: [] },
    { name: 'finalizers', optional: true, type: 'string[]', doc: [] },
  ],
};

/** A kind inside of another one, as a claim in a StatefulSet, needs no apiVersion, kind and name. */
function separateEmbedded(declarations: readonly Declaration[]): Declaration[] {
  const used = new Set(declarations.flatMap(({ fields }) => fields.flatMap(({ type }) => typeNames(type))));
  const embedded = declarations.filter(({ name, manifest }) => manifest && used.has(name));
  const names = new Map(embedded.map(({ name }) => [name, `Embedded${name}`]));
  return renameTypes(declarations, names).flatMap((declaration, index) => {
    const { manifest, ...template } = declaration;
    const name = declarations[index]?.name ?? '';
    return names.has(name) ? [{ ...declaration, name }, template] : [declaration];
  });
}

function manifest(declaration: Declaration): Declaration {
  const own: Field[] = [
    { name: 'apiVersion', doc: [], optional: false, type: JSON.stringify(declaration.manifest?.apiVersion) },
    { name: 'kind', doc: [], optional: false, type: JSON.stringify(declaration.manifest?.kind) },
    { name: 'metadata', doc: [], optional: false, type: 'k8s.ManifestMeta' },
  ];
  return { ...declaration, fields: [...own, ...declaration.fields.filter(({ name }) => name !== 'metadata')] };
}

/** An alias, not an interface: only aliases can be given to what takes an object of any fields, as cdk8s's ApiObject does. */
function printType({ name, doc, fields }: Declaration): string {
  const lines = fields.flatMap((field) => [
    ...comment(field.doc, '  '),
    `  readonly ${fieldKey(field.name)}${field.optional ? '?' : ''}: ${field.type};`,
  ]);
  return [...comment(doc, ''), `export type ${name} = {`, ...lines, '};'].join('\n');
}

function fieldKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function comment(doc: readonly string[], indent: string): string[] {
  return doc.length === 0 ? [] : [`${indent}/** ${doc.join(' ')} */`];
}
