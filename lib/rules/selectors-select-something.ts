import { Selector } from '../kubernetes/selector.ts';
import { rule } from './rule.ts';

export const selectorsSelectSomething = rule({
  name: 'selectors-select-something',
  why: 'A selector that matches nothing fails silently: no traffic, no metrics, no protection.',
  check(cluster, report) {
    for (const entry of cluster.written) {
      for (const selection of cluster.kind(entry.manifest).selects?.(entry.manifest) ?? []) {
        const selector = Selector.of(selection.selector);
        if (selector.everything || cluster.select(selection).length > 0) continue;
        const { within, target, field } = selection;
        const kind = target.slice(target.indexOf('/') + 1);
        const where =
          'namespaces' in within
            ? `the namespaces with ${Selector.of(within.namespaces) || 'any labels'}`
            : within.namespace === ''
              ? 'the cluster'
              : `namespace "${within.namespace}"`;
        report(
          entry,
          `${field} selects ${kind}s with ${selector}, and ${where} has none`,
          `select labels that ${kind}s there carry, or remove what selects nothing`,
        );
      }
    }
  },
});
