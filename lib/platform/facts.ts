import { STORAGE_PURPOSES } from '../clusters/provider.ts';
import type { ComponentNode } from '../graph/component.ts';
import { podLabels } from '../graph/component.ts';
import { gatewayApiKinds } from '../operators/gateway-api-kinds.ts';
import type { ClusterFacts } from '../rules/rule.ts';
import type { Manifest } from './manifest-set.ts';
import type { Plan } from './plan.ts';
import { surroundingsOf } from './surroundings.ts';
import { imageNames, publicHosts } from './versions.ts';

/** What the rules may take for granted of an environment's cluster. */
export function factsOf({ context, operators, loaded, graph }: Plan): ClusterFacts {
  const { cluster } = context;
  return {
    environment: context.name,
    storageClasses: STORAGE_PURPOSES.flatMap((purpose) => cluster.storageClasses[purpose] ?? []),
    gatewayClass: cluster.gatewayClass,
    images: new Set([
      ...imageNames().map((name) => context.image(name)),
      ...graph.components.flatMap((component) => component.images ?? []),
    ]),
    served: new Set([
      ...[...operators.values()].flatMap(({ kinds }) => Object.keys(kinds)),
      ...(cluster.gatewayClass === undefined ? [] : Object.keys(gatewayApiKinds)),
    ]),
    foreignHosts: cluster.registryMirror === undefined ? [] : publicHosts(),
    nodePools: cluster.nodePools,
    surroundings: surroundingsOf(context),
    present: [
      namespace(loaded.config.argocd.namespace),
      ...proxiesOf(graph.gateway),
      ...graph.components.flatMap(podsOf),
    ],
  };
}

/** Pods of a gateway that the cluster brings along. */
function proxiesOf(gateway: Plan['graph']['gateway']): readonly Manifest[] {
  const proxies = gateway?.gateway?.proxies;
  if (proxies === undefined || 'cidrs' in proxies) return [];
  const metadata = { name: 'proxy', namespace: proxies.namespace, labels: proxies.labels };
  return [namespace(proxies.namespace), { apiVersion: 'v1', kind: 'Pod', metadata }];
}

/** A pod that stands for those that somebody else makes. */
function podsOf(component: ComponentNode): readonly Manifest[] {
  if (component.podsMadeBy === undefined) return [];
  const { name, namespace: where } = component;
  const metadata = { name, namespace: where, labels: podLabels(component) };
  return [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name }] } }];
}

const namespace = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
