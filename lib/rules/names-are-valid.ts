import { nameProblem } from '../kubernetes/names.ts';
import { groupKind } from '../platform/manifest-set.ts';
import { rule } from './rule.ts';

export const namesAreValid = rule({
  name: 'names-are-valid',
  why: 'The API server refuses other names, and some kinds break later when names of what they make grow too long.',
  check(cluster, report) {
    for (const entry of cluster.written) {
      const { name } = entry.manifest.metadata;
      const problem = nameProblem(groupKind(entry.manifest), name, cluster.kind(entry.manifest).maxNameLength);
      if (problem)
        report(entry, `the name "${name}" ${problem}`, 'choose another name where the component is configured');
    }
  },
});
