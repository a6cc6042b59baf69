import type { Placeholders } from './prepare.ts';
import { fieldName } from './prepare.ts';

/** A type of a binding. Field names are those of the JSON, types are TypeScript. */
export interface Declaration {
  name: string;
  doc: string[];
  fields: Field[];
  /** Set on the interface of a whole manifest. */
  manifest?: { apiVersion: string; kind: string };
}

export interface Field {
  name: string;
  doc: string[];
  optional: boolean;
  type: string;
}

/**
 * The interfaces in the output of `cdk8s import`, under the names that Kubernetes gives to fields and kinds.
 * The output has a fixed form, a declaration opens and closes at the start of a line, so it is read line by line.
 */
export function readGenerated(text: string, placeholders: Placeholders): Declaration[] {
  const generated = scan(text);
  const types = new Map<string, string>([
    ['any', 'unknown'],
    ['Date', 'string'],
    ['ApiObjectMetadata', 'k8s.ObjectMeta'],
  ]);
  for (const [name, word] of generated.enums) types.set(name, placeholders.type(word));

  for (const { name, fields } of generated.interfaces.values()) {
    for (const field of fields) {
      const json = generated.jsonNames.get(name)?.get(field.name);
      if (json === undefined) throw new Error(`${name}.${field.name}: cdk8s does not say which field this is`);
      field.name = fieldName(json);
      field.type = render(field.type, types);
    }
  }
  for (const [name, { doc, ...manifest }] of generated.classes) {
    const fields = generated.interfaces.get(`${name}Props`);
    if (!fields) throw new Error(`cdk8s wrote no ${name}Props`);
    fields.manifest = manifest;
    if (doc.length > 0) fields.doc = doc;
  }
  return [...generated.interfaces.values()];
}

interface Generated {
  interfaces: Map<string, Declaration>;
  enums: Map<string, string>;
  classes: Map<string, { apiVersion: string; kind: string; doc: string[] }>;
  /** type → field in TypeScript → field in JSON */
  jsonNames: Map<string, Map<string, string>>;
}

function scan(text: string): Generated {
  const result: Generated = { interfaces: new Map(), enums: new Map(), classes: new Map(), jsonNames: new Map() };
  let doc: string[] = [];
  let line: ((line: string) => void) | undefined;
  const documented = () => {
    const lines = doc.filter((text) => text !== '' && !text.startsWith('@'));
    doc = [];
    return lines;
  };

  for (const raw of text.split('\n')) {
    const comment = /^\s*(?:\/\*\* ?|\*\/| \*(?: |$))(.*)$/.exec(raw);
    if (comment) {
      if (raw.trimStart().startsWith('/**')) doc = [];
      else if (!raw.includes('*/')) doc.push(comment[1]?.trim() ?? '');
      continue;
    }
    const [, keyword, name] = /^export (interface|enum|class|function) (\w+)/.exec(raw) ?? [];
    if (keyword && name) line = open(keyword, name, documented(), result, documented);
    else if (raw === '}') line = undefined;
    else line?.(raw);
  }
  return result;
}

function open(keyword: string, name: string, doc: string[], result: Generated, documented: () => string[]) {
  switch (keyword) {
    case 'interface': {
      if (result.interfaces.has(name)) throw new Error(`two types are called ${name}`);
      const declaration: Declaration = { name, doc, fields: [] };
      result.interfaces.set(name, declaration);
      return (line: string) => {
        const [, field, optional, type] = /^ {2}readonly (\w+)(\??): (.+);$/.exec(line) ?? [];
        if (field && type)
          declaration.fields.push({ name: field, doc: documented(), optional: optional === '?', type });
      };
    }
    case 'enum':
      return (line: string) => {
        const word = /= "(.+)",$/.exec(line)?.[1];
        if (word) result.enums.set(name, word);
      };
    case 'class': {
      const manifest = { apiVersion: '', kind: '', doc };
      result.classes.set(name, manifest);
      return (line: string) => {
        const [, key, value] = /^\s+(apiVersion|kind): '(.+)',$/.exec(line) ?? [];
        if (value && (key === 'apiVersion' || key === 'kind')) manifest[key] = value;
      };
    }
    default: {
      const fields = new Map<string, string>();
      result.jsonNames.set(name.replace(/^toJson_/, ''), fields);
      return (line: string) => {
        const [, json, field] = /^\s+'(.+?)': .*?obj\.(\w+)/.exec(line) ?? [];
        if (json && field) fields.set(field, json);
      };
    }
  }
}

/** A type as cdk8s writes it, read-only and with the names of `types` replaced. */
function render(type: string, types: ReadonlyMap<string, string>): string {
  if (type.endsWith('[]')) {
    const item = render(type.slice(0, -2), types);
    return `readonly ${/^readonly |\|/.test(item) ? `(${item})` : item}[]`;
  }
  const map = /^\{ \[key: string\]: (.+) \}$/.exec(type)?.[1];
  if (map) return `{ readonly [key: string]: ${render(map, types)} }`;
  return types.get(type) ?? type;
}
