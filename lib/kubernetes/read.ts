import type { Labels } from '../graph/component.ts';

/**
 * Reading objects of unknown shape. A manifest may be anything that YAML can say; what does not have the expected shape
 * reads as absent, so that a rule never fails over it. Shapes are kubeconform's business.
 */
export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = Object.freeze({});

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fields = (value: unknown): Fields => (isFields(value) ? value : NONE);

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const integer = (value: unknown): number | undefined => (Number.isInteger(value) ? Number(value) : undefined);

type Path = readonly (string | number)[];

/** The value at the end of a path of keys and indices. */
export function dig(value: unknown, ...path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (typeof step === 'number') found = list(found)[step];
    else found = isFields(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }
  return found;
}

/** The text at the end of a path; undefined when it is empty or no text. */
export const textAt = (value: unknown, ...path: Path): string | undefined => text(dig(value, ...path)) || undefined;

/** The number at the end of a path. */
export function numberAt(value: unknown, ...path: Path): number | undefined {
  const found = dig(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** The elements of the list at the end of a path, each with its index. */
export const listAt = (value: unknown, ...path: Path): readonly (readonly [index: number, element: unknown])[] => [
  ...list(dig(value, ...path)).entries(),
];

/** The map at the end of a path. */
export const fieldsAt = (value: unknown, ...path: Path): Fields => fields(dig(value, ...path));

/** The texts of the map at the end of a path: labels, annotations. */
export const labelsAt = (value: unknown, ...path: Path): Labels => labelMap(dig(value, ...path));

export const labelMap = (value: unknown): Labels => {
  const labels: Record<string, string> = {};
  for (const [key, label] of Object.entries(fields(value))) if (typeof label === 'string') labels[key] = label;
  return labels;
};

/** Items of a list with the path of each: `spec.ports[0]`. */
export function* items(value: unknown, path: string): Generator<readonly [Fields, string]> {
  for (const [index, item] of list(value).entries()) yield [fields(item), `${path}[${index}]`];
}

/** Where a string stands. The same object serves the whole walk, so it is of use during the visit only. */
export interface Place {
  /** The nearest key above the string; a list's items have that of the list. */
  readonly key: string;
  readonly parent: Fields | undefined;
  /** Path of the string, put together only when asked for. */
  field(): string;
}

/** Calls `visit` for every string in a value, keys not included. */
export function eachString(value: unknown, visit: (text: string, place: Place) => void): void {
  const path: (string | number)[] = [];
  const place: { -readonly [K in keyof Place]: Place[K] } = {
    key: '',
    parent: undefined,
    field: () => path.reduce<string>(join, ''),
  };
  const walk = (current: unknown, key: string, parent: Fields | undefined): void => {
    if (typeof current === 'string') {
      place.key = key;
      place.parent = parent;
      visit(current, place);
    } else if (Array.isArray(current)) {
      for (let index = 0; index < current.length; index++) {
        path.push(index);
        walk(current[index], key, parent);
        path.pop();
      }
    } else if (isFields(current)) {
      for (const name in current) {
        if (!Object.hasOwn(current, name)) continue;
        path.push(name);
        walk(current[name], name, current);
        path.pop();
      }
    }
  };
  walk(value, '', undefined);
}

const join = (path: string, step: string | number): string =>
  typeof step === 'number' ? `${path}[${step}]` : path === '' ? step : `${path}.${step}`;
