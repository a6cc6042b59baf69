import { Scalar, stringify } from 'yaml';

/**
 * An object as YAML: keys sorted by code unit, no folding, no anchors, no comments. A string is written plain only where
 * YAML 1.1, which Kubernetes and Argo CD read, and YAML 1.2 both read it back as that string.
 *
 * @throws when the value is not plain data, naming the field.
 */
export const toYaml = (value: unknown): string =>
  stringify(plain(value, []), {
    version: '1.1',
    compat: 'core',
    sortMapEntries: true,
    aliasDuplicateObjects: false,
    lineWidth: 0,
  });

/** The value without keys that have none. The library would turn a Date or a NaN into something else without a word. */
function plain(value: unknown, path: readonly (string | number)[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => plain(item, [...path, index]));
  if (typeof value === 'object' && value !== null) {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw unwritable(path, `an instance of ${value.constructor.name}, not plain data`);
    }
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner, [...path, key])]));
  }
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) {
    throw unwritable(path, 'text with half a character (a lone surrogate)');
  }
  if (typeof value === 'string' && AMBIGUOUS_BLOCK.test(value)) {
    return Object.assign(new Scalar(value), { type: Scalar.QUOTE_DOUBLE });
  }
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value)) return value;
  throw unwritable(path, value === undefined ? 'undefined' : `${typeof value} ${String(value)}`);
}

/** Several lines of which the first is blank or indented: the library's literal blocks lose it. */
const AMBIGUOUS_BLOCK = /^\s[\s\S]*\n|^\n/;

const unwritable = (path: readonly (string | number)[], what: string): Error =>
  new Error(`${path.length === 0 ? 'the value' : path.join('.')} cannot be written as YAML: it is ${what}`);
