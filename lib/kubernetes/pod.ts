import type { Reference } from '../operators/operator.ts';
import type { ContainerPort } from './pod-ports.ts';
import { containerPorts } from './pod-ports.ts';
import type { Fields } from './read.ts';
import { dig, fields, items, list, text } from './read.ts';

export interface Container {
  readonly name: string;
  /** Where in the PodSpec it stands: `containers[0]`. */
  readonly field: string;
  /** A sidecar is an init container that goes on running. */
  readonly kind: 'main' | 'init' | 'sidecar' | 'ephemeral';
  readonly spec: Fields;
  readonly ports: readonly ContainerPort[];
}

/** All containers of a PodSpec. */
export function containersOf(podSpec: Fields): Container[] {
  const read = (key: string, kind: (spec: Fields) => Container['kind']): Container[] =>
    [...items(podSpec[key], key)].map(([spec, field]) => ({
      name: text(spec.name) ?? field,
      field,
      kind: kind(spec),
      spec,
      ports: containerPorts(spec),
    }));
  return [
    ...read('initContainers', (spec) => (spec.restartPolicy === 'Always' ? 'sidecar' : 'init')),
    ...read('containers', () => 'main'),
    ...read('ephemeralContainers', () => 'ephemeral'),
  ];
}

/** Everything that a PodSpec names. Source: Kubernetes API reference, PodSpec. */
export function* podReferences(spec: Fields, namespace: string | undefined, field: string): Generator<Reference> {
  const at = inNamespace(namespace);
  const account = text(spec.serviceAccountName) ?? text(spec.serviceAccount);
  if (account) yield at(`${field}.serviceAccountName`, '/ServiceAccount', account);
  for (const [secret, path] of items(spec.imagePullSecrets, `${field}.imagePullSecrets`)) {
    const name = text(secret.name);
    if (name) yield at(path, '/Secret', name);
  }
  const priority = text(spec.priorityClassName);
  if (priority)
    yield { field: `${field}.priorityClassName`, target: 'scheduling.k8s.io/PriorityClass', name: priority };
  const runtime = text(spec.runtimeClassName);
  if (runtime) yield { field: `${field}.runtimeClassName`, target: 'node.k8s.io/RuntimeClass', name: runtime };
  const containers = containersOf(spec);
  for (const [volume, path] of items(spec.volumes, `${field}.volumes`)) {
    yield* volumeReferences(volume, path, at, subPaths(containers, text(volume.name)));
  }
  for (const container of containers) yield* containerReferences(container.spec, `${field}.${container.field}`, at);
}

type At = (field: string, target: string, name: string, more?: Partial<Reference>) => Reference;

const inNamespace =
  (namespace: string | undefined): At =>
  (field, target, name, more = {}) => ({ field, target, name, ...(namespace !== undefined && { namespace }), ...more });

function* volumeReferences(volume: Fields, path: string, at: At, subPaths: readonly string[]): Generator<Reference> {
  const claim = text(dig(volume, 'persistentVolumeClaim', 'claimName'));
  if (claim) yield at(`${path}.persistentVolumeClaim`, '/PersistentVolumeClaim', claim);
  const storageClass = text(dig(volume, 'ephemeral', 'volumeClaimTemplate', 'spec', 'storageClassName'));
  if (storageClass) yield storageClassReference(`${path}.ephemeral.volumeClaimTemplate.spec`, storageClass);
  const publish = text(dig(volume, 'csi', 'nodePublishSecretRef', 'name'));
  if (publish) yield at(`${path}.csi.nodePublishSecretRef`, '/Secret', publish);
  yield* sourceReference(volume.configMap, `${path}.configMap`, '/ConfigMap', 'name', at, subPaths);
  yield* sourceReference(volume.secret, `${path}.secret`, '/Secret', 'secretName', at, subPaths);
  for (const [source, sourcePath] of items(dig(volume, 'projected', 'sources'), `${path}.projected.sources`)) {
    yield* sourceReference(source.configMap, `${sourcePath}.configMap`, '/ConfigMap', 'name', at, []);
    yield* sourceReference(source.secret, `${sourcePath}.secret`, '/Secret', 'name', at, []);
  }
}

/** A volume filled from an object; a mount's subPath names one of its keys unless `items` gives them other paths. */
function* sourceReference(
  source: unknown,
  field: string,
  target: string,
  nameKey: string,
  at: At,
  subPaths: readonly string[],
): Generator<Reference> {
  const name = text(dig(source, nameKey));
  if (!name) return;
  const listed = list(dig(source, 'items'));
  const keys = listed.length > 0 ? listed.flatMap((item) => text(dig(item, 'key')) ?? []) : subPaths;
  yield at(field, target, name, { ...(keys.length > 0 && { keys }), optional: dig(source, 'optional') === true });
}

function* containerReferences(container: Fields, path: string, at: At): Generator<Reference> {
  for (const [variable, field] of items(container.env, `${path}.env`)) {
    for (const [key, target] of [
      ['secretKeyRef', '/Secret'],
      ['configMapKeyRef', '/ConfigMap'],
    ] as const) {
      const ref = fields(dig(variable, 'valueFrom', key));
      const name = text(ref.name);
      if (!name) continue;
      const keys = [text(ref.key) ?? ''];
      yield at(`${field}.valueFrom.${key}`, target, name, { keys, optional: ref.optional === true });
    }
  }
  for (const [source, field] of items(container.envFrom, `${path}.envFrom`)) {
    for (const [key, target] of [
      ['secretRef', '/Secret'],
      ['configMapRef', '/ConfigMap'],
    ] as const) {
      const name = text(dig(source, key, 'name'));
      if (name) yield at(`${field}.${key}`, target, name, { optional: dig(source, key, 'optional') === true });
    }
  }
}

const subPaths = (containers: readonly Container[], volume: string | undefined): string[] =>
  containers.flatMap(({ spec }) =>
    list(spec.volumeMounts).flatMap((mount) => {
      const subPath = text(dig(mount, 'subPath'));
      return dig(mount, 'name') === volume && subPath ? [subPath] : [];
    }),
  );

export const storageClassReference = (field: string, name: string): Reference => ({
  field: `${field}.storageClassName`,
  target: 'storage.k8s.io/StorageClass',
  name,
});
