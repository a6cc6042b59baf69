import type { Fields } from '../kubernetes/read.ts';
import { fields, text } from '../kubernetes/read.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { kuberayKinds } from './kuberay-kinds.ts';
import type { KindFacts } from './operator.ts';

/**
 * RayJobs that stand as JSON in a ConfigMap, for a program to make them by the clock: they are held to what holds for
 * those that are written.
 */
export const embeddedRay: Readonly<Record<string, KindFacts>> = {
  '/ConfigMap': {
    *references(manifest) {
      for (const [field, object] of embedded(manifest)) {
        for (const reference of factsOf(object).references?.(object) ?? []) {
          yield { ...reference, field: `${field}.${reference.field}` };
        }
      }
    },
    *templates(manifest) {
      for (const [field, object] of embedded(manifest)) {
        for (const template of factsOf(object).templates?.(object) ?? []) {
          yield { ...template, field: `${field}.${template.field}` };
        }
      }
    },
    *produces(manifest) {
      for (const [, object] of embedded(manifest)) yield object;
    },
  },
};

const factsOf = (object: Manifest): KindFacts => kuberayKinds[`ray.io/${object.kind}`] ?? {};

function* embedded(manifest: Manifest): Generator<readonly [field: string, object: Manifest]> {
  for (const [key, value] of Object.entries(fields(manifest.data))) {
    const written = text(value);
    if (written === undefined || !key.endsWith('.json') || !written.includes('"ray.io/')) continue;
    const object = fields(JSON.parse(written));
    const [apiVersion, kind] = [text(object.apiVersion), text(object.kind)];
    if (apiVersion === undefined || kind === undefined) continue;
    yield [`data.${key}`, { ...object, apiVersion, kind, metadata: metadataOf(manifest, object) }];
  }
}

/** Whoever makes the object gives it a name; here it has that of the ConfigMap. */
function metadataOf({ metadata: { name, namespace } }: Manifest, object: Fields): Manifest['metadata'] {
  return { ...fields(object.metadata), name, ...(namespace !== undefined && { namespace }) };
}
