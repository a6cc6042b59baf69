import { containersOf } from '../kubernetes/pod.ts';
import { resourceProblems } from '../kubernetes/resources.ts';
import { specField } from './references.ts';
import { rule } from './rule.ts';

export const containersHaveResources = rule({
  name: 'containers-have-resources',
  why: 'Without requests the scheduler overfills nodes, and without a memory limit one container takes its neighbours down.',
  check({ templates }, report) {
    for (const template of templates) {
      for (const { spec, field, kind, name } of containersOf(template.spec)) {
        if (kind === 'ephemeral') continue;
        for (const { at, message } of resourceProblems(spec.resources)) {
          report(
            template.entry,
            `${specField(template)}.${field}.resources.${at} of container "${name}" ${message}`,
            'say what the container needs: requests for cpu and memory, a limit for memory',
          );
        }
      }
    }
  },
});
