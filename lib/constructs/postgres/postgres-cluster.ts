import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Cluster, ClusterSpec, ClusterSpecBootstrap } from '../../../imports/cloudnative-pg.ts';
import { ASK_BEFORE_REMOVAL } from '../../platform/protection.ts';
import type { Resources } from '../workload/index.ts';
import { requirements } from '../workload/index.ts';
import { BARMAN, Backups, type PostgresBackups } from './backups.ts';
import { OwnedDatabase, type PostgresDatabase } from './database.ts';
import { databaseNameProblem } from './identifiers.ts';
import { instancePods, MAX_CLUSTER_NAME, poolerName, primaryService } from './names.ts';
import { isFixedParameter } from './parameters.ts';
import { ConnectionPooler, type PostgresPooler } from './pooler.ts';
import { spreadOver } from './spread.ts';

/** A volume of every instance. It can be made larger in place where its storage class allows that, never smaller. */
export interface PostgresVolume {
  /** Kubernetes quantity. */
  readonly size: string;
  /** Default: the cluster's default class. */
  readonly storageClass?: string;
}

/** Which backups a new cluster begins with. Read when the cluster is created and never after. */
export interface PostgresRecovery {
  /** Name under which another cluster archived to the same bucket: that cluster's name. */
  readonly serverName: string;
  /** RFC 3339. Default: as late as the archive goes. */
  readonly targetTime?: string;
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

/** The operator insists on one database and owner at bootstrap. No consumer's name begins with "_", and nobody can log in. */
const UNUSED = '_unused';
/** The cluster's backups as its own bootstrap calls them. */
const ORIGIN = 'origin';

/**
 * A PostgreSQL cluster, run by CloudNativePG, with a database and a role for each who uses it.
 *
 * A role reaches its own database and no other, over TLS, by password; the superuser has no password. Databases
 * and roles stay when their objects go, and the cluster itself goes only when a person confirms it.
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
    for (const database of props.databases ?? []) new OwnedDatabase(this, `database-${database.name}`, name, database);
    if (backups) new Backups(this, 'backups', name, backups);
    if (pooler) new ConnectionPooler(this, 'pooler', name, pooler);
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
