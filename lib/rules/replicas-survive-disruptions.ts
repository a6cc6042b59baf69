import { dig, integer, list, text } from '../kubernetes/read.ts';
import type { Entry } from '../platform/manifest-set.ts';
import { groupOf } from '../platform/manifest-set.ts';
import type { Cluster, Template } from './rule.ts';
import { rule } from './rule.ts';

export const replicasSurviveDisruptions = rule({
  name: 'replicas-survive-disruptions',
  why: 'Replicas help only if the drain of a node does not take them all, and hurt if it can take none.',
  check(cluster, report) {
    const budgets = budgetsByWorkload(cluster);
    const scaled = autoscaled(cluster);
    for (const template of cluster.templates) {
      const { entry, spec } = template;
      const replicas = template.replicas ?? scaled.get(entry) ?? 1;
      if (template.task) continue;
      const own = budgets.get(entry) ?? [];
      for (const budget of own) {
        if (allowsNone(budget, replicas)) {
          report(budget, `lets no pod of ${replicas} go, so that no node can be drained`, 'set maxUnavailable: 1');
        }
      }
      if (replicas < 2) continue;
      if (own.length === 0) {
        report(entry, `has ${replicas} replicas and no PodDisruptionBudget`, 'add one with maxUnavailable: 1');
      }
      if (!isSpread(spec)) {
        report(entry, `has ${replicas} replicas that may all be on one node`, 'add topologySpreadConstraints');
      }
    }
  },
});

const isSpread = (spec: Template['spec']): boolean =>
  list(spec.topologySpreadConstraints).length > 0 || dig(spec, 'affinity', 'podAntiAffinity') !== undefined;

function budgetsByWorkload(cluster: Cluster): Map<Entry, Entry[]> {
  const budgets = new Map<Entry, Entry[]>();
  for (const budget of cluster.written.ofKind('policy/PodDisruptionBudget')) {
    const { metadata, spec } = budget.manifest;
    const within = { namespace: metadata.namespace ?? '' };
    const pods = cluster.select({ target: '/Pod', within, selector: dig(spec, 'selector') });
    for (const workload of new Set(pods.flatMap((pod) => cluster.origin(pod) ?? []))) {
      budgets.set(workload, [...(budgets.get(workload) ?? []), budget]);
    }
  }
  return budgets;
}

/** Fewest replicas of what autoscalers scale. */
function autoscaled({ written }: Cluster): Map<Entry, number> {
  const scaled = new Map<Entry, number>();
  for (const { manifest } of written.ofKind('autoscaling/HorizontalPodAutoscaler')) {
    const target = dig(manifest, 'spec', 'scaleTargetRef');
    const kind = `${groupOf(text(dig(target, 'apiVersion')) ?? '')}/${text(dig(target, 'kind'))}`;
    const entry = written.get(kind, manifest.metadata.namespace, text(dig(target, 'name')) ?? '');
    if (entry) scaled.set(entry, integer(dig(manifest, 'spec', 'minReplicas')) ?? 1);
  }
  return scaled;
}

/** Source: kubernetes.io, "Specifying a Disruption Budget"; percentages are rounded up. */
function allowsNone({ manifest: { spec } }: Entry, replicas: number): boolean {
  const least = countOf(dig(spec, 'minAvailable'), replicas);
  const most = countOf(dig(spec, 'maxUnavailable'), replicas);
  return most === 0 || (least !== undefined && least >= replicas);
}

function countOf(value: unknown, replicas: number): number | undefined {
  const percent = /^(\d+)%$/.exec(text(value) ?? '')?.[1];
  return percent === undefined ? integer(value) : Math.ceil((Number(percent) * replicas) / 100);
}
