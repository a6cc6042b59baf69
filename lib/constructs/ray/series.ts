import { RAY_PORTS } from './ports.ts';

/** Whose series are looked at: those that PodMonitors with `jobLabel: app.kubernetes.io/name` yield. */
export interface Watched {
  /** `app.kubernetes.io/name` of the pods; the label `job`. */
  readonly job: string;
  readonly namespace: string;
}

const PORTS = {
  metrics: RAY_PORTS.metrics.name,
  'as-metrics': RAY_PORTS.autoscalerMetrics.name,
} as const;

/** Matchers of the series that come from a port of those pods. */
export const seriesOf =
  ({ job, namespace }: Watched) =>
  (port: keyof typeof PORTS): string =>
    `namespace="${namespace}",job="${job}",endpoint="${PORTS[port]}"`;

/**
 * Matchers of the requests to applications: those that match none have no application, and Serve's own paths
 * (`/-/healthz`) are asked by machines.
 */
export const requestsTo = (watched: Watched): string =>
  `${seriesOf(watched)('metrics')},application!="",route!~"/-/.*"`;

/** Matchers of the requests that failed: 408 is Serve's own time-out. What clients did wrong (404, 422) is no failure. */
export const FAILED = 'status_code=~"5..|408"';

/** Deployments that are not well: 1 is DEPLOY_FAILED, 2 UNHEALTHY. */
export const unhealthyDeployments = (watched: Watched): string =>
  `max by (ray_io_cluster, application, deployment) (ray_serve_deployment_status{${seriesOf(watched)('metrics')}}) > 0 < 3`;
