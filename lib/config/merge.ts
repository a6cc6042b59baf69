/** Whether a value of YAML or JSON is a map. */
export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Puts an environment over the defaults: maps merge, everything else replaces. A key with nothing behind it is an
 * empty map there, since that is how a component without settings is written.
 */
export function merge(defaults: unknown, environment: unknown): unknown {
  if (environment === undefined || (environment === null && isMapping(defaults))) return defaults;
  if (!isMapping(defaults) || !isMapping(environment)) return environment;
  const merged: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(environment)) {
    const below = Object.hasOwn(defaults, key) ? defaults[key] : undefined;
    // Not an assignment: a key called __proto__ is to be a key.
    const both = { value: merge(below, value), enumerable: true, configurable: true, writable: true };
    Object.defineProperty(merged, key, both);
  }
  return merged;
}
