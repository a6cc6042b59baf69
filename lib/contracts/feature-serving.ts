import { contract } from '../graph/contract.ts';

/** What a client of a Feast feature server needs. */
export interface FeatureServingHandle {
  /** Address of the feature server's HTTP API: `http://<host>:6566`. */
  readonly url: string;
  /** Project of the features. */
  readonly project: string;
  /**
   * ConfigMap in the server's namespace whose key `feature_store.yaml` is what a client of Feast's SDK is configured by. It
   * opens the registry as well as the server, so who uses it needs `feature-registry` too; plain HTTP needs neither.
   */
  readonly clientConfigMap: string;
}

/** Online features: a Feast feature server. */
export const featureServing = contract<Record<never, never>, FeatureServingHandle>(
  'feature-serving',
  'a Feast feature server',
);
