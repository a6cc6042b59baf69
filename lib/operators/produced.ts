import type { Manifest } from '../platform/manifest-set.ts';

/** Objects that controllers make, as far as look-ups need them. Values are left empty: nobody here knows them. */

/** A Secret with these keys. */
export const producedSecret = (secret: {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly keys: Iterable<string>;
  readonly type: string;
  readonly labels?: Readonly<Record<string, string>>;
}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: named(secret),
  type: secret.type,
  data: Object.fromEntries([...secret.keys].map((key) => [key, ''])),
});

/** Name, namespace and labels, without what is absent. */
export const named = ({
  name,
  namespace,
  labels,
}: {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels?: Readonly<Record<string, string>>;
}): Manifest['metadata'] => ({
  name,
  ...(namespace !== undefined && { namespace }),
  ...(labels !== undefined && Object.keys(labels).length > 0 && { labels }),
});
