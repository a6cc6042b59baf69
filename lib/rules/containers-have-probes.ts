import { containersOf } from '../kubernetes/pod.ts';
import { specField } from './references.ts';
import { rule } from './rule.ts';

export const containersHaveProbes = rule({
  name: 'containers-have-probes',
  why: 'Without a probe a container that hangs goes on receiving traffic, and a roll-out of a broken version succeeds.',
  check({ templates }, report) {
    for (const template of templates) {
      if (template.task) continue;
      for (const { spec, field, kind, name, ports } of containersOf(template.spec)) {
        if (kind === 'init' || kind === 'ephemeral' || spec.readinessProbe !== undefined) continue;
        if (template.injected?.includes(name)) continue;
        // What takes no traffic need not be ready, but somebody should notice when it hangs.
        if (ports.length === 0 && spec.livenessProbe !== undefined) continue;
        report(
          template.entry,
          `${specField(template)}.${field}: container "${name}" runs on and has no ${ports.length === 0 ? 'livenessProbe' : 'readinessProbe'}`,
          'give it a probe that fails when it cannot do its work',
        );
      }
    }
  },
});
