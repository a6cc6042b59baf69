/** Connections of one process of Feast to a SQL registry, unless said otherwise. */
export const REGISTRY_CONNECTIONS = 3;

/** Most database connections of a registry server, to be asked of the database: a rollout has one replica more. */
export const registryConnections = (replicas: number, connections: number): number => (replicas + 1) * connections;

/**
 * Most connections to an offline store in PostgreSQL. Every request that asks for history opens one of its own; so do
 * the Jobs for each feature view they are at.
 */
export const offlineConnections = (schedules: number): number => 4 + schedules;
