import { copiedSecret, copyPermission, generatedSecret } from '../../constructs/secrets/index.ts';
import { goDuration } from './go-duration.ts';
import type { Source } from './source.ts';

/** Values are made in the cluster, and nobody knows them. */
export function fromNowhere(): Source {
  const refreshInterval = goDuration(10 * 60);
  return {
    summary: 'Credentials are generated in the cluster, once.',
    locate: ({ name, places: [first] }) => `generated in the cluster, kubectl get secret ${name} -n ${first.namespace}`,
    manifests: ({ name, spec, places: [original, ...copies] }, { namespace }) => {
      if (namespace !== original.namespace)
        return copiedSecret({ name, spec, from: original.namespace, to: namespace, refreshInterval });
      return [
        ...generatedSecret({ name, namespace, spec }),
        ...(copies.length === 0
          ? []
          : copyPermission({ name, from: namespace, to: copies.map((copy) => copy.namespace).sort() })),
      ];
    },
    *problems(placements) {
      for (const { name, spec } of placements) {
        for (const [key, value] of Object.entries(spec.keys)) {
          if (value.kind !== 'provided') continue;
          yield `"${name}" needs ${value.what} under the key ${key} (${spec.why}), which cannot be generated; use the source external-secrets or sealed-secrets`;
        }
      }
    },
  };
}
