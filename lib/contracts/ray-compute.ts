import { contract } from '../graph/contract.ts';
import type { SecretRef } from '../graph/credential.ts';

/** What a Ray client needs. */
export interface RayComputeHandle {
  /** Name of the cluster, as people say it. */
  readonly cluster: string;
  /** Whether it is for everyone in the environment, and not for the client's namespace alone. */
  readonly shared: boolean;
  /** `RAY_ADDRESS` of interactive clients (Ray Client): `ray://<host>:10001`. */
  readonly address: string;
  /** Where jobs are submitted, and the dashboard: `http://<host>:8265`. */
  readonly dashboardUrl: string;
  /** `RAY_AUTH_TOKEN`; absent where the client's namespace cannot hold it, or the cluster asks for none. */
  readonly token?: SecretRef;
}

/** A Ray cluster that others compute on. */
export const rayCompute = contract<Record<never, never>, RayComputeHandle>('ray-compute', 'a Ray cluster');
