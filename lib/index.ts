/**
 * Keelson as a library: constructs for a cdk8s app of one's own, and what they are wired with.
 */
export * from './constructs/index.ts';
export type { ExperimentTrackingHandle } from './contracts/experiment-tracking.ts';
export type { ObjectStoreAuth, ObjectStoreHandle } from './contracts/object-store.ts';
export { bucketUri } from './contracts/object-store.ts';
export type { OidcHandle } from './contracts/oidc.ts';
export type { PostgresHandle } from './contracts/postgres.ts';
export type { DeclaredSecret } from './graph/credential.ts';
export { declaredSecret, SecretRef } from './graph/credential.ts';
export type { Endpoint } from './graph/endpoint.ts';
