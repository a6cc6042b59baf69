import { catalogue } from '../derive/catalogue.ts';
import { imagesIn } from '../kubernetes/image.ts';
import { type ComponentOptOut, check } from '../rules/check.ts';
import { clusterOf } from '../rules/cluster.ts';
import { RULES } from '../rules/index.ts';
import type { Violation } from '../rules/rule.ts';
import { factsOf } from './facts.ts';
import type { Synthesis } from './platform.ts';
import { chartSource, kustomizationSource } from './versions.ts';

/** What the rules found, and the environment as its catalogue shows it. */
export interface Inspection {
  readonly violations: readonly Violation[];
  readonly catalogue: string;
}

export function inspect({ plan, flows, manifests }: Synthesis): Inspection {
  const { graph, operators, placements, secretSource, loaded } = plan;
  const optOuts = graph.components.flatMap(({ name, optOuts }): ComponentOptOut[] =>
    (optOuts ?? []).map((optOut) => ({ ...optOut, component: name })),
  );
  const cluster = clusterOf(manifests, operators.values(), factsOf(plan));
  const { violations } = check(cluster, RULES, optOuts);
  const images = new Map<string, Set<string>>();
  for (const { manifest, component } of manifests) {
    for (const { reference } of imagesIn(manifest)) {
      images.set(reference, (images.get(reference) ?? new Set()).add(component));
    }
  }
  const providedBy = loaded.config.operators === 'install' ? undefined : loaded.config.operators.providedBy;
  return {
    violations,
    catalogue: catalogue({
      environment: loaded.name,
      graph,
      flows,
      operators: providedBy === undefined ? plan.installed : [...operators.values()],
      operatorsProvidedBy: providedBy,
      placements,
      secretSource,
      images,
      chart: (operator) => {
        const mirror = loaded.config.cluster.registryMirror;
        if ('chart' in operator) {
          const { repoURL, chart, targetRevision } = chartSource(operator.chart, mirror);
          return `${repoURL}/${chart} ${targetRevision}`;
        }
        const { repoURL, path, targetRevision } = kustomizationSource(operator.kustomization, mirror);
        return `${repoURL}/${path} ${targetRevision}`;
      },
    }),
  };
}
