import { rule } from './rule.ts';

const OPTIONS = 'argocd.argoproj.io/sync-options';
const NEEDED = ['Prune=confirm', 'Delete=confirm'];

export const statefulObjectsAreProtected = rule({
  name: 'stateful-objects-are-protected',
  why: 'A merge that drops a file must not drop the data behind it: Argo CD asks a person first.',
  check(cluster, report) {
    for (const entry of cluster.written) {
      const { stateful = false } = cluster.kind(entry.manifest);
      if (!(typeof stateful === 'function' ? stateful(entry.manifest) : stateful)) continue;
      const options = (entry.manifest.metadata.annotations?.[OPTIONS] ?? '').split(',').map((option) => option.trim());
      const missing = NEEDED.filter((option) => !options.includes(option));
      if (missing.length === 0) continue;
      report(
        entry,
        `holds data and lacks ${missing.join(' and ')} in its sync options`,
        `annotate it with ${OPTIONS}: ${NEEDED.join(',')}`,
      );
    }
  },
});
