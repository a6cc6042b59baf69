import { dig, text } from '../kubernetes/read.ts';
import { groupOf } from '../platform/manifest-set.ts';
import { objectName } from './check.ts';
import { rule } from './rule.ts';

export const autoscaledReplicasAreLeftOut = rule({
  name: 'autoscaled-replicas-are-left-out',
  why: 'Every sync would take back what the autoscaler decided.',
  check({ written }, report) {
    for (const scaler of written) {
      const target = dig(scaler.manifest, 'spec', 'scaleTargetRef');
      const name = text(dig(target, 'name'));
      if (name === undefined) continue;
      // A ScaledObject means a Deployment unless it says otherwise.
      const group = groupOf(text(dig(target, 'apiVersion')) ?? 'apps/v1');
      const kind = `${group}/${text(dig(target, 'kind')) ?? 'Deployment'}`;
      const scaled = written.get(kind, scaler.manifest.metadata.namespace, name);
      if (!scaled || dig(scaled.manifest, 'spec', 'replicas') === undefined) continue;
      report(scaled, `says spec.replicas, which the ${objectName(scaler)} decides`, 'leave it out (leaveTo)');
    }
  },
});
