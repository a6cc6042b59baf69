import { append } from '../collections.ts';
import type { Layer } from '../graph/component.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** A field that something in the cluster writes after us. */
export interface OwnedField {
  /** jq path inside the object, as Argo CD's `jqPathExpressions` take it: `.spec.replicas`. */
  readonly path: string;
  /** Who writes it: `HorizontalPodAutoscaler`. */
  readonly by: string;
}

/** An object of an environment and where it comes from. */
export interface Entry {
  readonly manifest: Manifest;
  readonly component: string;
  readonly layer: Layer;
  /** Path of the construct, or of the derivation, that made it: `mlflow/server/deployment`. */
  readonly source: string;
  readonly owned: readonly OwnedField[];
}

export const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/** `group/Kind`, the group empty for the core: `/Service`, `apps/Deployment`. */
export const groupKind = (manifest: Pick<Manifest, 'apiVersion' | 'kind'>): string =>
  `${groupOf(manifest.apiVersion)}/${manifest.kind}`;

/** What makes an object the same object to the API server, whatever its version. */
export const identity = (manifest: Manifest): string =>
  `${groupKind(manifest)}/${manifest.metadata.namespace ?? ''}/${manifest.metadata.name}`;

/** All objects of one environment, indexed for look-ups. */
export class ManifestSet implements Iterable<Entry> {
  readonly #byKind = new Map<string, Entry[]>();
  readonly #byIdentity = new Map<string, Entry[]>();

  constructor(readonly entries: readonly Entry[]) {
    for (const entry of entries) {
      append(this.#byKind, groupKind(entry.manifest), entry);
      append(this.#byIdentity, identity(entry.manifest), entry);
    }
  }

  get size(): number {
    return this.entries.length;
  }

  [Symbol.iterator](): Iterator<Entry> {
    return this.entries[Symbol.iterator]();
  }

  /** Entries of `group/Kind`, e.g. `apps/Deployment`. */
  ofKind(groupKind: string): readonly Entry[] {
    return this.#byKind.get(groupKind) ?? [];
  }

  get(groupKind: string, namespace: string | undefined, name: string): Entry | undefined {
    return this.#byIdentity.get(`${groupKind}/${namespace ?? ''}/${name}`)?.[0];
  }

  /** All entries of one identity: those that several makers fill, such as a Secret with keys from two sources. */
  getAll(groupKind: string, namespace: string | undefined, name: string): readonly Entry[] {
    return this.#byIdentity.get(`${groupKind}/${namespace ?? ''}/${name}`) ?? [];
  }

  /** Entries that claim one identity: more than one is a mistake. */
  identities(): ReadonlyMap<string, readonly Entry[]> {
    return this.#byIdentity;
  }
}
