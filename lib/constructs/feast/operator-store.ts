import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { SecretRef } from '../../graph/credential.ts';
import type { FeatureStoreResource, FeatureStoreSpec } from './operator-resource.ts';
import { PROJECT } from './settings.ts';

export interface FeastOperatorStoreProps {
  /** Of the resource; the operator calls what it makes `feast-<name>`. */
  readonly name: string;
  readonly project: string;
  /** Of all servers: upstream's feature-server, of the operator's version. */
  readonly image: string;
  /**
   * What `feature_store.yaml` says of each store, as YAML text under one key of a Secret. The operator takes passwords no
   * other way, so whoever makes the Secret writes the text around them.
   */
  readonly stores: {
    /** Of `registry: {registry_type: sql}`: `path`, `cache_ttl_seconds`. */
    readonly registry: SecretRef;
    /** Of `online_store: {type: redis}`: `connection_string`. */
    readonly online: SecretRef;
    /** Of `offline_store: {type: postgres}`. Default: files, which Dask reads. */
    readonly offline?: SecretRef;
  };
  readonly definitions?: { readonly url: string; readonly commit: string; readonly path?: string };
  readonly auth?: { readonly kind: 'none' } | { readonly kind: 'kubernetes'; readonly roles: readonly string[] };
  /** Five cron fields, UTC: `materialize-incremental` of all views. Default: never. */
  readonly schedule?: string;
  /** Default 2. */
  readonly replicas?: number;
  /** Processes of one feature server. Default 2. */
  readonly workers?: number;
  /** Default: none. */
  readonly ui?: boolean;
}

/**
 * A feature store that Feast's operator runs, for those who have it: one Deployment with all servers in it. Who does not
 * takes {@link FeatureStore}, which needs no operator, scales the servers apart, and applies definitions in a Job.
 *
 * Left to itself the operator stops the old pods before it starts new ones, lets materializations overlap, and makes
 * CronJobs that never run; all three are said here.
 */
export class FeastOperatorStore extends Construct {
  constructor(scope: Construct, id: string, props: FeastOperatorStoreProps) {
    super(scope, id);
    const { name, project, stores, definitions, auth = { kind: 'none' }, schedule, image } = props;
    if (!PROJECT.test(project)) {
      throw new Error(
        `${name}: project "${project}" is no name of Feast; use letters, digits and underscores, the first no underscore`,
      );
    }
    const server = (memory: string) => ({
      image,
      resources: { requests: { cpu: '100m', memory }, limits: { memory } },
    });
    const workers = props.workers ?? 2;
    const spec: FeatureStoreSpec = {
      feastProject: project,
      ...(definitions && {
        feastProjectDir: {
          git: {
            url: definitions.url,
            ref: definitions.commit,
            ...(definitions.path !== undefined && { featureRepoPath: definitions.path }),
          },
        },
      }),
      authz: auth.kind === 'kubernetes' ? { kubernetes: { roles: auth.roles } } : { noAuth: true },
      replicas: props.replicas ?? 2,
      services: {
        deploymentStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        onlineStore: {
          persistence: stored('redis', stores.online),
          server: {
            ...server(`${384 + workers * 256}Mi`),
            metrics: true,
            workerConfigs: { workers, maxRequests: 0, registryTTLSeconds: 60 },
          },
        },
        offlineStore: {
          persistence: stores.offline ? stored('postgres', stores.offline) : { file: { type: 'dask' } },
        },
        registry: {
          local: { persistence: stored('sql', stores.registry), server: { ...server('512Mi'), grpc: true } },
        },
        ...(props.ui && { ui: server('512Mi') }),
      },
      ...(schedule !== undefined && {
        cronJob: {
          schedule,
          timeZone: 'Etc/UTC',
          suspend: false,
          concurrencyPolicy: 'Forbid',
          startingDeadlineSeconds: 600,
          jobSpec: { activeDeadlineSeconds: 3600, backoffLimit: 1 },
        },
      }),
    };
    new ApiObject(this, 'feature-store', {
      apiVersion: 'feast.dev/v1',
      kind: 'FeatureStore',
      metadata: { name },
      spec,
    } satisfies FeatureStoreResource);
  }
}

const stored = <Type extends string>(type: Type, secret: SecretRef) => ({
  store: { type, secretRef: { name: secret.name }, secretKeyName: secret.key },
});
