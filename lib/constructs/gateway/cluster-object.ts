import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';

/** An object that is in no namespace: a chart gives its own to everything that does not say otherwise. */
export function clusterObject(
  scope: Construct,
  id: string,
  object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly spec?: unknown;
  },
): ApiObject {
  const made = new ApiObject(scope, id, object);
  made.metadata.add('namespace', undefined);
  return made;
}
