import { containersOf } from '../kubernetes/pod.ts';
import { dig, items, list, text } from '../kubernetes/read.ts';
import { quoted, specField } from './references.ts';
import type { Template } from './rule.ts';
import { rule } from './rule.ts';

/** Names of a pod's volumes; a StatefulSet adds those of its claims. */
const volumesOf = ({ spec, entry }: Template): string[] => [
  ...list(spec.volumes).flatMap((volume) => text(dig(volume, 'name')) ?? []),
  ...list(dig(entry.manifest, 'spec', 'volumeClaimTemplates')).flatMap(
    (claim) => text(dig(claim, 'metadata', 'name')) ?? [],
  ),
];

export const mountsNameVolumes = rule({
  name: 'mounts-name-volumes',
  why: 'The API server refuses a mount of nothing; a volume that nobody mounts is a leftover or a mount forgotten.',
  check({ templates }, report) {
    for (const template of templates) {
      const volumes = volumesOf(template);
      const unused = new Set(volumes);
      for (const { spec, field } of containersOf(template.spec)) {
        for (const key of ['volumeMounts', 'volumeDevices']) {
          for (const [mount, path] of items(spec[key], `${specField(template)}.${field}.${key}`)) {
            const name = text(mount.name) ?? '';
            unused.delete(name);
            if (volumes.includes(name)) continue;
            report(
              template.entry,
              `${path} mounts "${name}", which is no volume of the pod`,
              `mount one that it has: ${quoted(volumes, 'there is none')}`,
            );
          }
        }
      }
      for (const name of unused) {
        report(template.entry, `nothing mounts its volume "${name}"`, 'mount it in a container, or leave it out');
      }
    }
  },
});
