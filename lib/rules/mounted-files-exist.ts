import { containersOf } from '../kubernetes/pod.ts';
import type { Fields } from '../kubernetes/read.ts';
import { dig, fields, items, list, text } from '../kubernetes/read.ts';
import { quoted, specField } from './references.ts';
import type { Cluster, Template } from './rule.ts';
import { rule } from './rule.ts';

const FILE = /(?<![\w./-])\/[\w./-]+/g;

export const mountedFilesExist = rule({
  name: 'mounted-files-exist',
  why: 'A program that is told to read a file of a ConfigMap or Secret fails when the object has no such key.',
  check(cluster, report) {
    for (const template of cluster.templates) {
      const files = filesByVolume(cluster, template);
      for (const { spec, field } of containersOf(template.spec)) {
        const mounts = [...items(spec.volumeMounts, '')].flatMap(([mount]) => {
          const known = mount.subPath === undefined ? files.get(text(mount.name) ?? '') : undefined;
          const path = text(mount.mountPath);
          return known && path ? [{ path: `${path.replace(/\/$/, '')}/`, known }] : [];
        });
        if (mounts.length === 0) continue;
        for (const [where, content] of texts(spec)) {
          for (const [path] of content.matchAll(FILE)) {
            const mount = mounts.find((candidate) => path.startsWith(candidate.path));
            const file = mount && path.slice(mount.path.length).replace(/[/.]+$/, '');
            if (!file || [...mount.known].some((known) => known === file || known.startsWith(`${file}/`))) continue;
            report(
              template.entry,
              `${specField(template)}.${field}.${where} names ${path}, and the volume at ${mount.path} has no such file`,
              `name one that it has: ${quoted(mount.known, 'there is none')}`,
            );
          }
        }
      }
    }
  },
});

/** What a program is told: command, arguments, variables. */
function* texts(container: Fields): Generator<readonly [where: string, text: string]> {
  for (const key of ['command', 'args']) {
    for (const [index, argument] of list(container[key]).entries()) {
      if (typeof argument === 'string') yield [`${key}[${index}]`, argument];
    }
  }
  for (const [variable, where] of items(container.env, 'env')) yield [where, text(variable.value) ?? ''];
}

/** Files in volumes that are filled from ConfigMaps and Secrets, where all of them are known. */
function filesByVolume(cluster: Cluster, { spec, entry }: Template): Map<string, Set<string>> {
  const files = new Map<string, Set<string>>();
  for (const [volume] of items(spec.volumes, '')) {
    const sources = [...items(dig(volume, 'projected', 'sources'), '')].map(([source]) => source);
    const known = (sources.length > 0 ? sources : [volume]).map((source) =>
      filesOf(cluster, source, entry.manifest.metadata.namespace),
    );
    if (known.some((found) => found === undefined)) continue;
    files.set(text(volume.name) ?? '', new Set(known.flatMap((found) => found ?? [])));
  }
  return files;
}

function filesOf(cluster: Cluster, source: Fields, namespace: string | undefined): string[] | undefined {
  const token = text(dig(source, 'serviceAccountToken', 'path'));
  if (token !== undefined) return [token];
  const from = fields(source.configMap ?? source.secret);
  const name = text(from.name) ?? text(from.secretName);
  if (name === undefined) return undefined;
  const listed = list(from.items);
  if (listed.length > 0) return listed.flatMap((item) => text(dig(item, 'path')) ?? []);
  const makers = cluster.all.getAll(source.configMap === undefined ? '/Secret' : '/ConfigMap', namespace, name);
  return makers.length === 0
    ? undefined
    : makers.flatMap(({ manifest }) =>
        [manifest.data, manifest.binaryData, manifest.stringData].flatMap((data) => Object.keys(fields(data))),
      );
}
