import { dig } from '../kubernetes/read.ts';
import { objectName } from './check.ts';
import { rule } from './rule.ts';

const KINDS = ['apps/Deployment', 'apps/ReplicaSet', 'apps/DaemonSet', 'apps/StatefulSet'];

export const workloadsSelectOnlyTheirPods = rule({
  name: 'workloads-select-only-their-pods',
  why: 'The API server refuses a selector that misses its own template, and controllers with common pods fight over them.',
  check(cluster, report) {
    for (const entry of KINDS.flatMap((kind) => cluster.written.ofKind(kind))) {
      const { metadata, spec } = entry.manifest;
      const selected = cluster.select({
        target: '/Pod',
        within: { namespace: metadata.namespace ?? '' },
        selector: dig(spec, 'selector'),
      });
      const owners = new Set(selected.map((pod) => cluster.origin(pod)));
      if (!owners.delete(entry)) {
        report(entry, 'spec.selector does not match the labels of its own pod template', 'use the same labels in both');
      }
      for (const owner of owners) {
        if (!owner) continue;
        report(
          entry,
          `spec.selector also matches pods of the ${objectName(owner)}`,
          'select by a label that only its own pods carry, such as app.kubernetes.io/component',
        );
      }
    }
  },
});
