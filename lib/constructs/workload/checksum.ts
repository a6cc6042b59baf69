import { createHash } from 'node:crypto';

/**
 * Short digest of a JSON value, the same for the same content whatever the order of its keys.
 * For things that must change exactly when their content does.
 */
export function checksum(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('hex').slice(0, 10);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
