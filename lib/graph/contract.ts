import type { CredentialSpec, DeclaredSecret } from './credential.ts';
import type { Endpoint } from './endpoint.ts';

/** A capability that components offer and need. Types and names only; carries no behaviour. */
export interface Contract<Ask, Handle> {
  /** As users write it in `external:`, e.g. `object-store`. */
  readonly id: string;
  /** With its article, for sentences: `a PostgreSQL database`. */
  readonly noun: string;
  /** Phantom: lets TypeScript infer ask and handle from a contract value. */
  readonly __types?: (ask: Ask) => Handle;
}

export const contract = <Ask, Handle>(id: string, noun: string): Contract<Ask, Handle> => ({ id, noun });

/** What a component asks of whoever offers the contract in its environment. */
export interface Need<Ask, Handle> {
  readonly contract: Contract<Ask, Handle>;
  readonly ask: Ask;
  /** Why, in one clause; it goes into policies, catalogue and error messages. */
  readonly why: string;
  /** An optional need is simply absent when nothing in the environment offers the contract. */
  readonly optional?: boolean;
  /** Met by all who offer the contract to this consumer, none included: its handle is a list, by the providers' names. */
  readonly every?: boolean;
}

export const need = <A, H>(contract: Contract<A, H>, ask: A, why: string): Need<A, H> => ({ contract, ask, why });
export const optionalNeed = <A, H>(contract: Contract<A, H>, ask: A, why: string): Need<A, H> & { optional: true } => ({
  contract,
  ask,
  why,
  optional: true,
});

export const everyNeed = <A, H>(contract: Contract<A, H>, ask: A, why: string): Need<A, H> & { every: true } => ({
  contract,
  ask,
  why,
  every: true,
});

/** A port of a Service and of the pods behind it. */
export interface Port {
  /** Name on the Service and on the container. */
  readonly name: string;
  /** Port of the Service. */
  readonly port: number;
  /** Port of the container, which is what NetworkPolicies see. Default: the same. */
  readonly targetPort?: number;
  /** Default TCP. */
  readonly protocol?: 'TCP' | 'UDP';
}

/** Who asks, as its provider sees it. Names databases, buckets, users and Secrets after `name`. */
export interface Consumer {
  readonly name: string;
  readonly namespace: string;
}

/** What a provider knows when it makes a consumer's handle. */
export interface HandleContext<Ask> {
  readonly ask: Ask;
  readonly consumer: Consumer;
  readonly endpoint: Endpoint;
  /** The consumer's credential, when the offer declares one; it exists in the consumer's namespace under this name. */
  readonly secret: DeclaredSecret | undefined;
  /** URL people reach the offer by, when the gateway exposes it. */
  readonly publicUrl: string | undefined;
}

/** One ask of an offer. A consumer may have several. */
export interface Asked<Ask> {
  readonly ask: Ask;
  readonly consumer: Consumer;
}

export interface Offer<Ask, Handle> {
  readonly contract: Contract<Ask, Handle>;
  /** Service that consumers speak to. Default: named as the component. */
  readonly service?: string;
  /** Ports consumers may open; the first is the endpoint's. */
  readonly ports: readonly [Port, ...Port[]];
  /** Who it is for, and which asks. Default: everyone in the environment, whatever they ask. */
  serves?(consumer: Consumer, ask: Ask): boolean;
  /** Said to those whose ask it does not serve, with the way out: `keeps nothing over a restart; set components.x.durable`. */
  readonly limits?: string;
  /** Why this ask cannot be served, as a sentence for the user; undefined when it can. Shown at the provider's settings. */
  refuse?(ask: Ask, consumer: Consumer): string | undefined;
  /** Why what all ask cannot be served together, though each alone could be. Shown as `refuse` is. */
  refuseAll?(asked: readonly Asked<Ask>[]): string | undefined;
  /** What only one of all who ask can have, in words: `the database "mlflow"`; undefined where all can have it. */
  claims?(ask: Ask): string | undefined;
  /** A credential per consumer, made in the provider's namespace and in the consumer's. */
  credential?(ask: Ask, consumer: Consumer): CredentialSpec | undefined;
  /**
   * Why browsers have to reach provider and consumer alike, as a sentence goes on after "because": there is a gateway
   * then, and who asks is exposed. Default: they need not.
   */
  readonly throughGateway?: string;
  /** Key in the provider's own `credentials` of one that all consumers get a copy of, in place of one for each. */
  readonly shares?: string;
  handle(context: HandleContext<Ask>): Handle;
}

export const offer = <A, H>(contract: Contract<A, H>, spec: Omit<Offer<A, H>, 'contract'>): Offer<A, H> => ({
  contract,
  ...spec,
});

/** An offer that nobody can use without a credential: each consumer has one. */
export interface SecretOffer<Ask, Handle> extends Offer<Ask, Handle> {
  credential(ask: Ask, consumer: Consumer): CredentialSpec;
  handle(context: HandleContext<Ask> & { readonly secret: DeclaredSecret }): Handle;
}

export const secretOffer = <A, H>(
  contract: Contract<A, H>,
  spec: Omit<SecretOffer<A, H>, 'contract'>,
): SecretOffer<A, H> => ({ contract, ...spec });
