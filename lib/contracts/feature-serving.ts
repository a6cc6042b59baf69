import { contract } from '../graph/contract.ts';

/** What a client of a Feast feature server needs. */
export interface FeatureServingHandle {
  /** Address of the feature server's HTTP API: `http://<host>:6566`. */
  readonly url: string;
}

/** Online features: a Feast feature server. */
export const featureServing = contract<Record<never, never>, FeatureServingHandle>(
  'feature-serving',
  'a Feast feature server',
);
