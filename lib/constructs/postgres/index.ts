export type { PostgresBackups } from './backups.ts';
export {
  type ConnectionDemand,
  type ConnectionLimits,
  type ConnectionPlan,
  connectionProblem,
  openedTogether,
  planConnections,
  totalConnections,
} from './connections.ts';
export { type PostgresDashboardProps, postgresDashboard } from './dashboard.ts';
export type { PostgresDatabase } from './database.ts';
export { databaseNameProblem } from './identifiers.ts';
export * from './names.ts';
export { isFixedParameter, memoryParameters } from './parameters.ts';
export type { PostgresPooler } from './pooler.ts';
export {
  PostgresCluster,
  type PostgresClusterProps,
  type PostgresRecovery,
  type PostgresVolume,
} from './postgres-cluster.ts';
