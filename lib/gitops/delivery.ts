import type { Operator } from '../operators/operator.ts';
import type { ManifestSet } from '../platform/manifest-set.ts';
import type { OwnedFields } from './ignore-differences.ts';
import type { ArgoCdSettings, Destination } from './settings.ts';

/** An environment as far as Argo CD is concerned: what is in its part of `dist/`, where it comes from and goes to. */
export interface Delivery {
  readonly environment: string;
  readonly cluster: { readonly name: string; readonly destination: Destination };
  readonly argocd: ArgoCdSettings;
  readonly manifests: ManifestSet;
  /** The operators that the environment's components need, whoever installs them. */
  readonly operators: ReadonlyMap<string, Operator>;
  readonly ownedFields: OwnedFields;
}
