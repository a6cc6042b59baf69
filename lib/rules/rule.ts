import type { Surroundings } from '../graph/surroundings.ts';
import type { PolicyEvaluator } from '../kubernetes/network-policy.ts';
import type { KindFacts, Operator, PodTemplate, Selection } from '../operators/operator.ts';
import type { Entry, Manifest, ManifestSet } from '../platform/manifest-set.ts';
import type { NodePool } from '../scheduling/node-pool.ts';

/** What is wrong with one object, and the way out. */
export interface Violation {
  readonly rule: string;
  /** Whether settings are to blame, and not the program. */
  readonly ofSettings?: boolean;
  /** Folder of the component that has to mend it. */
  readonly component: string;
  /** The written object; absent when a component's opt-out is what is wrong. */
  readonly entry?: Entry;
  /** What is wrong, lower case, no full stop; names in quotes. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

export type Report = (entry: Entry, message: string, fix: string) => void;

/** An invariant over all objects of an environment. Its name reads as a sentence: `images-are-pinned`. */
export interface Rule {
  readonly name: string;
  /** Why it holds, in one sentence, for the documentation. */
  readonly why: string;
  /** Whether it is settings that break it, so that a person is told at their place. Default: the program is wrong. */
  readonly ofSettings?: boolean;
  check(cluster: Cluster, report: Report): void;
}

/** The objects of an environment together with those that controllers will make of them. */
export interface Cluster {
  /** What is written to `dist/`. */
  readonly written: ManifestSet;
  /** `written`, what controllers make of it, and what the cluster has anyway; for look-ups. */
  readonly all: ManifestSet;
  readonly facts: ClusterFacts;
  /** Operators that serve the environment, whoever installs them. */
  readonly operators: readonly Operator[];
  /** What is known of a kind, by Kubernetes and by the operators. */
  kind(manifest: Manifest): KindFacts;
  /** The written object that an object comes of: itself, or what a controller makes it of. */
  origin(entry: Entry): Entry | undefined;
  /** What a selector picks of `all`. */
  select(selection: Omit<Selection, 'field'>): readonly Entry[];
  /** Pod templates in the written objects. */
  readonly templates: readonly Template[];
  /** The written NetworkPolicies at work on all pods. */
  readonly policies: PolicyEvaluator;
}

/** A pod template and the written object that it stands in. */
export interface Template extends PodTemplate {
  readonly entry: Entry;
}

/** What the environment says of its cluster. */
export interface ClusterFacts {
  readonly environment: string;
  readonly storageClasses: readonly string[];
  readonly gatewayClass: string | undefined;
  /** All images of `versions.ts` as this environment writes them (mirror applied). */
  readonly images: ReadonlySet<string>;
  /** `group/Kind`s that an operator of the environment (or of the one that provides its operators) serves. */
  readonly served: ReadonlySet<string>;
  /** Registry hosts that must not appear because a mirror replaces them; empty without a mirror. */
  readonly foreignHosts: readonly string[];
  /** DNS, API server and Prometheus, which policies must let in and out. */
  readonly surroundings: Surroundings;
  /** Kinds of nodes that pods can run on. */
  readonly nodePools: readonly NodePool[];
  /** Objects of the cluster that something else writes, such as the namespace of Argo CD. */
  readonly present?: readonly Manifest[];
}

export const rule = (r: Rule): Rule => r;
