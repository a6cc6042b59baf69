import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { ObjectStore } from '../../../imports/barman-cloud.ts';
import type {
  Cluster,
  ClusterSpec,
  ClusterSpecBootstrap,
  Database,
  DatabaseRole,
  Pooler,
  ScheduledBackup,
} from '../../../imports/cloudnative-pg.ts';
import type { PodDisruptionBudget, TopologySpreadConstraint } from '../../../imports/k8s.ts';
import type { ObjectStoreHandle } from '../../contracts/object-store.ts';
import type { Labels } from '../../graph/component.ts';
import type { DeclaredSecret } from '../../graph/credential.ts';
import { ASK_BEFORE_REMOVAL } from '../../platform/protection.ts';
import type { Resources } from '../workload/index.ts';
import { requirements } from '../workload/index.ts';
import { storeAccess, storeEnvironment } from './backup-store.ts';
import { databaseNameProblem } from './identifiers.ts';
import { instancePods, MAX_CLUSTER_NAME, poolerName, poolerPods, primaryService } from './names.ts';
import { isFixedParameter } from './parameters.ts';

/** A volume of every instance. It can be made larger in place where its storage class allows that, never smaller. */
export interface PostgresVolume {
  /** Kubernetes quantity. */
  readonly size: string;
  /** Default: the cluster's default class. */
  readonly storageClass?: string;
}

/** A database and the role of the same name that owns it and may connect to nothing else. */
export interface PostgresDatabase {
  /** See `databaseNameProblem`. */
  readonly name: string;
  /**
   * Secret of type `kubernetes.io/basic-auth` in the cluster's namespace, its `username` the database's name. With the
   * label `cnpg.io/reload: "true"` a new password works at once. Source: CloudNativePG docs, "PostgreSQL Role management".
   */
  readonly credential: DeclaredSecret;
}

export interface PostgresBackups {
  /** Bucket for base backups and WAL. Nothing else may expire its objects. */
  readonly store: ObjectStoreHandle;
  /** When a base backup is taken: five cron fields, UTC. WAL is archived all the time. */
  readonly schedule: string;
  /** Every moment of so many days can be restored. */
  readonly retentionDays: number;
  /** Of the sidecar that uploads, in every instance. Default `50m`, `256Mi` with at most `512Mi`. */
  readonly resources?: Resources;
}

/** Which backups a new cluster begins with. Read when the cluster is created and never after. */
export interface PostgresRecovery {
  /** Name under which another cluster archived to the same bucket: that cluster's name. */
  readonly serverName: string;
  /** RFC 3339. Default: as late as the archive goes. */
  readonly targetTime?: string;
}

/** PgBouncer between the clients and the primary. */
export interface PostgresPooler {
  readonly image: string;
  readonly instances: number;
  /**
   * When a connection to the database goes to another client: when its client leaves (`session`), or after each
   * transaction (`transaction`, which breaks clients that use session state: advisory locks, LISTEN, SET).
   */
  readonly mode: 'session' | 'transaction';
  /** Client connections of one instance. Default 1000. */
  readonly maxClientConnections?: number;
  /** Connections of one instance to one database. Default 20. */
  readonly poolSize?: number;
  readonly resources: Resources;
}

export interface PostgresClusterProps {
  /** At most 50 characters, beginning with a letter. Backups are kept under this name. */
  readonly name: string;
  /** Operand image with the PostgreSQL version first in its tag, where the operator reads it. */
  readonly image: string;
  /** One primary, the others replicas. */
  readonly instances: number;
  readonly storage: PostgresVolume;
  /** Volume for WAL alone, so that a full archive never fills the data's. It cannot be taken away again. */
  readonly walStorage?: PostgresVolume;
  /** Of each instance. */
  readonly resources: Resources;
  /**
   * Whether a commit waits until a replica has it: never (the default), as long as there is a replica
   * (`preferred`), or always, even if writing stops without one (`required`).
   */
  readonly synchronous?: 'preferred' | 'required';
  /** Whether instances must be on different nodes or only should be (`prefer`, the default). */
  readonly spread?: 'prefer' | 'require';
  /** Settings of postgresql.conf. Those that the operator manages are refused. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly databases?: readonly PostgresDatabase[];
  readonly backups?: PostgresBackups;
  /** Needs `backups`. */
  readonly recoverFrom?: PostgresRecovery;
  readonly pooler?: PostgresPooler;
}

/** Name of the barman plugin, as Clusters and ScheduledBackups call it. */
const BARMAN = 'barman-cloud.cloudnative-pg.io';
/** The operator insists on one database and owner at bootstrap. No consumer's name begins with "_", and nobody can log in. */
const UNUSED = '_unused';
/** The cluster's backups as its own bootstrap calls them. */
const ORIGIN = 'origin';
const SIDECAR: Resources = { cpu: '50m', memory: '256Mi', memoryLimit: '512Mi' };

/**
 * A PostgreSQL cluster, run by CloudNativePG, with a database and a role for each who uses it.
 *
 * A role reaches its own database and no other, over TLS, by password; the superuser has no password. Databases
 * and roles stay when their objects go, and the cluster itself goes only when a person confirms it.
 *
 * Roles are `DatabaseRole` objects, not entries of the Cluster: a consumer that comes or goes changes its own files, and
 * each role says for itself whether it was applied. Only inline roles are set back when someone alters them by
 * hand; that needs the superuser, who is reached by `kubectl exec` alone.
 */
export class PostgresCluster extends Construct {
  /** Service that clients connect to: the pooler's, if there is one, else the primary's. Port 5432. */
  readonly service: string;

  constructor(scope: Construct, id: string, props: PostgresClusterProps) {
    super(scope, id);
    refuseContradictions(props);
    const { name, backups, pooler } = props;
    this.service = pooler ? poolerName(name) : primaryService(name);

    new ApiObject(this, 'cluster', {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: { name, annotations: { ...ASK_BEFORE_REMOVAL } },
      spec: clusterSpec(props),
    } satisfies Cluster);
    for (const database of props.databases ?? []) this.#database(name, database);
    if (backups) this.#backups(name, backups);
    if (pooler) this.#pooler(name, pooler);
  }

  #database(cluster: string, { name: database, credential }: PostgresDatabase): void {
    const metadata = { name: `${cluster}-${database.replaceAll('_', '-')}` };
    new ApiObject(this, `role-${database}`, {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'DatabaseRole',
      metadata,
      spec: {
        cluster: { name: cluster },
        name: database,
        login: true,
        passwordSecret: { name: credential.name },
        databaseRoleReclaimPolicy: 'retain',
      },
    } satisfies DatabaseRole);
    new ApiObject(this, `database-${database}`, {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Database',
      metadata,
      spec: {
        cluster: { name: cluster },
        name: database,
        owner: database,
        ensure: 'present',
        databaseReclaimPolicy: 'retain',
      },
    } satisfies Database);
  }

  #backups(name: string, { store, schedule, retentionDays, resources }: PostgresBackups): void {
    const env = storeEnvironment(store);
    new ApiObject(this, 'store', {
      apiVersion: 'barmancloud.cnpg.io/v1',
      kind: 'ObjectStore',
      metadata: { name },
      spec: {
        // No serverName here: the plugin takes it from the Cluster only.
        configuration: {
          ...storeAccess(store),
          wal: { compression: 'gzip', maxParallel: 4 },
          data: { compression: 'gzip' },
        },
        retentionPolicy: `${retentionDays}d`,
        instanceSidecarConfiguration: {
          resources: requirements(resources ?? SIDECAR),
          ...(env.length > 0 && { env: [...env] }),
        },
      },
    } satisfies ObjectStore);
    new ApiObject(this, 'schedule', {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'ScheduledBackup',
      metadata: { name },
      spec: {
        cluster: { name },
        // Six fields: the operator's begin with seconds.
        schedule: `0 ${schedule}`,
        // Without a first base backup nothing can be restored until the schedule comes round.
        immediate: true,
        backupOwnerReference: 'self',
        method: 'plugin',
        pluginConfiguration: { name: BARMAN },
      },
    } satisfies ScheduledBackup);
  }

  #pooler(cluster: string, pooler: PostgresPooler): void {
    const name = poolerName(cluster);
    const matchLabels = poolerPods(cluster);
    const several = pooler.instances > 1;
    new ApiObject(this, 'pooler', {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Pooler',
      metadata: { name },
      spec: {
        cluster: { name: cluster },
        type: 'rw',
        instances: pooler.instances,
        deploymentStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        pgbouncer: {
          image: pooler.image,
          poolMode: pooler.mode,
          parameters: {
            client_tls_sslmode: 'require',
            default_pool_size: String(pooler.poolSize ?? 20),
            max_client_conn: String(pooler.maxClientConnections ?? 1000),
          },
        },
        template: {
          spec: {
            containers: [{ name: 'pgbouncer', resources: requirements(pooler.resources) }],
            ...(several && {
              topologySpreadConstraints: [
                spreadOver('kubernetes.io/hostname', matchLabels),
                spreadOver('topology.kubernetes.io/zone', matchLabels),
              ],
            }),
          },
        },
      },
    } satisfies Pooler);
    if (!several) return;
    new ApiObject(this, 'pooler-disruption-budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: { maxUnavailable: 1, selector: { matchLabels } },
    } satisfies PodDisruptionBudget);
  }
}

function clusterSpec(props: PostgresClusterProps): ClusterSpec {
  const { name, instances, storage, walStorage, backups, recoverFrom, synchronous } = props;
  const several = instances > 1;
  const identity = backups?.store.auth.kind === 'workload-identity' ? backups.store.auth : undefined;
  return {
    instances,
    imageName: props.image,
    bootstrap: bootstrap(recoverFrom),
    storage: { ...storage },
    ...(walStorage && { walStorage: { ...walStorage } }),
    resources: requirements(props.resources),
    enableSuperuserAccess: false,
    // The budget of a single instance would block every drain of its node.
    enablePDB: several,
    // A restart in place, because with a switchover the operator refuses a change of image and parameters at once.
    primaryUpdateStrategy: 'unsupervised',
    primaryUpdateMethod: 'restart',
    ...(several && {
      affinity: {
        enablePodAntiAffinity: true,
        podAntiAffinityType: props.spread === 'require' ? 'required' : 'preferred',
        topologyKey: 'kubernetes.io/hostname',
      },
      topologySpreadConstraints: [spreadOver('topology.kubernetes.io/zone', instancePods(name))],
    }),
    postgresql: {
      ...(props.parameters && Object.keys(props.parameters).length > 0 && { parameters: { ...props.parameters } }),
      // Before the operator's own last rule, which lets every role into every database, encrypted or not.
      pg_hba: [
        `host all postgres,${UNUSED} all reject`,
        'hostssl sameuser all all scram-sha-256',
        'host all all all reject',
      ],
      ...(synchronous && { synchronous: { method: 'any', number: 1, dataDurability: synchronous } }),
    },
    ...(backups && {
      plugins: [{ name: BARMAN, isWALArchiver: true, parameters: { barmanObjectName: name, serverName: name } }],
    }),
    ...(recoverFrom && {
      externalClusters: [
        {
          name: ORIGIN,
          plugin: { name: BARMAN, parameters: { barmanObjectName: name, serverName: recoverFrom.serverName } },
        },
      ],
    }),
    ...(identity && {
      serviceAccountTemplate: { metadata: { annotations: { ...identity.serviceAccountAnnotations } } },
      ...(Object.keys(identity.podLabels).length > 0 && { inheritedMetadata: { labels: { ...identity.podLabels } } }),
    }),
  };
}

/** UTF-8 with the same order and the same upper and lower case on every operating system, which an index relies on. */
const bootstrap = (recovery: PostgresRecovery | undefined): ClusterSpecBootstrap =>
  recovery
    ? {
        recovery: {
          source: ORIGIN,
          database: UNUSED,
          owner: UNUSED,
          ...(recovery.targetTime !== undefined && { recoveryTarget: { targetTime: recovery.targetTime } }),
        },
      }
    : {
        initdb: {
          database: UNUSED,
          owner: UNUSED,
          dataChecksums: true,
          encoding: 'UTF8',
          localeProvider: 'builtin',
          builtinLocale: 'C.UTF-8',
        },
      };

const spreadOver = (topologyKey: string, matchLabels: Labels): TopologySpreadConstraint => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels },
});

function refuseContradictions({
  name,
  instances,
  synchronous,
  backups,
  recoverFrom,
  ...props
}: PostgresClusterProps): void {
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) || name.length > MAX_CLUSTER_NAME) {
    throw new Error(
      `"${name}" cannot name a PostgreSQL cluster; lower-case letters, digits and hyphens, at most ${MAX_CLUSTER_NAME}, beginning with a letter`,
    );
  }
  if (synchronous && instances < 2) {
    throw new Error(
      `PostgreSQL cluster "${name}" has one instance, so no replica can hold a commit; leave out synchronous`,
    );
  }
  if (recoverFrom && !backups) {
    throw new Error(`PostgreSQL cluster "${name}" is to recover from backups, but has no bucket for them; set backups`);
  }
  if (recoverFrom?.serverName === name) {
    throw new Error(
      `PostgreSQL cluster "${name}" is to recover from the backups of "${name}", where it archives to itself; give the new cluster another name`,
    );
  }
  for (const parameter of Object.keys(props.parameters ?? {})) {
    if (isFixedParameter(parameter))
      throw new Error(`"${parameter}" is set by the operator of PostgreSQL cluster "${name}"`);
  }
  for (const database of props.databases ?? []) {
    const problem = databaseNameProblem(database.name);
    if (problem !== undefined) throw new Error(problem);
  }
}
