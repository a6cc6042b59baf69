import type { AnyComponent, CredentialPlace, CredentialPlacement } from '../components/component.ts';
import type { CredentialSpec, DeclaredSecret } from '../graph/credential.ts';
import { declaredSecret } from '../graph/credential.ts';
import type { Edge, ServiceGraph } from '../graph/service-graph.ts';

/** Every credential of an environment and where it must exist. */
export function placementsOf(graph: ServiceGraph<AnyComponent>): readonly CredentialPlacement[] {
  const own = graph.components.flatMap((component) =>
    Object.entries<CredentialSpec>(component.credentials).map(([key, spec]): CredentialPlacement => {
      return {
        name: ownSecretName(component.name, key),
        spec,
        places: [{ namespace: component.namespace, component: component.name }],
      };
    }),
  );
  return [...own, ...graph.edges.flatMap((edge) => edgePlacement(edge) ?? [])];
}

/** The credential that comes with an edge: made where the provider lives, copied to where the consumer does. */
export function edgePlacement({ consumer, need, provider }: Edge<AnyComponent>): CredentialPlacement | undefined {
  const spec = provider.offer.credential?.(consumer.needs[need]?.ask, consumer);
  if (!spec) return undefined;
  const there: CredentialPlace = { namespace: consumer.namespace, component: consumer.name };
  const name = edgeSecretName(consumer.name, need);
  if (provider.kind === 'external' || provider.component.namespace === consumer.namespace)
    return { name, spec, places: [there] };
  return {
    name,
    spec,
    places: [{ namespace: provider.component.namespace, component: provider.component.name }, there],
  };
}

export const ownSecretName = (component: string, key: string): string => `${component}-${kebab(key)}`;
export const edgeSecretName = (consumer: string, need: string): string => `${consumer}-${kebab(need)}`;

export const declared = ({ name, spec }: CredentialPlacement): DeclaredSecret =>
  declaredSecret(name, Object.keys(spec.keys), `credential "${name}": ${spec.why}`);

const kebab = (camel: string): string => camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
