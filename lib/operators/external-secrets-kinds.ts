import { dig, fieldsAt, labelsAt, listAt, textAt } from '../kubernetes/read.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import type { KindFacts, Reference } from './operator.ts';
import { producedSecret } from './produced.ts';

/** The kinds of External Secrets, as its source of 2.9 treats them. */
export const externalSecretsKinds: Readonly<Record<string, KindFacts>> = {
  'external-secrets.io/ExternalSecret': { references: externalSecretReferences, produces: externalSecretProduces },
  'external-secrets.io/SecretStore': { references: storeReferences },
  'external-secrets.io/ClusterSecretStore': { references: storeReferences, clusterScoped: true },
  'external-secrets.io/ClusterExternalSecret': { clusterScoped: true },
  'external-secrets.io/PushSecret': {},
  'generators.external-secrets.io/Password': {},
};

function* externalSecretReferences(manifest: Manifest): Iterable<Reference> {
  const { namespace } = manifest.metadata;
  const store = (field: string, ref: unknown): Reference[] => {
    const name = textAt(ref, 'name');
    if (name === undefined) return [];
    const cluster = textAt(ref, 'kind') === 'ClusterSecretStore';
    return [
      {
        field,
        target: `external-secrets.io/${cluster ? 'ClusterSecretStore' : 'SecretStore'}`,
        ...(!cluster && namespace !== undefined && { namespace }),
        name,
      },
    ];
  };
  yield* store('spec.secretStoreRef', dig(manifest, 'spec', 'secretStoreRef'));
  for (const [index, data] of listAt(manifest, 'spec', 'data')) {
    yield* store(`spec.data[${index}].sourceRef.storeRef`, dig(data, 'sourceRef', 'storeRef'));
  }
  for (const [index, from] of listAt(manifest, 'spec', 'dataFrom')) {
    yield* store(`spec.dataFrom[${index}].sourceRef.storeRef`, dig(from, 'sourceRef', 'storeRef'));
    const kind = textAt(from, 'sourceRef', 'generatorRef', 'kind');
    const name = textAt(from, 'sourceRef', 'generatorRef', 'name');
    if (kind === undefined || name === undefined) continue;
    yield {
      field: `spec.dataFrom[${index}].sourceRef.generatorRef`,
      target: `generators.external-secrets.io/${kind}`,
      ...(kind !== 'ClusterGenerator' && namespace !== undefined && { namespace }),
      name,
    };
  }
}

/**
 * The Secret. A template with `data` says all its keys (`mergePolicy: Replace`, the default); without one they are those
 * of `spec.data`, as far as anybody can know: an `extract` brings whatever the store holds.
 */
function* externalSecretProduces(manifest: Manifest): Iterable<Manifest> {
  const template = dig(manifest, 'spec', 'target', 'template');
  const templated = Object.keys(fieldsAt(template, 'data'));
  const fetched = listAt(manifest, 'spec', 'data').flatMap(([, data]) => textAt(data, 'secretKey') ?? []);
  const replaces = templated.length > 0 && textAt(template, 'mergePolicy') !== 'Merge';
  if (textAt(manifest, 'spec', 'target', 'creationPolicy') === 'None') return;
  yield producedSecret({
    name: textAt(manifest, 'spec', 'target', 'name') ?? manifest.metadata.name,
    namespace: manifest.metadata.namespace,
    keys: replaces ? templated : new Set([...fetched, ...templated]),
    type: textAt(template, 'type') ?? 'Opaque',
    labels: template === undefined ? (manifest.metadata.labels ?? {}) : labelsAt(template, 'metadata', 'labels'),
  });
}

/** Where a provider's settings name the ServiceAccount it speaks as. */
const IDENTITIES = [
  ['aws', 'auth', 'jwt', 'serviceAccountRef'],
  ['gcpsm', 'auth', 'workloadIdentity', 'serviceAccountRef'],
  ['azurekv', 'serviceAccountRef'],
  ['vault', 'auth', 'kubernetes', 'serviceAccountRef'],
  ['kubernetes', 'auth', 'serviceAccount'],
] as const;

const CERTIFICATES = [
  ['vault', 'caProvider'],
  ['kubernetes', 'server', 'caProvider'],
] as const;

/** Every namespace gets it from the control plane. Source: kubernetes.io, "Certificates", root CA of pods. */
const ROOT_CA = 'kube-root-ca.crt';

function* storeReferences(manifest: Manifest): Iterable<Reference> {
  for (const path of IDENTITIES) {
    const ref = dig(manifest, 'spec', 'provider', ...path);
    const name = textAt(ref, 'name');
    if (name === undefined) continue;
    const namespace = textAt(ref, 'namespace') ?? manifest.metadata.namespace;
    yield {
      field: `spec.provider.${path.join('.')}`,
      target: '/ServiceAccount',
      ...(namespace !== undefined && { namespace }),
      name,
    };
  }
  for (const path of CERTIFICATES) {
    const ref = dig(manifest, 'spec', 'provider', ...path);
    const name = textAt(ref, 'name');
    if (name === undefined || name === ROOT_CA) continue;
    const namespace = textAt(ref, 'namespace') ?? manifest.metadata.namespace;
    const key = textAt(ref, 'key');
    yield {
      field: `spec.provider.${path.join('.')}`,
      target: textAt(ref, 'type') === 'Secret' ? '/Secret' : '/ConfigMap',
      ...(namespace !== undefined && { namespace }),
      name,
      ...(key !== undefined && { keys: [key] }),
    };
  }
}
