/** What differs between the places a cluster can run. One file a provider beside this one. */
export interface ClusterProvider {
  readonly name: ProviderName;
  /** Storage class used for a purpose when the environment does not name one. */
  readonly storageClasses: Readonly<Record<StoragePurpose, string | undefined>>;
  /** Where pods find the API server, after the kubernetes Service's address translation. */
  readonly apiServer: { readonly cidrs: readonly string[]; readonly port: number };
  /** How a pod's ServiceAccount becomes a cloud identity; absent where no cloud is. */
  workloadIdentity?(identity: string): {
    readonly serviceAccountAnnotations: Readonly<Record<string, string>>;
    readonly podLabels: Readonly<Record<string, string>>;
  };
  /** Annotations of a Service of type LoadBalancer, by who is to reach it; absent where nothing balances load. */
  loadBalancer?(scheme: LoadBalancerScheme): Readonly<Record<string, string>>;
}

/** `internal`: from the cluster's own network; `internet-facing`: from everywhere. */
export const LOAD_BALANCER_SCHEMES = ['internal', 'internet-facing'] as const;
export type LoadBalancerScheme = (typeof LOAD_BALANCER_SCHEMES)[number];

export const PROVIDERS = ['kind', 'minikube', 'eks', 'gke', 'aks'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** `block`: one pod writes; `shared`: many pods write. */
export const STORAGE_PURPOSES = ['block', 'shared'] as const;
export type StoragePurpose = (typeof STORAGE_PURPOSES)[number];
