export { databaseNameProblem } from './identifiers.ts';
export * from './names.ts';
export { isFixedParameter, memoryParameters } from './parameters.ts';
export {
  type PostgresBackups,
  PostgresCluster,
  type PostgresClusterProps,
  type PostgresDatabase,
  type PostgresPooler,
  type PostgresRecovery,
  type PostgresVolume,
} from './postgres-cluster.ts';
