import { append, groupBy } from '../collections.ts';
import type { AnyOffer, ComponentNode, External, Origin } from './component.ts';

/** A connection that somebody asked for: who, of whom, what and why. */
export interface Edge<C extends ComponentNode = ComponentNode> {
  readonly consumer: C;
  /** Key in the consumer's needs. */
  readonly need: string;
  readonly provider: Provider<C>;
  readonly why: string;
}

export type Provider<C extends ComponentNode = ComponentNode> =
  | { readonly kind: 'component'; readonly component: C; readonly offerName: string; readonly offer: AnyOffer }
  | { readonly kind: 'external'; readonly external: External; readonly offer: AnyOffer };

/** A mistake in the wiring, to be shown at the place in the configuration that caused it. */
export interface WiringProblem {
  readonly origin: Origin;
  readonly message: string;
}

/** By contract, keys of an environment that offer it when they are added: `components.minio`. */
export type WaysOut = ReadonlyMap<string, readonly string[]>;

/**
 * Components and externals, joined where a need meets the only offer of its contract.
 * Building one never throws: what does not fit is in `problems`, all of it.
 */
export class ServiceGraph<C extends ComponentNode = ComponentNode> {
  readonly edges: readonly Edge<C>[];
  readonly problems: readonly WiringProblem[];
  /** The environment's gateway, if it has one. */
  readonly gateway: C | undefined;
  readonly #byNamespace: ReadonlyMap<string, C[]>;
  readonly #into = new Map<string, Edge<C>[]>();
  readonly #outOf = new Map<string, Edge<C>[]>();

  constructor(
    readonly components: readonly C[],
    readonly externals: readonly External[] = [],
    waysOut: WaysOut = new Map(),
  ) {
    this.#byNamespace = groupBy(components, ({ namespace }) => namespace);
    const problems: WiringProblem[] = [...duplicates(components)];
    const edges: Edge<C>[] = [];
    const offers = this.#offersByContract();
    const claims = new Map<string, C>();
    const ambiguous = new Set<string>();
    for (const consumer of components) {
      for (const [need, { contract, ask, why, optional, every }] of Object.entries(consumer.needs)) {
        const who = { name: consumer.name, namespace: consumer.namespace };
        const all = offers.get(contract.id) ?? [];
        const providers = all.filter(({ offer }) => offer.serves?.(who, ask) ?? true);
        const [only] = providers;
        if (every || (only !== undefined && providers.length === 1)) {
          for (const provider of providers) {
            edges.push({ consumer, need, provider, why });
            const refusal = provider.offer.refuse?.(consumer.needs[need]?.ask, consumer);
            if (refusal !== undefined) problems.push({ origin: providerOrigin(provider), message: refusal });
            const claim = provider.offer.claims?.(consumer.needs[need]?.ask);
            if (claim === undefined) continue;
            const key = `${providerName(provider)}: ${claim}`;
            const first = claims.get(key);
            if (first) {
              problems.push({
                origin: consumer.origin,
                message: `${consumer.name} asks ${providerName(provider)} for ${claim}, which is ${first.name}'s; ask for another`,
              });
            } else claims.set(key, consumer);
          }
        } else if (providers.length > 1) {
          // One mistake, however many are left without an answer by it.
          if (ambiguous.has(contract.id)) continue;
          ambiguous.add(contract.id);
          const second = providers[1];
          problems.push({
            origin: second ? providerOrigin(second) : consumer.origin,
            message: `${providers.map(providerName).join(' and ')} offer ${contract.noun} each, and ${consumer.name} needs one (${why}); keep one of them`,
          });
        } else if (!optional) {
          problems.push({
            origin: consumer.origin,
            message: `${consumer.name} needs ${contract.noun} (${why}), but ${limits(all) ?? `nothing in this environment offers "${contract.id}"; ${wayOut(consumer.name, waysOut.get(contract.id))}`}`,
          });
        }
      }
    }
    for (const [offer, those] of groupBy(edges, ({ provider }) => provider.offer)) {
      const asked = those.map(({ consumer, need }) => ({ ask: consumer.needs[need]?.ask, consumer }));
      const refusal = offer.refuseAll?.(asked);
      const [first] = those;
      if (refusal !== undefined && first) problems.push({ origin: providerOrigin(first.provider), message: refusal });
    }
    const gateways = components.filter((c) => c.gateway !== undefined);
    problems.push(...unreachable(components, edges, gateways.length > 0));
    for (const extra of gateways.slice(1)) {
      problems.push({
        origin: extra.origin,
        message: `${extra.name} is a second gateway beside ${gateways[0]?.name}; an environment has one`,
      });
    }
    this.gateway = gateways[0];
    this.edges = edges;
    this.problems = problems;
    for (const edge of edges) {
      append(this.#outOf, edge.consumer.name, edge);
      append(
        this.#into,
        edge.provider.kind === 'component' ? edge.provider.component.name : `external:${edge.provider.external.name}`,
        edge,
      );
    }
  }

  /** Components that live in a namespace. */
  within(namespace: string): readonly C[] {
    return this.#byNamespace.get(namespace) ?? [];
  }

  /** Edges of those who use a component's offers. */
  into(component: ComponentNode): readonly Edge<C>[] {
    return this.#into.get(component.name) ?? [];
  }

  /** Edges of those who use an external service. */
  intoExternal(external: External): readonly Edge<C>[] {
    return this.#into.get(`external:${external.name}`) ?? [];
  }

  /** Edges for a component's own needs. */
  outOf(component: ComponentNode): readonly Edge<C>[] {
    return this.#outOf.get(component.name) ?? [];
  }

  #offersByContract(): Map<string, Provider<C>[]> {
    const byContract = new Map<string, Provider<C>[]>();
    for (const component of this.components) {
      for (const [offerName, offer] of Object.entries(component.offers)) {
        append(byContract, offer.contract.id, { kind: 'component', component, offerName, offer });
      }
    }
    for (const external of this.externals) {
      append(byContract, external.offer.contract.id, { kind: 'external', external, offer: external.offer });
    }
    return byContract;
  }
}

/** What leads through the browser, where no browser can come. */
function* unreachable(
  components: readonly ComponentNode[],
  edges: readonly Edge[],
  gateway: boolean,
): Generator<WiringProblem> {
  const reasons = new Map<string, readonly [Origin, string]>();
  for (const { name, origin, offers } of components) {
    for (const { throughGateway: why } of Object.values(offers))
      if (why !== undefined) reasons.set(name, [origin, why]);
  }
  for (const { consumer, provider } of edges) {
    const { throughGateway: why } = provider.offer;
    if (why === undefined) continue;
    reasons.set(providerName(provider), [providerOrigin(provider), why]);
    if (gateway && !consumer.exposes?.length) {
      yield {
        origin: consumer.origin,
        message: `${consumer.name} uses ${providerName(provider)} through the browser, because ${why}, but ${consumer.name} is not reached from outside`,
      };
    }
  }
  if (gateway) return;
  for (const [name, [origin, why]] of reasons) {
    yield {
      origin,
      message: `${name} is used through the browser, because ${why}, but this environment has no gateway; add components.gateway`,
    };
  }
}

/** What those say who offer the contract, but not for this ask. */
function limits(providers: readonly Provider[]): string | undefined {
  const said = providers.flatMap((provider) =>
    provider.offer.limits === undefined ? [] : [`${providerName(provider)} ${provider.offer.limits}`],
  );
  return said.length === 0 ? undefined : said.join(', and ');
}

function wayOut(consumer: string, ways: readonly string[] = []): string {
  if (ways.length === 0) return `there is nothing to add that does, so leave ${consumer} out`;
  const last = ways.at(-1);
  return `add ${ways.length === 1 ? last : `${ways.slice(0, -1).join(', ')} or ${last}`}`;
}

const providerOrigin = (provider: Provider): Origin =>
  provider.kind === 'component' ? provider.component.origin : provider.external.origin;

export function providerName(provider: Provider): string {
  return provider.kind === 'component' ? provider.component.name : `external.${provider.external.name}`;
}

function* duplicates(components: readonly ComponentNode[]): Generator<WiringProblem> {
  const seen = new Map<string, ComponentNode>();
  for (const component of components) {
    const first = seen.get(component.name);
    if (first) {
      yield {
        origin: component.origin,
        message: `the name "${component.name}" is taken by ${first.origin.path.join('.') || first.origin.file}; components and teams of one environment share their names`,
      };
    } else {
      seen.set(component.name, component);
    }
  }
}
