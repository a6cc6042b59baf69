/**
 * The part of feast.dev/v1 FeatureStore that is written here. By hand: no package that Go, PyPI or npm serve carries the
 * definition. Source: feast-dev/feast, infra/feast-operator/config/crd/bases/feast.dev_featurestores.yaml of 0.66.
 */
export interface FeatureStoreResource {
  readonly apiVersion: 'feast.dev/v1';
  readonly kind: 'FeatureStore';
  readonly metadata: { readonly name: string };
  readonly spec: FeatureStoreSpec;
}

export interface FeatureStoreSpec {
  /** `^[A-Za-z0-9][A-Za-z0-9_-]*$` */
  readonly feastProject: string;
  readonly feastProjectDir?: {
    readonly git: { readonly url: string; readonly ref: string; readonly featureRepoPath?: string };
  };
  readonly authz?: { readonly noAuth: true } | { readonly kubernetes: { readonly roles: readonly string[] } };
  readonly cronJob?: {
    readonly schedule: string;
    readonly timeZone: string;
    readonly suspend: false;
    readonly concurrencyPolicy: 'Forbid';
    readonly startingDeadlineSeconds: number;
    readonly jobSpec: { readonly activeDeadlineSeconds: number; readonly backoffLimit: number };
  };
  /** More than one only where no store is a file. */
  readonly replicas?: number;
  readonly services: {
    readonly deploymentStrategy: {
      readonly type: 'RollingUpdate';
      readonly rollingUpdate: { readonly maxSurge: 1; readonly maxUnavailable: 0 };
    };
    readonly runFeastApplyOnInit?: boolean;
    readonly onlineStore: {
      readonly persistence: StorePersistence<'redis'>;
      readonly server: ServerSpec;
    };
    readonly offlineStore?: {
      readonly persistence: StorePersistence<'postgres'> | { readonly file: { readonly type: 'dask' | 'duckdb' } };
      readonly server?: ServerSpec;
    };
    readonly registry: {
      readonly local: {
        readonly persistence: StorePersistence<'sql'>;
        readonly server: ServerSpec & { readonly grpc: true };
      };
    };
    readonly ui?: ServerSpec;
  };
}

/** A Secret whose keys are kinds of stores, and whose values are what `feature_store.yaml` says of each. */
interface StorePersistence<Type extends string> {
  readonly store: {
    readonly type: Type;
    readonly secretRef: { readonly name: string };
    readonly secretKeyName: string;
  };
}

interface ServerSpec {
  readonly image: string;
  readonly metrics?: boolean;
  readonly resources: {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly memory: string };
  };
  readonly workerConfigs?: {
    readonly workers: number;
    readonly maxRequests: number;
    readonly registryTTLSeconds: number;
  };
}
