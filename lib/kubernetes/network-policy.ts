import { append } from '../collections.ts';
import type { Labels } from '../graph/component.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { covers, overlap, parseCidr, type Range } from './cidr.ts';
import { findPort, portsOf } from './pod-ports.ts';
import { dig, integer, list, text } from './read.ts';
import { Selector } from './selector.ts';

/** A party that is no pod of the cluster network: a client outside, a node, a managed service. */
export interface Address {
  readonly address: string;
}

/** One end of a connection: a `/Pod` (only namespace, labels, ports and addresses are read) or an address. */
export type Party = Manifest | Address;

/** Which side's policies stop a connection. */
export type Blocker = 'egress' | 'ingress';

export interface AllowedFlow {
  readonly from: Manifest;
  readonly to: Manifest;
  readonly port: number;
  readonly protocol: string;
}

/** What a pod's address can be where it is not known. */
const POD_RANGES = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'];

/**
 * NetworkPolicies as Kubernetes defines them. Source: kubernetes.io, "Network Policies", and the API reference of
 * NetworkPolicySpec.
 *
 * Three things that they leave to the network plugin, or that cannot be known here, are decided so:
 * - a `/Pod` stands for all replicas of a workload, so traffic from it to itself is traffic between replicas;
 * - an ipBlock means a pod when it covers its `status.podIPs`, or, where they are unknown, every address pods can have;
 * - policies do not apply to pods on the host network, which count as addresses.
 */
export class PolicyEvaluator {
  readonly #policies: PolicyIndex;
  readonly #namespaces = new Map<string, Labels>();
  readonly #podRanges: readonly Range[];
  readonly #selecting = new Map<Manifest, Selecting>();

  constructor(
    policies: Iterable<Manifest>,
    private readonly pods: readonly Manifest[],
    namespaces: Iterable<Manifest>,
    podRanges: readonly string[] = POD_RANGES,
  ) {
    this.#policies = new PolicyIndex(policies);
    for (const { metadata } of namespaces) this.#namespaces.set(metadata.name, namespaceLabels(metadata));
    this.#podRanges = podRanges.flatMap((range) => parseCidr(range) ?? []);
  }

  /** Whether a connection is allowed, by the sender's policies and by the receiver's. `port` is that of the pod. */
  allows(from: Party, to: Party, port: number, protocol = 'TCP'): boolean {
    return this.blockedBy(from, to, port, protocol) === undefined;
  }

  /** The side whose policies stop a connection; undefined when it is allowed. */
  blockedBy(from: Party, to: Party, port: number, protocol = 'TCP'): Blocker | undefined {
    if (!this.#passes(this.#rulesFor(from).egress, to, to, port, protocol)) return 'egress';
    if (!this.#passes(this.#rulesFor(to).ingress, from, to, port, protocol)) return 'ingress';
    return undefined;
  }

  /** Names of the policies that select a pod. */
  selecting(pod: Manifest): readonly string[] {
    return this.#rulesFor(pod).names;
  }

  /** Every connection that is allowed between the pods, to ports that they declare. */
  *flows(): Generator<AllowedFlow> {
    for (const to of this.pods) {
      for (const { port, protocol } of portsOf(to)) {
        for (const from of this.pods) {
          if (this.allows(from, to, port, protocol)) yield { from, to, port, protocol };
        }
      }
    }
  }

  /** `rules` undefined: no policy isolates the pod in this direction. */
  #passes(rules: readonly Rule[] | undefined, peer: Party, to: Party, port: number, protocol: string): boolean {
    if (rules === undefined) return true;
    return rules.some((rule) => this.#isPeer(rule, peer) && isPort(rule, to, port, protocol));
  }

  #isPeer({ peers, namespace }: Rule, party: Party): boolean {
    if (peers.length === 0) return true;
    if (isAddress(party)) return peers.some(({ block }) => block !== undefined && covered(block, party.address));
    if (onHostNetwork(party)) return false;
    const home = party.metadata.namespace ?? '';
    const labels = party.metadata.labels ?? {};
    return peers.some(({ block, namespaces, pods }) => {
      if (block !== undefined) return this.#coversPod(block, party);
      if (namespaces === undefined ? home !== namespace : !namespaces.matches(this.#labelsOf(home))) return false;
      return pods === undefined || pods.matches(labels);
    });
  }

  #coversPod(block: Block, pod: Manifest): boolean {
    const addresses = list(dig(pod, 'status', 'podIPs')).flatMap((ip) => text(dig(ip, 'ip')) ?? []);
    if (addresses.length > 0) return addresses.some((address) => covered(block, address));
    return this.#podRanges.length > 0 && this.#podRanges.every((range) => coveredRange(block, range));
  }

  #labelsOf(namespace: string): Labels {
    return this.#namespaces.get(namespace) ?? { 'kubernetes.io/metadata.name': namespace };
  }

  #rulesFor(party: Party): Selecting {
    if (isAddress(party) || onHostNetwork(party)) return NOT_SELECTED;
    const known = this.#selecting.get(party);
    if (known) return known;
    const policies = this.#policies.selecting(party);
    const found: Selecting = {
      names: policies.map(({ name }) => name),
      ingress: rulesOf(policies.filter(({ isolates }) => isolates.ingress).map(({ ingress }) => ingress)),
      egress: rulesOf(policies.filter(({ isolates }) => isolates.egress).map(({ egress }) => egress)),
    };
    this.#selecting.set(party, found);
    return found;
  }
}

interface Selecting {
  readonly names: readonly string[];
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
}

const NOT_SELECTED: Selecting = { names: [], ingress: undefined, egress: undefined };

const rulesOf = (isolating: readonly (readonly Rule[])[]): readonly Rule[] | undefined =>
  isolating.length === 0 ? undefined : isolating.flat();

interface Block {
  readonly range: Range | undefined;
  readonly except: readonly Range[];
}

interface Peer {
  readonly block: Block | undefined;
  readonly namespaces: Selector | undefined;
  readonly pods: Selector | undefined;
}

interface Rule {
  /** Namespace of the policy. */
  readonly namespace: string;
  /** Empty: everybody. */
  readonly peers: readonly Peer[];
  /** Empty: every port. */
  readonly ports: readonly { port: string | number | undefined; endPort: number | undefined; protocol: string }[];
}

interface Policy {
  readonly name: string;
  readonly pods: Selector;
  readonly isolates: { readonly ingress: boolean; readonly egress: boolean };
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

/** Policies by namespace and, within it, by one label that their pods must carry. */
class PolicyIndex {
  readonly #byLabel = new Map<string, Policy[]>();

  constructor(policies: Iterable<Manifest>) {
    for (const manifest of policies) {
      const policy = compile(manifest);
      append(this.#byLabel, indexKey(manifest.metadata.namespace, policy.pods.pairs[0]), policy);
    }
  }

  selecting({ metadata: { namespace, labels = {} } }: Manifest): Policy[] {
    const candidates = [...Object.entries(labels), undefined];
    return candidates
      .flatMap((pair) => this.#byLabel.get(indexKey(namespace, pair)) ?? [])
      .filter(({ pods }) => pods.matches(labels));
  }
}

const indexKey = (namespace = '', pair: readonly [string, string] | undefined): string =>
  pair ? `${namespace}/${pair[0]}=${pair[1]}` : namespace;

function compile(manifest: Manifest): Policy {
  const spec = manifest.spec;
  const namespace = manifest.metadata.namespace ?? '';
  const types = list(dig(spec, 'policyTypes'));
  // Without policyTypes a policy is about ingress, and about egress when it has egress rules.
  const isolates =
    types.length > 0
      ? { ingress: types.includes('Ingress'), egress: types.includes('Egress') }
      : { ingress: true, egress: list(dig(spec, 'egress')).length > 0 };
  return {
    name: manifest.metadata.name,
    pods: Selector.of(dig(spec, 'podSelector')),
    isolates,
    ingress: list(dig(spec, 'ingress')).map((rule) => compileRule(namespace, rule, 'from')),
    egress: list(dig(spec, 'egress')).map((rule) => compileRule(namespace, rule, 'to')),
  };
}

const compileRule = (namespace: string, rule: unknown, side: 'from' | 'to'): Rule => ({
  namespace,
  peers: list(dig(rule, side)).map((peer) => {
    const selector = (key: string) => (dig(peer, key) === undefined ? undefined : Selector.of(dig(peer, key)));
    return {
      block: dig(peer, 'ipBlock') === undefined ? undefined : compileBlock(dig(peer, 'ipBlock')),
      namespaces: selector('namespaceSelector'),
      pods: selector('podSelector'),
    };
  }),
  ports: list(dig(rule, 'ports')).map((port) => ({
    port: text(dig(port, 'port')) ?? integer(dig(port, 'port')),
    endPort: integer(dig(port, 'endPort')),
    protocol: text(dig(port, 'protocol')) ?? 'TCP',
  })),
});

const compileBlock = (block: unknown): Block => ({
  range: parseCidr(text(dig(block, 'cidr')) ?? ''),
  except: list(dig(block, 'except')).flatMap((cidr) => parseCidr(text(cidr) ?? '') ?? []),
});

function covered(block: Block, address: string): boolean {
  const range = parseCidr(address);
  return range !== undefined && coveredRange(block, range);
}

const coveredRange = ({ range, except }: Block, wanted: Range): boolean =>
  range !== undefined && covers(range, wanted) && !except.some((hole) => overlap(hole, wanted));

/** A named port is looked up on the receiving pod; addresses have none. */
function isPort({ ports }: Rule, to: Party, port: number, protocol: string): boolean {
  if (ports.length === 0) return true;
  return ports.some((allowed) => {
    if (allowed.protocol !== protocol) return false;
    if (allowed.port === undefined) return true;
    if (typeof allowed.port === 'string') {
      return !isAddress(to) && findPort(to, allowed.port, protocol)?.port === port;
    }
    return allowed.port <= port && port <= (allowed.endPort ?? allowed.port);
  });
}

const isAddress = (party: Party): party is Address => 'address' in party;

const onHostNetwork = (pod: Manifest): boolean => dig(pod, 'spec', 'hostNetwork') === true;

/** Kubernetes puts the name on every namespace as a label. */
const namespaceLabels = ({ name, labels }: Manifest['metadata']): Labels => ({
  ...labels,
  'kubernetes.io/metadata.name': name,
});
