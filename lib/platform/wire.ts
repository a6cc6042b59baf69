import { groupBy } from '../collections.ts';
import type { AnyComponent, Reach, Wired, WiredConsumer } from '../components/component.ts';
import { declared, edgePlacement, ownSecretName } from '../derive/credentials.ts';
import { publicHost, publicUrl } from '../derive/routes.ts';
import type { AnyNeed, AnyOffer, ComponentNode, Credentials, Needs, Offers } from '../graph/component.ts';
import type { HandleContext } from '../graph/contract.ts';
import { type CredentialSpec, declaredSecret } from '../graph/credential.ts';
import type { Endpoint } from '../graph/endpoint.ts';
import { serviceHost, serviceHosts } from '../graph/endpoint.ts';
import type { Edge, ServiceGraph } from '../graph/service-graph.ts';

/** Everything a component's `build` gets, out of the complete graph. */
export function wire(component: AnyComponent, graph: ServiceGraph<AnyComponent>): Wired<Needs, Offers, Credentials> {
  const needs: Record<string, unknown> = {};
  const edges = groupBy(graph.outOf(component), ({ need }) => need);
  for (const [key, { every }] of Object.entries<AnyNeed>(component.needs)) {
    const handles = (edges.get(key) ?? []).map((edge) => handleOf(edge, graph));
    needs[key] = every ? handles : handles[0];
  }

  const consumers: Record<string, WiredConsumer<unknown>[]> = {};
  const offers: Record<string, Reach> = {};
  for (const [name, offer] of Object.entries<AnyOffer>(component.offers)) {
    consumers[name] = [];
    offers[name] = reachOf(component, name, offer, graph);
  }
  for (const edge of graph.into(component)) {
    if (edge.provider.kind !== 'component') continue;
    const placement = edgePlacement(edge);
    consumers[edge.provider.offerName]?.push({
      name: edge.consumer.name,
      namespace: edge.consumer.namespace,
      ask: edge.consumer.needs[edge.need]?.ask,
      secret: placement && declared(placement),
      publicUrls: publicUrlsOf(edge.consumer, graph),
    });
  }

  const credentials = Object.fromEntries(
    Object.entries<CredentialSpec>(component.credentials).map(([key, { keys, why }]) => {
      const name = ownSecretName(component.name, key);
      return [key, declaredSecret(name, Object.keys(keys), `credential "${name}": ${why}`)];
    }),
  );
  return { needs, consumers, offers, credentials };
}

function handleOf(edge: Edge<AnyComponent>, graph: ServiceGraph<AnyComponent>): unknown {
  const { consumer, need, provider } = edge;
  const placement = edgePlacement(edge);
  const context: HandleContext<unknown> = {
    ask: consumer.needs[need]?.ask,
    consumer: { name: consumer.name, namespace: consumer.namespace },
    endpoint: endpointOf(edge),
    secret: placement && declared(placement),
    publicUrl:
      provider.kind === 'component'
        ? reachOf(provider.component, provider.offerName, provider.offer, graph).publicUrl
        : undefined,
  };
  return provider.offer.handle(context);
}

function endpointOf({ provider }: Edge): Endpoint {
  const [{ port }] = provider.offer.ports;
  if (provider.kind === 'external') return { host: provider.external.host ?? provider.external.name, port };
  const { component, offer } = provider;
  return { host: serviceHost({ service: offer.service ?? component.name, namespace: component.namespace }), port };
}

function publicUrlsOf({ exposes = [] }: ComponentNode, { gateway }: ServiceGraph<AnyComponent>): readonly string[] {
  const role = gateway?.gateway;
  return role ? [...new Set(exposes.map((exposure) => publicUrl(exposure, role)))] : [];
}

function reachOf(
  component: ComponentNode,
  offerName: string,
  offer: AnyOffer,
  graph: ServiceGraph<AnyComponent>,
): Reach {
  const hosts = serviceHosts({ service: offer.service ?? component.name, namespace: component.namespace });
  const role = graph.gateway?.gateway;
  const exposure = component.exposes?.find((e) => e.offer === offerName);
  if (!role || !exposure) return { hosts, publicHost: undefined, publicUrl: undefined };
  return { hosts, publicHost: publicHost(exposure.host, role.domain), publicUrl: publicUrl(exposure, role) };
}
