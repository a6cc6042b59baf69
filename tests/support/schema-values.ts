import fc from 'fast-check';

/** As much of JSON Schema as zod writes. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A place in a file where something can stand, whether or not something does. */
export interface Place {
  readonly path: readonly (string | number)[];
  readonly schema: JsonSchema;
}

/** Every place in data that a schema knows, below maps that are there. */
export function placesIn(schema: JsonSchema, data: unknown, path: Place['path'] = []): Place[] {
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const own: Place[] = path.length === 0 ? [] : [{ path, schema }];
  if (branches.length > 0) {
    // The branch that the data takes already, as far as constants tell.
    const taken = branches.filter((branch) => mayBe(branch, data));
    return [...own, ...taken.flatMap((branch) => placesIn(branch, data, path).filter((place) => place.path !== path))];
  }
  if (Array.isArray(data)) {
    const { items } = schema;
    return items ? [...own, ...data.flatMap((item, index) => placesIn(items, item, [...path, index]))] : own;
  }
  if (typeof data !== 'object' || data === null) return own;
  const known = Object.entries(schema.properties ?? {});
  const { additionalProperties: other } = schema;
  const others = typeof other === 'object' ? Object.keys(data).map((key) => [key, other] as const) : [];
  return [
    ...own,
    ...[...known, ...others].flatMap(([key, below]) =>
      placesIn(below, (data as Record<string, unknown>)[key], [...path, key]),
    ),
  ];
}

const mayBe = ({ properties, required = [], anyOf, oneOf }: JsonSchema, data: unknown): boolean => {
  const branches = [...(anyOf ?? []), ...(oneOf ?? [])];
  if (branches.length > 0) return branches.some((branch) => mayBe(branch, data));
  if (typeof data !== 'object' || data === null) return false;
  return Object.entries(properties ?? {}).every(
    ([key, schema]) =>
      schema.const === undefined ||
      schema.const === (data as Record<string, unknown>)[key] ||
      // A flavour that is the default need not be written.
      (!Object.hasOwn(data, key) && !required.includes(key)),
  );
};

/** Text that is harmless to none: to YAML, templates, shells, labels, DNS. */
const ODD_TEXT = [
  'a: b',
  '- a',
  '"',
  "'",
  '{{ .path }}',
  '$(HOME)',
  '$HOME',
  '`id`',
  '%s',
  '#',
  ' padded ',
  'two\nlines',
  'tab\there',
  'null',
  'true',
  '1e3',
  '0o7',
  'ä',
  '模型',
  '🙂',
  '\u0000',
  '\u2028',
  '../..',
  '-',
  '.',
  '__proto__',
  'A'.repeat(64),
  'a'.repeat(300),
  'a.b/c',
  'latest',
];

/** What patterns alone do not lead to. */
const EXAMPLES = [
  ...['0.0.0.0/0', '10.0.0.0/8', '10.1.2.3/32', '255.255.255.255/32', '::/0', '2001:db8::/32', '::1/128'],
  ...['0 0 * * *', '*/5 * * * 1-5', '59 23 31 12 7'],
  ...['0s', '1s', '1h30m', '90d', '36500d', '0d', '100000h'],
  ...['0', '0m', '1m', '0.001', '1000000', '1Gi', '0Gi', '0.5Gi', '1k', '16E'],
];

const known = new WeakMap<JsonSchema, fc.Arbitrary<unknown>>();

/** Values that a schema takes; what it takes is not always right. */
export function valueFor(schema: JsonSchema): fc.Arbitrary<unknown> {
  const values = known.get(schema) ?? valuesOf(schema);
  known.set(schema, values);
  return values;
}

function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (branches.length > 0) return fc.oneof(...branches.map(valueFor));
  const { allOf, ...rest } = schema;
  if (allOf) return valueFor({ ...rest, ...allOf[0] });
  const types = [schema.type ?? []].flat();
  if (types.includes('object')) return mapOf(schema);
  const { minimum: min = 0, maximum: max = 2 ** 31 } = schema;
  switch (types[0]) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.oneof(fc.integer({ min, max: Math.min(max, min + 9) }), fc.integer({ min, max }), fc.constant(max));
    case 'number':
      return fc.oneof(fc.integer({ min, max: min + 9 }), fc.double({ min, max: Math.min(max, 1e6), noNaN: true }));
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueFor(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 3 });
    default:
      return fc.string();
  }
}

function mapOf({ properties, required = [], additionalProperties, propertyNames }: JsonSchema): fc.Arbitrary<unknown> {
  if (typeof additionalProperties === 'object') {
    return fc.dictionary(textOf(propertyNames ?? {}), valueFor(additionalProperties), {
      maxKeys: 3,
      noNullPrototype: true,
    });
  }
  const values = Object.fromEntries(Object.entries(properties ?? {}).map(([key, below]) => [key, valueFor(below)]));
  return fc.record(values, { requiredKeys: required.filter((key) => key in values), noNullPrototype: true });
}

function textOf({ pattern, format, minLength = 0, maxLength }: JsonSchema): fc.Arbitrary<string> {
  const fits = (text: string): boolean => text.length >= minLength && text.length <= (maxLength ?? text.length);
  if (format === 'uri') return fc.oneof(fc.webUrl(), fc.constant('https://k8s.example.com:6443'));
  if (format === 'email') return fc.emailAddress();
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (pattern !== undefined) {
    const right = EXAMPLES.filter((text) => new RegExp(pattern).test(text) && fits(text));
    const matching = new RegExp(pattern);
    // Any character at all takes long to make: some do.
    const plain = new RegExp(pattern.replaceAll(/\[\\s\\S\]/g, '[ -~\n]').replaceAll(/\[\^\\s\]|\\S/g, '[!-~]'));
    return fc.oneof(
      { weight: 2, arbitrary: shaped(plain).filter((text) => matching.test(text) && fits(text)) },
      ...(right.length > 0 ? [{ weight: 1, arbitrary: fc.constantFrom(...right) }] : []),
    );
  }
  return fc.oneof(
    fc.constantFrom(...ODD_TEXT.filter(fits)),
    fc.string({ minLength, ...(maxLength !== undefined && { maxLength }) }),
    fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/),
  );
}

const shapes = new Map<string, fc.Arbitrary<string>>();

/** fast-check takes long to understand a pattern, and the same ones come again and again. */
function shaped(pattern: RegExp): fc.Arbitrary<string> {
  const texts = shapes.get(pattern.source) ?? fc.stringMatching(pattern, { size: 'medium' });
  shapes.set(pattern.source, texts);
  return texts;
}
