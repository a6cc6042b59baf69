import { isFields } from '../../lib/kubernetes/read.ts';
import type { KubernetesObject } from './manifests.ts';

/** How an object reads back, compared with how it was written. Items of lists are `[]` in paths. */
export interface Difference {
  readonly path: string;
  readonly how: /** Not written: a default. */
    | 'added'
    /** Written in other words: `1000m` for `1`. */
    | 'rewritten'
    /** Written, says nothing (empty, null, false, 0), and is not stored. */
    | 'omitted'
    /** Written, says something, and is not stored. */
    | 'lost';
  readonly written?: unknown;
  readonly stored?: unknown;
}

/** What every object gets from the API server, and no diff tool looks at. */
const BOOKKEEPING = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'];

export function differences(written: KubernetesObject, stored: KubernetesObject): Difference[] {
  const metadata = Object.entries(stored.metadata).filter(([name]) => !BOOKKEEPING.includes(name));
  const { status: _, ...rest } = stored;
  return [...compare(written, { ...rest, metadata: Object.fromEntries(metadata) }, '')];
}

/** Paths in which two states of a stored object differ, aside from its version and the times at which it was applied. */
export function changes(before: KubernetesObject, after: KubernetesObject): string[] {
  const aside = ['metadata.resourceVersion', 'metadata.managedFields[].time'];
  return [...compare(before, after, '')].map(({ path }) => path).filter((path) => !aside.includes(path));
}

function* compare(written: unknown, stored: unknown, path: string): Generator<Difference> {
  if (Array.isArray(written) && Array.isArray(stored)) {
    for (let index = 0; index < Math.max(written.length, stored.length); index++) {
      yield* compare(written[index], stored[index], `${path}[]`);
    }
  } else if (isFields(written) && isFields(stored)) {
    for (const key of new Set([...Object.keys(written), ...Object.keys(stored)])) {
      const step = /^[A-Za-z0-9]+$/.test(key) ? `.${key}` : `["${key}"]`;
      yield* compare(written[key], stored[key], path === '' ? key : `${path}${step}`);
    }
  } else if (stored === undefined) {
    if (written !== undefined) yield { path, how: isNothing(written) ? 'omitted' : 'lost', written };
  } else if (written === undefined) {
    yield { path, how: 'added', stored };
  } else if (written !== stored) {
    yield { path, how: 'rewritten', written, stored };
  }
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isNothing);
  if (isFields(value)) return Object.values(value).every(isNothing);
  return value === null || value === '' || value === 0 || value === false;
}
