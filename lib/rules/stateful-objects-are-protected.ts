import { CONFIRMED_REMOVAL, SYNC_OPTIONS } from '../platform/protection.ts';
import { rule } from './rule.ts';

export const statefulObjectsAreProtected = rule({
  name: 'stateful-objects-are-protected',
  why: 'A merge that drops a file must not drop the data behind it: Argo CD asks a person first.',
  check(cluster, report) {
    for (const entry of cluster.written) {
      const { stateful = false } = cluster.kind(entry.manifest);
      if (!(typeof stateful === 'function' ? stateful(entry.manifest) : stateful)) continue;
      const options = (entry.manifest.metadata.annotations?.[SYNC_OPTIONS] ?? '')
        .split(',')
        .map((option) => option.trim());
      const missing = CONFIRMED_REMOVAL.filter((option) => !options.includes(option));
      if (missing.length === 0) continue;
      report(
        entry,
        `holds data and lacks ${missing.join(' and ')} in its sync options`,
        `annotate it with ${SYNC_OPTIONS}: ${CONFIRMED_REMOVAL.join(',')}`,
      );
    }
  },
});
