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
 * is not forgotten.
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
        spec: COMPLETIONS[object.kind]?.(fields(spec), object) ?? fields(spec),
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

type PodSpec = Readonly<Record<string, unknown>>;

/** What controllers add to templates that are no whole pods. */
const COMPLETIONS: Readonly<Record<string, (spec: PodSpec, object: KubernetesObject) => PodSpec>> = {
  StatefulSet(spec, { metadata, spec: own }) {
    const claims = list(fields(own).volumeClaimTemplates).map((claim) => String(fields(fields(claim).metadata).name));
    const others = list(spec.volumes).filter((volume) => !claims.includes(String(fields(volume).name)));
    const claimed = claims.map((name) => ({
      name,
      persistentVolumeClaim: { claimName: `${name}-${metadata.name}-0` },
    }));
    return { ...spec, volumes: [...others, ...claimed] };
  },

  /** Of CloudNativePG, whose operator decides about image and security. Source: its pkg/specs/pgbouncer/deployments.go. */
  Pooler(spec, { spec: own }) {
    const { image } = fields(fields(own).pgbouncer);
    const security = {
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    };
    return {
      ...spec,
      containers: list(spec.containers).map((container) => ({ image, ...fields(container), ...security })),
    };
  },
};
