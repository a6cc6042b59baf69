import type { Alert } from '../../graph/alert.ts';
import { FAILED, requestsTo, seriesOf, unhealthyDeployments, type Watched } from './series.ts';

/**
 * Alerts on what Ray 2.60 exports; `metrics-observed.json` holds the names and labels that a real one was seen with, and
 * the tests hold the expressions against it. Durations are written as Prometheus writes them: `5m`.
 *
 * There is none on RayJobs that fail: only KubeRay's own metrics know of them, and those are not scraped. A scheduled one
 * is a Job that fails, which kube-prometheus-stack's KubeJobFailed tells.
 */

export interface RayClusterThresholds {
  /** How long a node may be gone. Default 2m. */
  readonly nodeDown?: string;
  /** How long there may be fewer nodes than the least, also when they never came. Default 15m. */
  readonly incomplete?: string;
  /** How long nodes that the autoscaler asked for may be missing. Default 15m. */
  readonly nodesPending?: string;
  /** Bytes on the disk of a node that found no room in its object store. Default 1 GiB. */
  readonly spilledBytes?: number;
  /** How long placement groups may wait for room. Default 15m. */
  readonly placementGroupsPending?: string;
  /** How long a worker may hold GPUs that nobody asks for. Default 1h. */
  readonly gpuIdle?: string;
}

export interface RayServiceThresholds {
  /** Milliseconds within which 99 of 100 requests are answered. Default 100. At most 600,000, where Serve stops counting. */
  readonly latency?: number;
  /** Percent of the requests that may fail. Default 5. */
  readonly errors?: number;
  /** How long any of that may be so, before somebody is told. Default 5m. */
  readonly patience?: string;
}

export const RAY_CLUSTER_THRESHOLDS = {
  nodeDown: '2m',
  incomplete: '15m',
  nodesPending: '15m',
  spilledBytes: 1024 ** 3,
  placementGroupsPending: '15m',
  gpuIdle: '1h',
} as const satisfies Required<RayClusterThresholds>;

export const RAY_SERVICE_THRESHOLDS = {
  latency: 100,
  errors: 5,
  patience: '5m',
} as const satisfies Required<RayServiceThresholds>;

export interface RayClusterAlertsProps extends Watched {
  /** Nodes there are at least: the head and the least of every worker group. */
  readonly leastNodes: number;
  /** Whether an autoscaler decides how many there are. Default false. */
  readonly autoscaled?: boolean;
  /** Whether some workers have GPUs. Default false. */
  readonly gpus?: boolean;
  /**
   * Workers with GPUs that are there with or without work: the least of each group that has some, by its name; or of all
   * together, where the idle ones of one group then hide behind those that another keeps. Default: none.
   */
  readonly gpuWorkersKept?: number | Readonly<Record<string, number>>;
  readonly thresholds?: RayClusterThresholds;
}

export interface RayServiceAlertsProps extends Watched {
  readonly thresholds?: RayServiceThresholds;
}

export function rayClusterAlerts(props: RayClusterAlertsProps): readonly Alert[] {
  const { leastNodes, autoscaled = false, gpus = false, gpuWorkersKept = {} } = props;
  const limits = { ...RAY_CLUSTER_THRESHOLDS, ...props.thresholds };
  const cluster = `${props.namespace}/${props.job}`;
  const of = seriesOf(props);
  const up = `up{${of('metrics')}}`;
  const head = `up{${of('metrics')},ray_io_node_type="head"}`;
  const workers = `up{${of('metrics')},ray_io_node_type="worker"}`;
  const answering = `(count(${up} == 1) or vector(0))`;
  return [
    {
      name: 'RayClusterHeadDown',
      /*
       * Prometheus' own `up`, because it is there whatever Ray still says: the dashboard counts nodes too, but is gone
       * with the head, and names failed ones only for a while. A pod that hangs is `up == 0`, one that was removed has no
       * series at all, which the count notices. Both only of what was there before: images take minutes to pull.
       */
      expr: `(count(${head} == 1) or vector(0)) < 1 and max_over_time(count(${head} == 1)[30m:1m]) >= 1`,
      for: limits.nodeDown,
      severity: 'critical',
      summary: `The head of the Ray cluster ${cluster} is down.`,
      description:
        'Without it nothing is scheduled, and what runs ends within minutes unless the state is kept in a cache. Look at the pod (evicted, out of memory, node lost) and its log.',
    },
    {
      name: 'RayClusterNodeDown',
      // Ray runs what was on a worker again elsewhere, and spot nodes are taken back as a matter of course. Those that
      // stay away are `RayClusterIncomplete`.
      expr: [
        `${workers} == 0 and max_over_time(${workers}[30m]) == 1`,
        ...(leastNodes > 1
          ? [
              `or (count(${workers} == 1) or vector(0)) < ${leastNodes - 1} and max_over_time(count(${workers} == 1)[30m:1m]) >= ${leastNodes - 1}`,
            ]
          : []),
      ].join('\n'),
      for: limits.nodeDown,
      severity: 'warning',
      summary: `A worker of the Ray cluster ${cluster} is down.`,
      description: `${
        leastNodes > 1
          ? `The worker that the label pod names answers no scrapes; without the label: a worker is gone and fewer than ${leastNodes - 1} are left.`
          : 'The worker that the label pod names answers no scrapes.'
      } Look at the pods (evicted, out of memory, node lost) and at the dashboard's page Cluster.`,
    },
    {
      name: 'RayClusterIncomplete',
      expr: `${answering} < ${leastNodes}`,
      for: limits.incomplete,
      severity: 'critical',
      summary: `The Ray cluster ${cluster} has {{ $value }} of at least ${leastNodes} nodes.`,
      description:
        'Nodes did not come, or did not come back. Look for pods that are Pending and why: no room in the node pool, the quota of the namespace, an image that cannot be pulled.',
    },
    {
      name: 'RayObjectStoreSpilling',
      expr: `sum by (ray_io_cluster, pod) (ray_object_store_memory{${of('metrics')},Location="SPILLED"}) > ${limits.spilledBytes}`,
      for: '10m',
      severity: 'warning',
      summary: `{{ $labels.pod }} of the Ray cluster ${cluster} keeps {{ $value | humanize1024 }}B of objects on disk.`,
      description:
        'The object store of the node is full, and reading what was spilled is slow. Give the group more memory, or hold fewer references to objects at a time.',
    },
    {
      name: 'RayPlacementGroupsPending',
      expr: `sum by (ray_io_cluster) (ray_placement_groups{${of('metrics')},State="PENDING"}) > 0`,
      for: limits.placementGroupsPending,
      severity: 'warning',
      summary: `{{ $value }} placement groups of the Ray cluster ${cluster} find no room.`,
      description:
        'Their bundles fit on no node, or only when others end. Look at the dashboard for what they ask for, and at the most nodes that the worker groups may have.',
    },
    ...(autoscaled
      ? ([
          {
            name: 'RayAutoscalerNodesFailing',
            // Autoscaler v2 sets `autoscaler_recently_failed_nodes` for nodes that it removes because they are idle, and
            // never counts `autoscaler_failed_create_nodes_total`. What fails stays pending, across its own new tries. The head
            // is none of its nodes.
            expr: `sum by (ray_io_cluster, NodeType) (autoscaler_pending_nodes{${of('as-metrics')},NodeType!="headgroup"}) > 0`,
            for: limits.nodesPending,
            severity: 'warning',
            summary: `{{ $value }} nodes of group {{ $labels.NodeType }} of the Ray cluster ${cluster} do not come up.`,
            description:
              'The autoscaler asked for them and Ray does not run on them. Look for pods that are Pending (no room in the node pool, quota, image) or that end while they start.',
          },
          {
            name: 'RayAutoscalerDown',
            expr: `up{${of('as-metrics')}} == 0`,
            for: '10m',
            severity: 'warning',
            summary: `The autoscaler of the Ray cluster ${cluster} does not answer.`,
            description:
              'No workers are added or removed. Its container does not start again by itself: look at its log, then delete the head pod.',
          },
        ] as const)
      : []),
    ...(gpus
      ? ([
          {
            name: 'RayGpuWorkerIdle',
            expr: idleGpuWorkers(of('metrics'), gpuWorkersKept),
            for: limits.gpuIdle,
            severity: 'info',
            summary: `{{ $labels.pod }} of the Ray cluster ${cluster} holds GPUs that nothing uses.`,
            description:
              'No task or actor asks for its GPUs, and it is not one of the fewest of its group. A driver that was left open or other tasks on the node keep it; a shorter idle timeout gives it back.',
          },
        ] as const)
      : []),
  ];
}

/** Those that are kept are idle by design: of their group there have to be more. Which one goes is for the autoscaler to say. */
function idleGpuWorkers(series: string, kept: number | Readonly<Record<string, number>>): string {
  const idle = (more: string) => {
    const gpus = (state: string) =>
      `sum by (ray_io_cluster, pod) (ray_resources{${series},Name="GPU",State="${state}"${more}})`;
    return `${gpus('USED')} == 0 and ${gpus('AVAILABLE')} > 0`;
  };
  const above = (count: number, more: string) =>
    `(${idle(more)}) and on (ray_io_cluster) count by (ray_io_cluster) (${idle(more)}) > ${count}`;
  if (typeof kept === 'number') return kept > 0 ? above(kept, '') : idle('');
  const groups = Object.entries(kept).filter(([, count]) => count > 0);
  if (groups.length === 0) return idle('');
  const parts = groups.map(([group, count]) => above(count, `,ray_io_group="${group}"`));
  return [`(${idle(`,ray_io_group!~"${groups.map(([group]) => group).join('|')}"`)})`, ...parts].join('\nor ');
}

export function rayServiceAlerts(props: RayServiceAlertsProps): readonly Alert[] {
  const limits = { ...RAY_SERVICE_THRESHOLDS, ...props.thresholds };
  const service = `${props.namespace}/${props.job}`;
  const requests = requestsTo(props);
  const rate = (metric: string, more = '') => `rate(${metric}{${requests}${more}}[5m])`;
  return [
    {
      name: 'RayServeHighLatency',
      expr: `histogram_quantile(0.99, sum by (application, le) (${rate('ray_serve_http_request_latency_ms_bucket')})) > ${limits.latency}`,
      for: limits.patience,
      severity: 'warning',
      summary: `1 of 100 requests to {{ $labels.application }} of ${service} takes over {{ $value | printf "%.0f" }} ms.`,
      description: `At most ${limits.latency} ms are wanted. Look at the dashboard's page Serve: requests that wait for a replica want more replicas, slow replicas a look at the model.`,
    },
    {
      name: 'RayServeHighErrorRate',
      // By the status of all requests: the counter of errors holds those that clients make as well.
      expr: [
        `100 * sum by (application) (${rate('ray_serve_num_http_requests_total', `,${FAILED}`)})`,
        `/ sum by (application) (${rate('ray_serve_num_http_requests_total')}) > ${limits.errors}`,
      ].join('\n'),
      for: limits.patience,
      severity: 'critical',
      summary: `{{ $value | printf "%.1f" }} % of the requests to {{ $labels.application }} of ${service} fail.`,
      description: `At most ${limits.errors} % are wanted. Look at the logs of the replicas, on the dashboard's page Serve.`,
    },
    {
      name: 'RayServeReplicasUnhealthy',
      // `ray_serve_deployment_replica_healthy` is one series a replica or one count a deployment, by a setting, and is
      // gone with the replica.
      expr: unhealthyDeployments(props),
      for: limits.patience,
      severity: 'critical',
      summary: `Replicas of {{ $labels.deployment }} in {{ $labels.application }} of ${service} are not healthy.`,
      description: 'They do not start, or their health checks fail. `serve status` and the dashboard say why.',
    },
  ];
}
