import type { ComponentNode, External } from '../graph/component.ts';
import { podLabels } from '../graph/component.ts';
import type { Flow, Peer } from '../graph/flow.ts';
import { flowPort, tcp } from '../graph/flow.ts';
import type { Provider, ServiceGraph } from '../graph/service-graph.ts';
import type { Surroundings } from '../graph/surroundings.ts';
import { ANYWHERE, PRIVATE_RANGES } from '../graph/surroundings.ts';
import type { Operator, OperatorPods } from '../operators/operator.ts';

/**
 * Every flow of an environment: the graph's edges, and the traffic with parties that nobody has to declare.
 *
 * @param operated components that the operators work for, those of other environments on the cluster included.
 */
export function flowsOf(
  graph: ServiceGraph,
  surroundings: Surroundings,
  operators: ReadonlyMap<string, Operator>,
  operated: readonly ComponentNode[] = graph.components,
): readonly Flow[] {
  const declared = graph.components.flatMap((component) => componentFlows(component, graph, surroundings, operators));
  const speaking = new Set(declared.map(({ from }) => keyOf(from)));
  return [
    ...declared,
    // Who opens a connection looks up a name first; pods of one component find each other by name too.
    ...graph.components
      .map(componentPeer)
      .filter((peer) => speaking.has(keyOf(peer)))
      .flatMap((peer) => toDns(peer, surroundings)),
    ...[...operators.values()].flatMap((operator) => operatorFlows(operator, surroundings, operators)),
    ...operated.flatMap((component) => operatorEgressFlows(component, operators)),
  ];
}

function componentFlows(
  component: ComponentNode,
  graph: ServiceGraph,
  surroundings: Surroundings,
  operators: ReadonlyMap<string, Operator>,
): Flow[] {
  const self = componentPeer(component);
  const flows: Flow[] = graph.outOf(component).map((edge) => ({
    from: self,
    to: providerPeer(edge.provider),
    ports:
      edge.provider.kind === 'external'
        ? edge.provider.external.ports.map(tcp)
        : edge.provider.offer.ports.map(flowPort),
    why: edge.why,
    origin: 'need',
  }));
  for (const { provider } of graph.outOf(component)) {
    if (provider.kind !== 'external' || !provider.external.identity) continue;
    const { name, cidrs, ports } = provider.external.identity;
    flows.push({
      from: self,
      to: { kind: 'addresses', name, cidrs },
      ports: ports.map(tcp),
      why: `proves to external.${provider.external.name} who it is`,
      origin: 'role',
    });
  }
  if (component.peers) {
    flows.push({
      from: self,
      to: self,
      ports: component.peers.ports === 'all' ? 'all' : component.peers.ports.map(flowPort),
      why: component.peers.why,
      origin: 'role',
    });
  }
  for (const { from, port, why } of callersOf(component, graph, operators)) {
    flows.push({ from, to: self, ports: [port], why, origin: 'role' });
  }
  for (const operator of operatorsOf(component, operators)) {
    for (const pods of operator.pods) {
      for (const { port, why } of pods.serves ?? []) {
        flows.push({ from: self, to: operatorPeer(operator, pods), ports: [tcp(port)], why, origin: 'role' });
      }
    }
  }
  const { apiServer, internet, addresses = [], anyone } = component.ambient ?? {};
  if (apiServer !== undefined) flows.push(toApiServer(self, surroundings, apiServer));
  if (internet) flows.push(toInternet(self, internet));
  for (const { name, cidrs, ports, why } of addresses) {
    flows.push({ from: self, to: { kind: 'addresses', name, cidrs }, ports: ports.map(tcp), why, origin: 'ambient' });
  }
  if (anyone) {
    flows.push({ from: ANYONE, to: self, ports: anyone.ports.map(flowPort), why: anyone.why, origin: 'ambient' });
  }
  if (surroundings.prometheus && component.metrics?.length) {
    const { namespace, labels } = surroundings.prometheus;
    flows.push({
      from: { kind: 'pods', name: 'prometheus', namespace, labels },
      to: self,
      ports: component.metrics.map((metrics) => flowPort(metrics.port)),
      why: 'metrics',
      origin: 'ambient',
    });
  }
  return flows;
}

/** Parties that open connections to a component without having asked for an offer: its gateway and its operators. */
function* callersOf(component: ComponentNode, graph: ServiceGraph, operators: ReadonlyMap<string, Operator>) {
  if (graph.gateway && component.exposes) {
    for (const { offer, host } of component.exposes) {
      const port = component.offers[offer]?.ports[0];
      if (port)
        yield {
          from: gatewayPeer(graph.gateway),
          port: flowPort(port),
          why: `requests to ${host}.${graph.gateway.gateway?.domain}`,
        };
    }
  }
  for (const operator of operatorsOf(component, operators)) {
    for (const pods of operator.pods) {
      for (const { port, why } of pods.reaches ?? [])
        yield { from: operatorPeer(operator, pods), port: tcp(port), why };
    }
  }
}

/**
 * An operator serves the whole cluster, so what it opens and who may open it is said for the platform's pods in any
 * namespace; each component's own policy then names it exactly.
 */
function operatorFlows(
  operator: Operator,
  surroundings: Surroundings,
  operators: ReadonlyMap<string, Operator>,
): Flow[] {
  return operator.pods.flatMap((pods) => {
    const self = operatorPeer(operator, pods);
    const flows: Flow[] = [
      ...toDns(self, surroundings),
      toApiServer(self, surroundings, 'watches and updates objects'),
    ];
    if (pods.webhookPorts?.length) {
      const { cidrs } = surroundings.apiServer;
      flows.push({
        from: { kind: 'addresses', name: 'api-server', cidrs },
        to: self,
        ports: pods.webhookPorts.map(tcp),
        why: 'admission and conversion webhooks',
        origin: 'ambient',
      });
    }
    for (const { port, why } of pods.reaches ?? []) {
      flows.push({ from: self, to: ANY_COMPONENT, ports: [tcp(port)], why, origin: 'ambient' });
    }
    for (const { port, why } of pods.serves ?? []) {
      flows.push({ from: ANY_COMPONENT, to: self, ports: [tcp(port)], why, origin: 'ambient' });
    }
    for (const { operator: callerName, port, why } of pods.calledBy ?? []) {
      const caller = operators.get(callerName);
      if (!caller) continue;
      for (const callerPods of caller.pods) {
        flows.push({ from: operatorPeer(caller, callerPods), to: self, ports: [tcp(port)], why, origin: 'ambient' });
      }
    }
    if (pods.internet) flows.push(toInternet(self, pods.internet));
    return flows;
  });
}

/** What operators open on a component's behalf. Only the environment that installs them writes their policies. */
function operatorEgressFlows(component: ComponentNode, operators: ReadonlyMap<string, Operator>): Flow[] {
  return (component.operatorEgress ?? []).map(({ operator: name, pods: deployment, to, ports, why }) => {
    const operator = operators.get(name);
    const pods = operator?.pods.find((candidate) => candidate.name === deployment);
    if (!operator || !pods)
      throw new Error(`${component.name} speaks for "${name}/${deployment}", which it does not name`);
    return {
      from: operatorPeer(operator, pods),
      to: { kind: 'addresses', ...to },
      ports: ports.map(tcp),
      why: `${component.name}: ${why}`,
      origin: 'ambient',
    };
  });
}

const operatorsOf = (component: ComponentNode, operators: ReadonlyMap<string, Operator>): Operator[] =>
  (component.operators ?? []).flatMap((name) => operators.get(name) ?? []);

const keyOf = (peer: Peer): string => (peer.kind === 'pods' ? `${peer.namespace}/${peer.name}` : peer.name);

const ANYONE: Peer = { kind: 'addresses', name: 'anyone', cidrs: [ANYWHERE] };
const ANY_COMPONENT: Peer = { kind: 'pods', name: 'the components that use it', namespace: undefined, labels: {} };

const toDns = (from: Peer, { dns }: Surroundings): Flow[] => {
  const ports = [
    { port: 53, protocol: 'UDP' },
    { port: 53, protocol: 'TCP' },
  ] as const;
  const rest = { from, ports, why: 'name resolution', origin: 'ambient' } as const;
  return [
    { ...rest, to: { kind: 'pods', name: 'dns', namespace: dns.namespace, labels: dns.labels } },
    ...(dns.nodeLocal
      ? [{ ...rest, to: { kind: 'addresses', name: 'node-local-dns', cidrs: [dns.nodeLocal] } } as const]
      : []),
  ];
};

const toApiServer = (from: Peer, { apiServer }: Surroundings, why: string): Flow => ({
  from,
  to: { kind: 'addresses', name: 'api-server', cidrs: apiServer.cidrs },
  ports: [tcp(apiServer.port)],
  why,
  origin: 'ambient',
});

const toInternet = (from: Peer, { ports, why }: { readonly ports: readonly number[]; readonly why: string }): Flow => ({
  from,
  to: { kind: 'addresses', name: 'internet', cidrs: [ANYWHERE], except: PRIVATE_RANGES },
  ports: ports.map(tcp),
  why,
  origin: 'ambient',
});

const providerPeer = (provider: Provider): Peer =>
  provider.kind === 'component' ? componentPeer(provider.component) : externalPeer(provider.external);

const externalPeer = ({ name, addresses }: External): Peer => ({
  kind: 'addresses',
  name: `external.${name}`,
  ...addresses,
});

const operatorPeer = (operator: Pick<Operator, 'namespace'>, pods: OperatorPods): Peer => ({
  kind: 'pods',
  name: pods.name,
  namespace: operator.namespace,
  labels: pods.labels,
});

/** Where the gateway's requests come from. */
function gatewayPeer(gateway: ComponentNode): Peer {
  const proxies = gateway.gateway?.proxies;
  if (!proxies) return componentPeer(gateway);
  if ('cidrs' in proxies) return { kind: 'addresses', name: gateway.name, cidrs: proxies.cidrs };
  return { kind: 'pods', name: gateway.name, namespace: proxies.namespace, labels: proxies.labels };
}

const componentPeer = (component: ComponentNode): Peer => ({
  kind: 'pods',
  name: component.name,
  namespace: component.namespace,
  labels: podLabels(component),
});
