import { groupBy } from '../collections.ts';
import { identity, type ManifestSet } from '../platform/manifest-set.ts';
import { objectName } from './check.ts';
import type { Violation } from './rule.ts';

/** The name under which objects that two environments write are reported. */
const ENVIRONMENTS = 'environments-do-not-meet';

/**
 * Environments that share a cluster must not write the same object: each would undo the other. They are added one after
 * the other, and only names are kept of those before.
 */
export class SharedClusters {
  /** By cluster with several environments, and by identity, the environment that writes the object. */
  readonly #writers = new Map<string, Map<string, string>>();

  /** @param clusters that of each environment to come. Whoever is alone on one meets nobody, and nothing of it is kept. */
  constructor(clusters: readonly string[]) {
    for (const [cluster, those] of groupBy(clusters, (name) => name)) {
      if (those.length > 1) this.#writers.set(cluster, new Map());
    }
  }

  /** Objects of an environment that one before it on the same cluster writes too. */
  add(environment: string, cluster: string, manifests: ManifestSet): readonly Violation[] {
    const writers = this.#writers.get(cluster);
    if (!writers) return [];
    const violations: Violation[] = [];
    for (const entry of manifests) {
      const key = identity(entry.manifest);
      const other = writers.get(key);
      if (other === undefined) {
        writers.set(key, environment);
      } else if (other !== environment) {
        violations.push({
          rule: ENVIRONMENTS,
          component: entry.component,
          entry,
          message: `the environment "${other}" on the same cluster writes the ${objectName(entry)} too`,
          fix:
            entry.manifest.metadata.namespace === undefined && entry.manifest.kind !== 'Namespace'
              ? `let only one of them have it, e.g. by operators.providedBy: ${other}`
              : 'give one of them another namespacePrefix',
        });
      }
    }
    return violations;
  }
}
