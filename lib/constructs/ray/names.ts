/**
 * How KubeRay names what it makes, and how long names may be so that what it appends still fits.
 * Source: KubeRay 1.6, controllers/ray/utils/{constant,util,validation}.go.
 */
export const rayNames = {
  /** Service of a cluster's head, or of a RayService's current head: dashboard, client, GCS. */
  headService: (name: string): string => `${name}-head-svc`,
  /** Service of the pods of a RayService that answer requests. */
  serveService: (name: string): string => `${name}-serve-svc`,
  /** Secret with the token of a cluster (or of a RayService or RayJob); KubeRay makes it, with `AUTH_TOKEN_KEY`. */
  tokenSecret: (name: string): string => name,
} as const;

/** Key of the Secret with a cluster's token. */
export const AUTH_TOKEN_KEY = 'auth_token';

/** Most characters in a name, by kind. */
export const RAY_NAME_LIMITS = { RayCluster: 53, RayService: 47, RayJob: 47 } as const;
