import { dig, text } from '../kubernetes/read.ts';
import { SERVED_KINDS } from '../kubernetes/served.ts';
import { groupKind } from '../platform/manifest-set.ts';
import { rule } from './rule.ts';

/** Served by Argo CD, which applies all of this. */
const ARGO_CD = ['Application', 'ApplicationSet', 'AppProject'].map((kind) => `argoproj.io/${kind}`);

export const kindsAreServed = rule({
  name: 'kinds-are-served',
  why: 'A custom resource whose definition nobody installs can never be applied.',
  check({ written, facts }, report) {
    const own = written
      .ofKind('apiextensions.k8s.io/CustomResourceDefinition')
      .map(({ manifest: { spec } }) => `${text(dig(spec, 'group'))}/${text(dig(spec, 'names', 'kind'))}`);
    const served = new Set([...SERVED_KINDS, ...ARGO_CD, ...facts.served, ...own]);
    for (const entry of written) {
      const kind = groupKind(entry.manifest);
      if (served.has(kind)) continue;
      report(
        entry,
        `is of kind ${kind.replace(/^\//, '')}, which nothing in the cluster serves`,
        "name the operator that serves it in the component's operators",
      );
    }
  },
});
