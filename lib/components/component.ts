import type { Chart } from 'cdk8s';
import type { z } from 'zod';
import type { EnvironmentContext } from '../config/context.ts';
import type { Subjects } from '../constructs/tenancy/index.ts';
import type { Dataset } from '../contracts/team-workspace.ts';
import type { AnyContract, ComponentNode, Credentials, Needs, Offers, Origin } from '../graph/component.ts';
import type { Consumer, Need, Offer, SecretOffer } from '../graph/contract.ts';
import type { CredentialSpec, DeclaredSecret } from '../graph/credential.ts';
import type { Manifest } from '../platform/manifest-set.ts';

// biome-ignore lint/suspicious/noExplicitAny: inference through a phantom type wants any here
type HandleOf<N> = N extends Need<any, infer H> ? Handles<N, H> : never;
type Handles<N, H> = N extends { every: true } ? readonly H[] : N extends { optional: true } ? H | undefined : H;
// biome-ignore lint/suspicious/noExplicitAny: as above
type AskOf<O> = O extends Offer<infer A, any> ? A : never;
// biome-ignore lint/suspicious/noExplicitAny: as above
type SecretOf<O> = O extends SecretOffer<any, any> ? DeclaredSecret : DeclaredSecret | undefined;
type KeysOf<C> = C extends CredentialSpec<infer K> ? K : never;

/** One who uses an offer, as the provider's `build` sees it. */
export interface WiredConsumer<Ask, S = DeclaredSecret | undefined> extends Consumer {
  readonly ask: Ask;
  /** The consumer's credential, under this name in the provider's namespace too. */
  readonly secret: S;
  /** URLs, without a slash at the end, at which people reach what the consumer exposes. */
  readonly publicUrls: readonly string[];
}

/** What `build` gets: every need met, every consumer known, every Secret named. */
export interface Wired<N extends Needs, O extends Offers, C extends Credentials> {
  readonly needs: { readonly [K in keyof N]: HandleOf<N[K]> };
  readonly consumers: { readonly [K in keyof O]: readonly WiredConsumer<AskOf<O[K]>, SecretOf<O[K]>>[] };
  readonly credentials: { readonly [K in keyof C]: DeclaredSecret<KeysOf<C[K]>> };
  readonly offers: { readonly [K in keyof O]: Reach };
}

/** The names an offer is reached by. */
export interface Reach {
  /** Every name inside the cluster, without port. */
  readonly hosts: readonly string[];
  /** Host name outside, without scheme; absent when no gateway exposes the offer. */
  readonly publicHost: string | undefined;
  readonly publicUrl: string | undefined;
}

/** A credential and every namespace that must hold it. */
export interface CredentialPlacement {
  /** Name of the Secret, the same in every namespace. */
  readonly name: string;
  readonly spec: CredentialSpec;
  /** The first is where a generated value is made; the others hold copies. */
  readonly places: readonly [CredentialPlace, ...CredentialPlace[]];
}

export interface CredentialPlace {
  readonly namespace: string;
  /** Component in whose folder the object that makes the Secret is written. */
  readonly component: string;
}

/** Said by the one component that decides where credentials come from. */
export interface SecretSource {
  /** Where a person finds or puts the value, for the catalogue: `AWS Secrets Manager, prod/mlflow-postgres`. */
  locate(placement: CredentialPlacement): string;
  /** The objects that make the Secret in one of its places. */
  manifests(placement: CredentialPlacement, place: CredentialPlace): readonly Manifest[];
  /** What is missing for these credentials, as sentences for the user. */
  problems?(placements: readonly CredentialPlacement[]): Iterable<string>;
}

export interface Component<N extends Needs = Needs, O extends Offers = Offers, C extends Credentials = Credentials>
  extends ComponentNode<N, O, C> {
  /** Creates the component's objects. Called once, after the whole graph is known. */
  build(chart: Chart, wired: Wired<N, O, C>): void;
  readonly secretSource?: SecretSource;
}

// biome-ignore lint/suspicious/noExplicitAny: variance: build() takes what this very component declared
export type AnyComponent = Component<any, any, any>;

/** Types `build` from the needs, offers and credentials beside it: what is not declared cannot be reached. */
export const defineComponent = <const N extends Needs, const O extends Offers, const C extends Credentials>(
  component: Component<N, O, C>,
): AnyComponent => component;

/** What is wrong with settings that are valid by themselves: a sentence, and where below them it belongs. */
export type KindProblem = string | { readonly path: readonly (string | number)[]; readonly message: string };

/** What can stand under `components:` in an environment. */
export interface Kind<S extends z.ZodType = z.ZodType> {
  /** Key under `components:`. */
  readonly name: string;
  /** One sentence for the editor's help. */
  readonly summary: string;
  readonly settings: S;
  /** What its components may offer: said to those who lack it. */
  readonly offers?: readonly AnyContract[];
  /** What is wrong with settings in this environment. Nothing is built then. */
  problems?(settings: z.output<S>, environment: EnvironmentContext): Iterable<KindProblem>;
  components(settings: z.output<S>, environment: EnvironmentContext, origin: Origin): readonly AnyComponent[];
}

// biome-ignore lint/suspicious/noExplicitAny: variance: components() takes what this very schema yields
export type AnyKind = Kind<any>;

export const defineKind = <S extends z.ZodType>(kind: Kind<S>): Kind<S> => kind;

/** What a part of a team's file may know of the team. */
export interface TeamContext {
  readonly name: string;
  /** As in the cluster, prefix included. */
  readonly namespace: string;
  readonly environment: EnvironmentContext;
  /** The volume that all pods of the team can mount, if it has one. */
  readonly sharedVolume: { readonly claim: string; readonly path: string } | undefined;
  /** Data that its pods can mount and not write; `present` where somebody else made the claim. */
  readonly datasets: readonly (Dataset & { readonly present: boolean })[];
  /** Who looks after it, as the API server knows them. */
  readonly admins: Subjects;
  /** `spec.hard` of its ResourceQuota. */
  readonly hardLimits: Readonly<Record<string, string>>;
}

/** What can stand in a team's file beside what makes it a team. */
export interface TeamKind<S extends z.ZodType = z.ZodType> {
  /** Key in the file. */
  readonly name: string;
  readonly summary: string;
  readonly settings: S;
  /** What is wrong with settings in this environment. Nothing is built then. */
  problems?(settings: z.output<S>, team: TeamContext): Iterable<KindProblem>;
  components(settings: z.output<S>, team: TeamContext, origin: Origin): readonly AnyComponent[];
}

// biome-ignore lint/suspicious/noExplicitAny: variance: components() takes what this very schema yields
export type AnyTeamKind = TeamKind<any>;

export const defineTeamKind = <S extends z.ZodType>(kind: TeamKind<S>): TeamKind<S> => kind;
