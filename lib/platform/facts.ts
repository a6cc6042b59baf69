import { STORAGE_PURPOSES } from '../clusters/provider.ts';
import { gatewayApiKinds } from '../operators/gateway-api-kinds.ts';
import type { ClusterFacts } from '../rules/rule.ts';
import type { Manifest } from './manifest-set.ts';
import type { Plan } from './plan.ts';
import { surroundingsOf } from './surroundings.ts';
import { imageNames, publicHosts } from './versions.ts';

/** What the rules may take for granted of an environment's cluster. */
export function factsOf({ context, operators, loaded }: Plan): ClusterFacts {
  const { cluster } = context;
  return {
    environment: context.name,
    storageClasses: STORAGE_PURPOSES.flatMap((purpose) => cluster.storageClasses[purpose] ?? []),
    gatewayClass: cluster.gatewayClass,
    images: new Set(imageNames().map((name) => context.image(name))),
    served: new Set([
      ...[...operators.values()].flatMap(({ kinds }) => Object.keys(kinds)),
      ...(cluster.gatewayClass === undefined ? [] : Object.keys(gatewayApiKinds)),
    ]),
    foreignHosts: cluster.registryMirror === undefined ? [] : publicHosts(),
    surroundings: surroundingsOf(context),
    present: [namespace(loaded.config.argocd.namespace)],
  };
}

const namespace = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
