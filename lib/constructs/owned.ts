import type { ApiObject } from 'cdk8s';
import type { OwnedField } from '../platform/manifest-set.ts';

const OWNED = 'keelson:owned-field';

/**
 * Says that something in the cluster writes a field of an object after it was applied: an autoscaler its target's
 * `replicas`, a controller a CA bundle. The field must be left out of the manifest; Argo CD is told to ignore it.
 *
 * @param path jq path inside the object, e.g. `.spec.replicas`.
 * @param by   who writes it, e.g. `HorizontalPodAutoscaler`.
 */
export function leaveTo(object: ApiObject, path: string, by: string): void {
  object.node.addMetadata(OWNED, { path, by } satisfies OwnedField);
}

export function ownedFields(object: ApiObject): readonly OwnedField[] {
  return object.node.metadata.flatMap(({ type, data }) => (type === OWNED ? [data] : []));
}
