import { hasPath } from '../kubernetes/jq-path.ts';
import { rule } from './rule.ts';

/** What the API server writes on every object. Source: Kubernetes API conventions, metadata. */
const SERVER: readonly { readonly path: string; readonly by: string }[] = [
  ...[
    'creationTimestamp',
    'deletionTimestamp',
    'generation',
    'managedFields',
    'resourceVersion',
    'selfLink',
    'uid',
  ].map((field) => ({ path: `.metadata.${field}`, by: 'the API server' })),
  { path: '.status', by: 'its controller' },
];

export const ownedFieldsAreLeftOut = rule({
  name: 'owned-fields-are-left-out',
  why: 'A field that a controller writes changes back and forth when it is written here too.',
  check(cluster, report) {
    for (const entry of cluster.written) {
      for (const { path, by } of [...SERVER, ...entry.owned, ...(cluster.kind(entry.manifest).owned ?? [])]) {
        if (!hasPath(entry.manifest, path)) continue;
        report(entry, `says ${path}, which ${by} writes`, 'leave it out');
      }
    }
  },
});
