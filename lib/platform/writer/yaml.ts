import { Scalar, stringify } from 'yaml';

/**
 * An object as YAML: keys sorted by code unit, no folding, no anchors, no comments. A string is written plain only where
 * YAML 1.1, which Kubernetes and Argo CD read, and YAML 1.2 both read it back as that string.
 *
 * @throws when the value is not plain data, naming the field.
 */
export const toYaml = (value: unknown): string =>
  stringify(plain(value), {
    version: '1.1',
    compat: 'core',
    sortMapEntries: true,
    aliasDuplicateObjects: false,
    lineWidth: 0,
    // None is ever written; the library would walk through everything for tags that need one.
    directives: false,
  });

/** Where in the value we are, as a chain: most are never asked for. */
interface Place {
  readonly key: string | number;
  readonly outer: Place | undefined;
}

/** The value without keys that have none. The library would turn a Date or a NaN into something else without a word. */
function plain(value: unknown, place?: Place): unknown {
  if (typeof value === 'string') return text(value, place);
  if (typeof value === 'boolean' || value === null || Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, key) => plain(item, { key, outer: place }));
  if (typeof value !== 'object')
    throw unwritable(place, value === undefined ? 'undefined' : `${typeof value} ${String(value)}`);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw unwritable(place, `an instance of ${value.constructor.name}, not plain data`);
  }
  // Without a prototype, a key called __proto__ is a key.
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== undefined) copy[key] = plain(inner, { key, outer: place });
  }
  return copy;
}

function text(value: string, place: Place | undefined): unknown {
  if (/\p{Surrogate}/u.test(value)) throw unwritable(place, 'text with half a character (a lone surrogate)');
  return AMBIGUOUS_BLOCK.test(value) ? Object.assign(new Scalar(value), { type: Scalar.QUOTE_DOUBLE }) : value;
}

/** Several lines of which the first is blank or indented: the library's literal blocks lose it. */
const AMBIGUOUS_BLOCK = /^\s[\s\S]*\n|^\n/;

function unwritable(place: Place | undefined, what: string): Error {
  const keys: (string | number)[] = [];
  for (let at = place; at; at = at.outer) keys.unshift(at.key);
  return new Error(`${keys.length === 0 ? 'the value' : keys.join('.')} cannot be written as YAML: it is ${what}`);
}
