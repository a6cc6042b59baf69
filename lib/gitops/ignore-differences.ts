import type { ApplicationSpecIgnoreDifferences } from '../../imports/argo-cd.ts';
import { compareText, groupBy } from '../collections.ts';
import type { Entry, OwnedField } from '../platform/manifest-set.ts';
import { groupKind, groupOf } from '../platform/manifest-set.ts';

/** Fields of an object that something in the cluster writes: its own declaration and what is known of its kind. */
export type OwnedFields = (entry: Entry) => readonly OwnedField[];

/**
 * What Argo CD must ignore in one component's Application. It sees no other objects, so a kind whose objects all
 * leave the same fields to others needs one line without names.
 */
export function ignoreDifferences(
  entries: readonly Entry[],
  ownedFields: OwnedFields,
): readonly ApplicationSpecIgnoreDifferences[] {
  const objects = entries.map((entry) => ({ manifest: entry.manifest, paths: pathsOf(ownedFields(entry)) }));
  return [...groupBy(objects, ({ manifest }) => groupKind(manifest))]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, alike]) => {
      const different = new Set(alike.map(({ paths }) => paths.join('\n')));
      const chosen = different.size === 1 ? alike.slice(0, 1) : alike;
      return chosen
        .filter(({ paths }) => paths.length > 0)
        .map(({ manifest: { apiVersion, kind, metadata }, paths }) => ({
          ...(groupOf(apiVersion) !== '' && { group: groupOf(apiVersion) }),
          kind,
          ...(different.size > 1 && { name: metadata.name }),
          ...(different.size > 1 && metadata.namespace !== undefined && { namespace: metadata.namespace }),
          jqPathExpressions: paths,
        }));
    });
}

const pathsOf = (owned: readonly OwnedField[]): readonly string[] =>
  [...new Set(owned.map(({ path }) => path))].sort(compareText);
