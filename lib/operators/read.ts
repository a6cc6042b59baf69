/*
 * Reading manifests, whose fields are unknown until looked at. A path that is not there gives undefined or nothing,
 * never an error: that a field is missing is for the schemas to say.
 */

type Path = readonly (string | number)[];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at the end of a path. */
export function at(value: unknown, ...path: Path): unknown {
  let found = value;
  for (const step of path) {
    if (typeof step === 'number') found = Array.isArray(found) ? found[step] : undefined;
    else found = isRecord(found) ? found[step] : undefined;
  }
  return found;
}

/** The text at the end of a path; undefined when it is empty or no text. */
export function textAt(value: unknown, ...path: Path): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The number at the end of a path. */
export function numberAt(value: unknown, ...path: Path): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** The elements of the list at the end of a path, each with its index. */
export function listAt(value: unknown, ...path: Path): readonly (readonly [index: number, element: unknown])[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? [...found.entries()] : [];
}

/** The map at the end of a path. */
export function recordAt(value: unknown, ...path: Path): Readonly<Record<string, unknown>> {
  const found = at(value, ...path);
  return isRecord(found) ? found : {};
}

/** The texts of the map at the end of a path: labels, annotations. */
export function textsAt(value: unknown, ...path: Path): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(recordAt(value, ...path)).flatMap(([key, found]) =>
      typeof found === 'string' ? [[key, found]] : [],
    ),
  );
}
