import type { LabelSelector, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../imports/k8s.ts';
import { append, compareText } from '../collections.ts';
import type { ComponentNode, Labels } from '../graph/component.ts';
import { podLabels } from '../graph/component.ts';
import type { Flow, FlowPort, Peer } from '../graph/flow.ts';
import { ANYWHERE } from '../graph/surroundings.ts';
import type { Operator } from '../operators/operator.ts';
import { PART_OF } from '../platform/labels.ts';
import type { Manifest } from '../platform/manifest-set.ts';

/** The flows of an environment, found by who takes part in them. */
export class FlowIndex {
  readonly #ingress = new Map<string, Flow[]>();
  readonly #egress = new Map<string, Flow[]>();

  constructor(readonly flows: readonly Flow[]) {
    for (const flow of flows) {
      append(this.#egress, peerKey(flow.from), flow);
      append(this.#ingress, peerKey(flow.to), flow);
    }
  }

  into(peer: Pick<ComponentNode, 'name' | 'namespace'>): readonly Flow[] {
    return this.#ingress.get(`${peer.namespace}/${peer.name}`) ?? [];
  }

  outOf(peer: Pick<ComponentNode, 'name' | 'namespace'>): readonly Flow[] {
    return this.#egress.get(`${peer.namespace}/${peer.name}`) ?? [];
  }
}

/** The one NetworkPolicy of a component. Its namespace denies all else. */
export const componentPolicy = (component: ComponentNode, flows: FlowIndex): Manifest =>
  policy(component.name, component.namespace, podLabels(component), flows);

/**
 * One NetworkPolicy for each Deployment of an operator. It leaves out the components by name: another environment of
 * the cluster may have more of them.
 */
export function operatorPolicies(operator: Operator, flows: FlowIndex): readonly Manifest[] {
  const ambient = new FlowIndex(
    operator.pods.flatMap(({ name }) => {
      const self = { name, namespace: operator.namespace };
      return [...flows.into(self), ...flows.outOf(self)].filter((flow) => flow.origin === 'ambient');
    }),
  );
  return operator.pods.map((pods) => policy(pods.name, operator.namespace, pods.labels, ambient));
}

/** Denies all traffic of all pods in a namespace, both ways, until another policy allows it. */
export const defaultDeny = (namespace: string): Manifest =>
  ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'default-deny', namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  }) satisfies NetworkPolicy;

function policy(name: string, namespace: string, labels: Labels, flows: FlowIndex): Manifest {
  const ingress = rules(flows.into({ name, namespace }), (flow) => flow.from);
  const egress = rules(flows.outOf({ name, namespace }), (flow) => flow.to);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: {
      podSelector: selector(labels),
      policyTypes: ['Ingress', 'Egress'],
      ...(ingress.length > 0 && {
        ingress: ingress.map(({ peers, ports }) => ({ ...(peers && { from: peers }), ...(ports && { ports }) })),
      }),
      ...(egress.length > 0 && {
        egress: egress.map(({ peers, ports }) => ({ ...(peers && { to: peers }), ...(ports && { ports }) })),
      }),
    },
  } satisfies NetworkPolicy;
}

interface Rule {
  /** Absent: anyone. */
  readonly peers: NetworkPolicyPeer[] | undefined;
  /** Absent: all ports. */
  readonly ports: NetworkPolicyPort[] | undefined;
}

/** One rule for each set of ports: parties that may use the same ports stand together. */
function rules(flows: readonly Flow[], other: (flow: Flow) => Peer): Rule[] {
  const portsByPeer = new Map<string, { peer: Peer; ports: Map<string, FlowPort> | 'all' }>();
  for (const flow of flows) {
    const peer = other(flow);
    const key = JSON.stringify(peer);
    const known = portsByPeer.get(key) ?? { peer, ports: new Map<string, FlowPort>() };
    if (flow.ports === 'all') known.ports = 'all';
    else if (known.ports !== 'all') for (const port of flow.ports) known.ports.set(portKey(port), port);
    portsByPeer.set(key, known);
  }
  const peersByPorts = new Map<string, { ports: FlowPort[] | 'all'; peers: Peer[] }>();
  for (const { peer, ports } of portsByPeer.values()) {
    const sorted =
      ports === 'all'
        ? ports
        : [...ports.values()].sort((a, b) => a.port - b.port || compareText(a.protocol, b.protocol));
    const key = sorted === 'all' ? sorted : sorted.map(portKey).join();
    const known = peersByPorts.get(key) ?? { ports: sorted, peers: [] };
    known.peers.push(peer);
    peersByPorts.set(key, known);
  }
  return [...peersByPorts.entries()]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, { ports, peers }]) => ({
      ports: ports === 'all' ? undefined : ports.map(({ port, protocol }) => ({ port, protocol })),
      peers: peers.some(isAnyone)
        ? undefined
        : peers.sort((a, b) => compareText(peerKey(a), peerKey(b))).flatMap(policyPeers),
    }));
}

const isAnyone = (peer: Peer): boolean => peer.kind === 'addresses' && !peer.except && peer.cidrs.includes(ANYWHERE);

function policyPeers(peer: Peer): NetworkPolicyPeer[] {
  if (peer.kind === 'addresses') {
    return peer.cidrs.map((cidr) => {
      const except = peer.except ?? [];
      return { ipBlock: { cidr, ...(except.length > 0 && { except: [...except] }) } };
    });
  }
  const namespace =
    peer.namespace === undefined ? { [PART_OF]: 'keelson' } : { 'kubernetes.io/metadata.name': peer.namespace };
  return [{ namespaceSelector: selector(namespace), podSelector: selector(peer.labels) }];
}

const selector = (labels: Labels): LabelSelector =>
  Object.keys(labels).length === 0 ? {} : { matchLabels: { ...labels } };

const peerKey = (peer: Peer): string =>
  peer.kind === 'pods' ? `${peer.namespace}/${peer.name}` : `address/${peer.name}`;
const portKey = ({ port, protocol }: FlowPort): string => `${String(port).padStart(5, '0')}/${protocol}`;
