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

/** The three kinds that have clusters. */
export type RayKind = keyof typeof RAY_NAME_LIMITS;

export const NAME_LABEL = 'app.kubernetes.io/name';

/** What KubeRay calls every pod of Ray that does not say otherwise. */
export const KUBERAY = 'kuberay';

/**
 * The label that all pods of a cluster, or of all clusters of a RayService or RayJob, carry, and only they.
 *
 * KubeRay lets a template say `app.kubernetes.io/name`, and the Service of a RayCluster's head follows it. Those of a
 * RayService's and a RayJob's head do not: they would find no pod.
 * Source: KubeRay 1.6, controllers/ray/raycluster_controller.go and controllers/ray/common/service.go.
 */
export const rayPodLabels = (kind: RayKind, name: string): Readonly<Record<string, string>> =>
  kind === 'RayCluster' ? { [NAME_LABEL]: name } : { 'keelson.dev/ray': name };

/** Key of the Secret with a cluster's token. */
export const AUTH_TOKEN_KEY = 'auth_token';

/** Most characters in a name, by kind. */
export const RAY_NAME_LIMITS = { RayCluster: 53, RayService: 47, RayJob: 47 } as const;
