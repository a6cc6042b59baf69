import { contract } from '../graph/contract.ts';

/** What a client of a model needs. */
export interface ModelServingHandle {
  /** What the endpoint is called. */
  readonly name: string;
  /** Inside the cluster, without a trailing slash. */
  readonly url: string;
  /** From outside; absent where the environment has no gateway. */
  readonly publicUrl?: string;
}

/** A model that answers over HTTP. */
export const modelServing = contract<Record<never, never>, ModelServingHandle>('model-serving', 'a model endpoint');
