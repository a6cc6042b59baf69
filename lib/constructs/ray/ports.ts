import type { Port } from '../../graph/contract.ts';

/** Ports of Ray's head. KubeRay's Services and PodMonitors find them by these names. */
export const RAY_PORTS = {
  /** Global control store: how workers and drivers join. */
  gcs: { name: 'gcs-server', port: 6379 },
  /** Dashboard, and the API that jobs and Serve applications are sent to. */
  dashboard: { name: 'dashboard', port: 8265 },
  /** Ray Client: `ray://`. */
  client: { name: 'client', port: 10001 },
  /** HTTP proxy of Ray Serve, on workers too. */
  serve: { name: 'serve', port: 8000 },
  /** Metrics of the node, on workers too. */
  metrics: { name: 'metrics', port: 8080 },
  /** Metrics of the autoscaler. */
  autoscalerMetrics: { name: 'as-metrics', port: 44217 },
  /** Metrics of the dashboard. */
  dashboardMetrics: { name: 'dash-metrics', port: 44227 },
} as const satisfies Readonly<Record<string, Port>>;

/**
 * Ray's agent on every node, which answers the kubelet's probes. No container declares it: KubeRay puts every declared
 * port of the head on its Service, and nobody has to reach the agent.
 */
export const RAY_AGENT_PORT = 52365;
