import { fields } from '../kubernetes/read.ts';
import type { Entry } from '../platform/manifest-set.ts';
import { meant, quoted, referencesOf } from './references.ts';
import { rule } from './rule.ts';

/** Keys of a ConfigMap or Secret, whoever of its makers brings them. */
const keysOf = (makers: readonly Entry[]): Set<string> =>
  new Set(
    makers.flatMap(({ manifest }) =>
      [manifest.data, manifest.stringData, manifest.binaryData].flatMap((data) => Object.keys(fields(data))),
    ),
  );

export const referencesResolve = rule({
  name: 'references-resolve',
  why: 'A name that nothing answers to is found when a pod fails to start, not when it is written.',
  check(cluster, report) {
    for (const entry of cluster.written) {
      for (const reference of referencesOf(cluster, entry)) {
        const { target, namespace, name, field, keys = [], optional } = reference;
        const makers = cluster.all.getAll(target, namespace, name);
        if (makers.length === 0) {
          if (optional) continue;
          const others = cluster
            .select({ target, within: { namespace: namespace ?? '' }, selector: {} })
            .map(({ manifest }) => manifest.metadata.name);
          report(
            entry,
            `${field} names ${meant(reference)}, which nothing makes`,
            `make it, or name what is there: ${quoted(others, 'there is none')}`,
          );
          continue;
        }
        if (keys.length === 0 || optional) continue;
        const known = keysOf(makers);
        for (const key of keys.filter((wanted) => !known.has(wanted))) {
          report(
            entry,
            `${field} reads the key "${key}" of ${meant(reference)}, which has no such key`,
            `add the key, or read one that is there: ${quoted(known, 'there is none')}`,
          );
        }
      }
    }
  },
});
