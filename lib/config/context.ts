import type { ClusterProvider } from '../clusters/provider.ts';
import type { ImageName } from '../platform/versions.ts';
import type { Cluster } from './cluster.ts';

/** What a component may know of the environment it is made for. */
export interface EnvironmentContext {
  readonly name: string;
  readonly cluster: Cluster;
  /** What differs by provider: storage, identity, gateway, API-server address. */
  readonly provider: ClusterProvider;
  /** Where the Prometheus of the cluster runs and which label it selects by; absent without monitoring. */
  readonly monitoring: { readonly namespace: string; readonly release: string; readonly podLabels: Readonly<Record<string, string>> } | undefined;
  /** Namespace as it is called in the cluster: `data` becomes `prod-data` under `namespacePrefix: prod-`. */
  namespace(name: string): string;
  /** Image reference, from `versions.ts`, through the registry mirror if there is one. */
  image(name: ImageName): string;
}
