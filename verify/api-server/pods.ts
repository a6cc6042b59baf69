import { fields, isFields, list } from '../../lib/kubernetes/read.ts';
import type { KubernetesObject } from './manifests.ts';

/** A pod as a controller would create it from a template. */
export interface TemplatedPod {
  /** Where the template stands in its object: `spec.template`. */
  readonly path: string;
  readonly pod: KubernetesObject;
}

/**
 * A pod for each pod template of an object, built-in or custom: a template is known by what it holds, so that a new kind
 * is not forgotten. A StatefulSet's claims become volumes, as its controller makes them.
 */
export function podsOf(object: KubernetesObject): TemplatedPod[] {
  return [...templatesIn(object, '')].map(([path, template]) => {
    const { metadata, spec } = template;
    return {
      path,
      pod: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          ...fields(metadata),
          name: `${object.metadata.name}-0`,
          ...(object.metadata.namespace !== undefined && { namespace: object.metadata.namespace }),
        },
        spec: object.kind === 'StatefulSet' ? withClaims(fields(spec), object) : fields(spec),
      },
    };
  });
}

function* templatesIn(value: unknown, path: string): Generator<readonly [string, Readonly<Record<string, unknown>>]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* templatesIn(item, `${path}[${index}]`);
  } else if (isFields(value)) {
    for (const [key, child] of Object.entries(value)) {
      const at = path === '' ? key : `${path}.${key}`;
      const template = /template$/i.test(key) && isFields(child) && Array.isArray(fields(child.spec).containers);
      if (template) yield [at, child];
      else yield* templatesIn(child, at);
    }
  }
}

function withClaims(spec: Readonly<Record<string, unknown>>, statefulSet: KubernetesObject): Record<string, unknown> {
  const claims = list(fields(statefulSet.spec).volumeClaimTemplates).map((claim) =>
    String(fields(fields(claim).metadata).name),
  );
  const others = list(spec.volumes).filter((volume) => !claims.includes(String(fields(volume).name)));
  const claimed = claims.map((name) => ({
    name,
    persistentVolumeClaim: { claimName: `${name}-${statefulSet.metadata.name}-0` },
  }));
  return { ...spec, volumes: [...others, ...claimed] };
}
