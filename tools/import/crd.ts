import { parseAllDocuments } from 'yaml';
import type { Schema } from './schema.ts';

export interface Crd {
  readonly kind: 'CustomResourceDefinition';
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly CrdVersion[];
  };
}

interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly schema: { readonly openAPIV3Schema: Schema };
}

/** One kind in the one version the platform writes. */
export interface CustomKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: Schema;
}

/** The CustomResourceDefinitions among the documents of a YAML text. */
export function parseCrds(text: string): Crd[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Crd | null)
    .filter((object): object is Crd => object?.kind === 'CustomResourceDefinition');
}

/** The kind in its most stable served version: v2 before v1 before v1beta1 before v1alpha1. */
export function preferredVersion({ spec }: Crd): CustomKind {
  const [version] = spec.versions.filter(({ served }) => served).sort((a, b) => stability(b.name) - stability(a.name));
  if (!version) throw new Error(`${spec.names.kind}.${spec.group} serves no version`);
  return {
    group: spec.group,
    version: version.name,
    kind: spec.names.kind,
    schema: version.schema.openAPIV3Schema,
  };
}

/** A number that is larger for a version that Kubernetes would prefer. */
export function stability(version: string): number {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return 0;
  const level = match[2] === 'alpha' ? 1 : match[2] === 'beta' ? 2 : 3;
  return level * 1e6 + Number(match[1]) * 1e3 + Number(match[3] ?? 0);
}
