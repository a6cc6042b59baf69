import type { AnyComponent, CredentialPlace, CredentialPlacement } from '../components/component.ts';
import type { CredentialSpec, DeclaredSecret } from '../graph/credential.ts';
import { declaredSecret } from '../graph/credential.ts';
import type { Edge, ServiceGraph } from '../graph/service-graph.ts';

/** Every credential of an environment and where it must exist. */
export function placementsOf(graph: ServiceGraph<AnyComponent>): readonly CredentialPlacement[] {
  const own = graph.components.flatMap((component) =>
    Object.keys(component.credentials).map((key): CredentialPlacement => {
      const { name, spec, places } = ownPlacement(component, key);
      const readers = graph.into(component).filter(({ provider }) => provider.offer.shares === key);
      const there = readers.map(({ consumer }) => placeOf(consumer));
      // Several components of one namespace read the same Secret; whoever comes first has it in its folder.
      const copies = [...new Map(there.reverse().map((place) => [place.namespace, place])).values()].reverse();
      return {
        name,
        spec,
        places: [places[0], ...copies.filter(({ namespace }) => namespace !== component.namespace)],
      };
    }),
  );
  const shared = (edge: Edge<AnyComponent>): boolean => edge.provider.offer.shares !== undefined;
  return [...own, ...graph.edges.flatMap((edge) => (shared(edge) ? [] : (edgePlacement(edge) ?? [])))];
}

/** The credential that comes with an edge: made where the provider lives, copied to where the consumer does. */
export function edgePlacement(edge: Edge<AnyComponent>): CredentialPlacement | undefined {
  const { consumer, need, provider } = edge;
  const { shares } = provider.offer;
  if (shares !== undefined && provider.kind === 'component') return ownPlacement(provider.component, shares);
  const spec = provider.offer.credential?.(consumer.needs[need]?.ask, consumer);
  if (!spec) return undefined;
  const there = placeOf(consumer);
  const name = edgeSecretName(consumer.name, need);
  if (provider.kind === 'external' || provider.component.namespace === consumer.namespace)
    return { name, spec, places: [there] };
  return { name, spec, places: [placeOf(provider.component), there] };
}

function ownPlacement(component: AnyComponent, key: string): CredentialPlacement {
  const spec: CredentialSpec | undefined = component.credentials[key];
  if (!spec) throw new Error(`${component.name} shares the credential "${key}", which it does not declare`);
  return { name: ownSecretName(component.name, key), spec, places: [placeOf(component)] };
}

const placeOf = ({ namespace, name }: AnyComponent): CredentialPlace => ({ namespace, component: name });

export const ownSecretName = (component: string, key: string): string => `${component}-${kebab(key)}`;
const edgeSecretName = (consumer: string, need: string): string => `${consumer}-${kebab(need)}`;

export const declared = ({ name, spec }: CredentialPlacement): DeclaredSecret =>
  declaredSecret(name, Object.keys(spec.keys), `credential "${name}": ${spec.why}`);

const kebab = (camel: string): string => camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
