import type { Entry, ManifestSet } from '../platform/manifest-set.ts';

/** What is wrong with one object, and the way out. */
export interface Violation {
  readonly rule: string;
  readonly entry: Entry;
  /** What is wrong, lower case, no full stop; names in quotes. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

export type Report = (entry: Entry, message: string, fix: string) => void;

/** An invariant over all objects of an environment. Its name reads as a sentence: `every-image-is-pinned`. */
export interface Rule {
  readonly name: string;
  /** Why it holds, in one sentence, for the documentation. */
  readonly why: string;
  check(cluster: Cluster, report: Report): void;
}

/** The objects of an environment together with those that controllers will make of them. */
export interface Cluster {
  /** What is written to `dist/`. */
  readonly written: ManifestSet;
  /** `written` and what operators, StatefulSets and charts make of it (`lib/operators/`), for look-ups. */
  readonly all: ManifestSet;
  readonly facts: ClusterFacts;
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
}

export const rule = (r: Rule): Rule => r;
