import { contract } from '../graph/contract.ts';
import type { Endpoint } from '../graph/endpoint.ts';

export interface FeatureRegistryAsk {
  /** Feast project whose definitions the consumer applies: its own, unique in the environment. Absent: it only reads. */
  readonly project?: string;
}

/** What servers and clients of Feast need to know what is defined. */
export interface FeatureRegistryHandle {
  /** gRPC. */
  readonly endpoint: Endpoint;
}

/** Where feature projects are kept: a Feast registry server. */
export const featureRegistry = contract<FeatureRegistryAsk, FeatureRegistryHandle>(
  'feature-registry',
  'a Feast registry server',
);
