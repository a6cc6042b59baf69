/**
 * How KubeRay names what it makes, and how long names may be so that what it appends still fits.
 * Source: KubeRay 1.6, controllers/ray/utils/{constant,util,validation}.go.
 */
export const rayNames = {
  /** Service of a cluster's head, or of a RayService's current head: dashboard, client, GCS. */
  headService: (name: string): string => `${name}-head-svc`,
  /** Service of the pods of a RayService that answer requests. */
  serveService: (name: string): string => `${name}-serve-svc`,
  /**
   * Secret that KubeRay makes with a RayCluster's token, below `AUTH_TOKEN_KEY`. Clusters of RayServices and RayJobs
   * have names that nobody knows before; who wants their token gives it.
   */
  tokenSecret: (cluster: string): string => cluster.slice(-50).replace(/^[^a-z]/, 'r'),
} as const;

/** Key of the Secret with a cluster's token. */
export const AUTH_TOKEN_KEY = 'auth_token';

/** Most characters in a name, by kind. */
export const RAY_NAME_LIMITS = { RayCluster: 53, RayService: 47, RayJob: 47 } as const;
