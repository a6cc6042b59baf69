import { groupKind } from '../platform/manifest-set.ts';
import { objectName } from './check.ts';
import { rule } from './rule.ts';

/** Pods stand for replicas here; their names are not the ones that they will have. */
const STAND_INS = new Set(['/Pod']);

export const objectsHaveOneMaker = rule({
  name: 'objects-have-one-maker',
  why: 'Two controllers that write one object undo each other forever.',
  check(cluster, report) {
    for (const [, entries] of cluster.all.identities()) {
      const [first, ...others] = entries;
      if (!first || others.length === 0 || STAND_INS.has(groupKind(first.manifest))) continue;
      const maker = cluster.origin(first);
      for (const other of others) {
        const origin = cluster.origin(other);
        // Two written objects of one identity are the business of identities-are-unique.
        if (!origin || !maker || origin === maker || origin === other) continue;
        report(
          origin,
          `makes the ${objectName(other)}, which ${maker === first ? 'is written too' : `the ${objectName(maker)} makes too`}`,
          'let one of them make it under another name',
        );
      }
    }
  },
});
