import { dig, fields, isFields, text } from '../../lib/kubernetes/read.ts';

/** Values that a chart hands on as they are: configuration files of what it installs. */
const HANDED_ON = new Set(['config.envoyGateway']);

/**
 * Values that the chart does not know. Helm takes any, so a misspelt one is silently nothing.
 * A chart knows a key that its values.yaml has, or its values.schema.json; below `{}`, `[]` and nothing it takes what comes.
 * `shown` are keys that have no default, and stand in values.yaml as a comment.
 */
export const unknownValues = (
  values: unknown,
  defaults: unknown,
  schema: unknown,
  shown: ReadonlySet<string> = new Set(),
): Iterable<string> => unknown(values, defaults, resolved(schema, schema), { schema, shown }, '');

/** Keys that stand in a values.yaml as a comment: `# watchNamespace:`. */
export const commentedKeys = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^\s*#\s*([A-Za-z]\w*):/gm)].map(([, key = '']) => key));

interface Known {
  readonly schema: unknown;
  readonly shown: ReadonlySet<string>;
}

function* unknown(values: unknown, defaults: unknown, part: unknown, chart: Known, path: string): Generator<string> {
  if (!isFields(values) || HANDED_ON.has(path)) return;
  for (const [key, value] of Object.entries(values)) {
    const at = path === '' ? key : `${path}.${key}`;
    const known = isFields(defaults) && Object.hasOwn(defaults, key);
    const described = resolved(dig(part, 'properties', key), chart.schema);
    if (!known && described === undefined) {
      if (!chart.shown.has(key)) yield at;
      continue;
    }
    const standard = known ? fields(defaults)[key] : undefined;
    if (takesAnything(standard) && dig(described, 'properties') === undefined) continue;
    yield* unknown(value, standard, described, chart, at);
  }
}

/** What a `$ref` inside the schema means. */
function resolved(part: unknown, schema: unknown): unknown {
  const ref = text(dig(part, '$ref'));
  return ref === undefined ? part : resolved(dig(schema, ...ref.replace(/^#\//, '').split('/')), schema);
}

const takesAnything = (value: unknown): boolean =>
  value === undefined || value === null || Array.isArray(value) || (isFields(value) && Object.keys(value).length === 0);
