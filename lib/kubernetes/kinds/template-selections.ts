import type { PodTemplate, Selection } from '../../operators/operator.ts';
import type { Fields } from '../read.ts';
import { dig, fields, items, list, text } from '../read.ts';

/** Pods that a template wants to be near to or far from. Source: Kubernetes API reference, Affinity. */
export function* templateSelections({ field, spec }: PodTemplate, namespace = ''): Generator<Selection> {
  const pods = (path: string, selector: unknown): Selection => ({
    field: path,
    target: '/Pod',
    within: { namespace },
    selector,
  });
  const at = field === '' ? 'spec' : `${field}.spec`;
  for (const [constraint, path] of items(spec.topologySpreadConstraints, `${at}.topologySpreadConstraints`)) {
    if (constraint.labelSelector !== undefined) yield pods(`${path}.labelSelector`, constraint.labelSelector);
  }
  for (const side of ['podAffinity', 'podAntiAffinity']) {
    for (const [term, path] of terms(dig(spec, 'affinity', side), `${at}.affinity.${side}`)) {
      if (term.labelSelector === undefined) continue;
      const names = list(term.namespaces).flatMap((name) => text(name) ?? []);
      if (term.namespaceSelector !== undefined) {
        yield { ...pods(`${path}.labelSelector`, term.labelSelector), within: { namespaces: term.namespaceSelector } };
      } else if (names.length === 0) {
        yield pods(`${path}.labelSelector`, term.labelSelector);
      } else {
        for (const name of names) {
          yield { ...pods(`${path}.labelSelector`, term.labelSelector), within: { namespace: name } };
        }
      }
    }
  }
}

function* terms(affinity: unknown, path: string): Generator<readonly [Fields, string]> {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  yield* items(dig(affinity, required), `${path}.${required}`);
  for (const [weighted, weightedPath] of items(dig(affinity, preferred), `${path}.${preferred}`)) {
    yield [fields(weighted.podAffinityTerm), `${weightedPath}.podAffinityTerm`];
  }
}
