/**
 * Most database connections that a server opens at once, to be asked of the database.
 *
 * While replicas are replaced there is one more. The migration runs before that and uses less than what the additional
 * replica will.
 */
export function mlflowConnections({
  mostReplicas,
  workers,
  connectionsPerWorker,
  login,
  garbageCollection,
}: {
  readonly mostReplicas: number;
  readonly workers: number;
  readonly connectionsPerWorker: number;
  /** Accounts have a pool as large as that of runs and models. */
  readonly login: boolean;
  readonly garbageCollection: boolean;
}): number {
  const pools = login ? 2 : 1;
  const replica = workers * connectionsPerWorker * pools + OWN;
  return (mostReplicas + 1) * replica + (garbageCollection ? OWN : 0);
}

/** Of the process that starts the workers, as of a command: one for runs, one for jobs. */
const OWN = 2;
