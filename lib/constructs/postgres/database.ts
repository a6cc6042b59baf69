import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Database, DatabaseRole } from '../../../imports/cloudnative-pg.ts';
import type { DeclaredSecret } from '../../graph/credential.ts';

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

/**
 * A role and its database. Both stay when their objects go.
 *
 * Roles are `DatabaseRole` objects, not entries of the Cluster: a consumer that comes or goes changes its own files, and
 * each role says for itself whether it was applied. Only inline roles are set back when someone alters them by
 * hand; that needs the superuser, who is reached by `kubectl exec` alone.
 */
export class OwnedDatabase extends Construct {
  constructor(scope: Construct, id: string, cluster: string, { name: database, credential }: PostgresDatabase) {
    super(scope, id);
    const metadata = { name: `${cluster}-${database.replaceAll('_', '-')}` };
    new ApiObject(this, 'role', {
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
    new ApiObject(this, 'database', {
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
}
