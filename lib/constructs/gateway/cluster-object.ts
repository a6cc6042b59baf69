import { ApiObject, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';

/** An object that is in no namespace. A chart gives its own to every object, and knows no way to say none. */
export function clusterObject(
  scope: Construct,
  id: string,
  object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
    readonly spec?: unknown;
  },
): ApiObject {
  const made = new ApiObject(scope, id, object);
  if (made.metadata.namespace !== undefined) made.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  return made;
}
