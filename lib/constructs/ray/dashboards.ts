import type { Dashboard, DashboardPanel } from '../../graph/dashboard.ts';
import {
  RAY_CLUSTER_THRESHOLDS,
  RAY_SERVICE_THRESHOLDS,
  type RayClusterAlertsProps,
  type RayServiceAlertsProps,
} from './alerts.ts';
import { FAILED, requestsTo, seriesOf, unhealthyDeployments } from './series.ts';

/** Dashboards of what Ray exports, on the same metrics and with the same thresholds as the alerts. */

export interface RayDashboardProps {
  /** How its users call it: `shared`, `vision/train`. */
  readonly title: string;
}

export function rayClusterDashboard(props: RayClusterAlertsProps & RayDashboardProps): Dashboard {
  const { leastNodes, autoscaled = false, gpus = false } = props;
  const limits = { ...RAY_CLUSTER_THRESHOLDS, ...props.thresholds };
  const of = seriesOf(props);
  const ray = (metric: string, more = '') => `${metric}{${of('metrics')}${more}}`;
  const up = ray('up');
  const resource = (name: string, state: 'USED' | 'AVAILABLE') =>
    `sum(${ray('ray_resources', `,Name="${name}",State="${state}"`)})`;
  const inUse = (name: string): DashboardPanel => ({
    kind: 'timeseries',
    title: `${name}s asked for`,
    description: `${name}s that tasks and actors hold, and those that nobody asks for. What they really use is below.`,
    unit: 'short',
    min: 0,
    queries: [
      { expr: resource(name, 'USED'), legend: 'in use' },
      { expr: resource(name, 'AVAILABLE'), legend: 'free' },
    ],
  });
  return {
    name: 'cluster',
    title: `Ray cluster ${props.title}`,
    description: 'Its nodes, what they use, tasks, actors and objects.',
    rows: [
      {
        title: 'Nodes',
        panels: [
          {
            kind: 'stat',
            title: 'Nodes that answer',
            description: `Pods of the cluster that Prometheus reaches. At least ${leastNodes} are wanted.`,
            unit: 'short',
            bad: { below: leastNodes },
            queries: [{ expr: `count(${up} == 1) or vector(0)` }],
          },
          {
            kind: 'stat',
            title: 'Placement groups that wait',
            description: `Groups that find no room. After ${limits.placementGroupsPending} somebody is told.`,
            unit: 'short',
            bad: { from: 1 },
            queries: [{ expr: `sum(${ray('ray_placement_groups', ',State="PENDING"')}) or vector(0)` }],
          },
          {
            kind: 'stat',
            title: 'Jobs that run',
            description: 'Drivers that are connected: jobs, notebooks, and Serve itself.',
            unit: 'short',
            queries: [{ expr: `sum(${ray('ray_running_jobs')}) or vector(0)` }],
          },
          {
            kind: 'gauge',
            title: 'CPUs in use',
            description:
              'Share of the CPUs that tasks and actors hold. At 100 % new ones wait for others to end, or for new workers.',
            unit: 'percent',
            min: 0,
            max: 100,
            queries: [
              {
                expr: `100 * ${resource('CPU', 'USED')} / (${resource('CPU', 'USED')} + ${resource('CPU', 'AVAILABLE')})`,
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Nodes',
            description: 'Pods that answer, by the group of workers they belong to.',
            unit: 'short',
            min: 0,
            bad: { below: leastNodes },
            queries: [
              { expr: `count by (ray_io_group) (${up} == 1)`, legend: '{{ray_io_group}}' },
              { expr: `count(${up} == 1)`, legend: 'all' },
            ],
          },
          ...(autoscaled
            ? [
                {
                  kind: 'timeseries',
                  title: 'Nodes that the autoscaler waits for',
                  description: `Asked for, and Ray does not run on them yet. After ${limits.nodesPending} somebody is told.`,
                  unit: 'short',
                  min: 0,
                  queries: [
                    {
                      expr: `sum by (NodeType) (autoscaler_pending_nodes{${of('as-metrics')},NodeType!="headgroup"})`,
                      legend: '{{NodeType}}',
                    },
                  ],
                } as const,
              ]
            : []),
        ],
      },
      {
        title: 'Use',
        panels: [
          inUse('CPU'),
          ...(gpus ? [inUse('GPU')] : []),
          {
            kind: 'timeseries',
            title: 'CPU',
            description: 'Of all that a node has. High here and few CPUs asked for: tasks use more than they say.',
            unit: 'percent',
            min: 0,
            queries: [{ expr: `max by (pod) (${ray('ray_node_cpu_utilization')})`, legend: '{{pod}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Memory',
            description: 'Of all that a node has. From 95 % on Ray kills tasks.',
            unit: 'percent',
            min: 0,
            max: 100,
            bad: { from: 95 },
            queries: [
              {
                expr: `100 * max by (pod) (${ray('ray_node_mem_used')}) / max by (pod) (${ray('ray_node_mem_total')})`,
                legend: '{{pod}}',
              },
            ],
          },
        ],
      },
      {
        title: 'Tasks and actors',
        panels: [
          {
            kind: 'timeseries',
            title: 'Tasks',
            description:
              'By state, without those that ended. PENDING_NODE_ASSIGNMENT that grows: there is no room for what is asked.',
            unit: 'short',
            min: 0,
            queries: [
              { expr: `sum by (State) (${ray('ray_tasks', ',State!~"FINISHED|FAILED"')})`, legend: '{{State}}' },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Actors',
            description: 'By state, without those that ended.',
            unit: 'short',
            min: 0,
            queries: [{ expr: `sum by (State) (${ray('ray_actors', ',State!="DEAD"')})`, legend: '{{State}}' }],
          },
        ],
      },
      {
        title: 'Objects',
        panels: [
          {
            kind: 'timeseries',
            title: 'Object store',
            description: 'Bytes of objects, by where they are.',
            unit: 'bytes',
            min: 0,
            queries: [{ expr: `sum by (Location) (${ray('ray_object_store_memory')})`, legend: '{{Location}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Spilled objects',
            description: 'Bytes that found no room in the object store and are on disk, where reading them is slow.',
            unit: 'bytes',
            min: 0,
            bad: { from: limits.spilledBytes },
            queries: [
              {
                expr: `sum by (pod) (${ray('ray_object_store_memory', ',Location="SPILLED"')})`,
                legend: '{{pod}}',
              },
            ],
          },
        ],
      },
    ],
  };
}

export function rayServiceDashboard(props: RayServiceAlertsProps & RayDashboardProps): Dashboard {
  const limits = { ...RAY_SERVICE_THRESHOLDS, ...props.thresholds };
  const of = seriesOf(props);
  const requests = requestsTo(props);
  const rate = (metric: string, matchers: string) => `rate(${metric}{${matchers}}[$__rate_interval])`;
  const total = (more = '') => rate('ray_serve_num_http_requests_total', `${requests}${more}`);
  const latency = (quantile: number) =>
    `histogram_quantile(${quantile}, sum by (application, le) (${rate('ray_serve_http_request_latency_ms_bucket', requests)}))`;
  // Where nothing has failed yet, there is no series of what failed.
  const failing = (by: string) =>
    `100 * (sum${by} (${total(`,${FAILED}`)}) or 0 * sum${by} (${total()})) / sum${by} (${total()})`;
  return {
    name: 'serve',
    title: `Ray service ${props.title}`,
    description: 'Requests to its applications, errors, latency and replicas.',
    rows: [
      {
        title: 'Requests',
        panels: [
          {
            kind: 'stat',
            title: 'Requests a second',
            description: 'To all applications.',
            unit: 'reqps',
            queries: [{ expr: `sum(${total()})` }],
          },
          {
            kind: 'stat',
            title: 'Requests that fail',
            description: `Answered with 5xx or 408. At most ${limits.errors} % are wanted.`,
            unit: 'percent',
            bad: { from: limits.errors },
            queries: [{ expr: failing('') }],
          },
          {
            kind: 'stat',
            title: 'Deployments that are not healthy',
            description: 'Their replicas do not start, or fail their health checks.',
            unit: 'short',
            bad: { from: 1 },
            queries: [{ expr: `count(${unhealthyDeployments(props)}) or vector(0)` }],
          },
          {
            kind: 'stat',
            title: 'Requests in progress',
            description: 'Accepted by a proxy and not answered yet.',
            unit: 'short',
            queries: [{ expr: `sum(ray_serve_num_ongoing_http_requests{${of('metrics')}}) or vector(0)` }],
          },
          {
            kind: 'timeseries',
            title: 'Requests',
            description: 'By application and status.',
            unit: 'reqps',
            min: 0,
            queries: [
              { expr: `sum by (application, status_code) (${total()})`, legend: '{{application}} {{status_code}}' },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Errors',
            description: `Share of the requests that are answered with 5xx or 408. At most ${limits.errors} % are wanted.`,
            unit: 'percent',
            min: 0,
            bad: { from: limits.errors },
            queries: [{ expr: failing(' by (application)'), legend: '{{application}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Latency',
            description: `Within which 50 and 99 of 100 requests are answered; 99 of them within ${limits.latency} ms is wanted.`,
            unit: 'ms',
            min: 0,
            bad: { from: limits.latency },
            queries: [
              { expr: latency(0.99), legend: '{{application}} p99' },
              { expr: latency(0.5), legend: '{{application}} p50' },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Time in replicas',
            description:
              'Within which a replica answers 99 of 100 requests. Much less than the latency: requests wait for a replica, and more of them help.',
            unit: 'ms',
            min: 0,
            queries: [
              {
                expr: `histogram_quantile(0.99, sum by (application, deployment, le) (${rate('ray_serve_deployment_processing_latency_ms_bucket', of('metrics'))}))`,
                legend: '{{application}} {{deployment}} p99',
              },
            ],
          },
        ],
      },
      {
        title: 'Replicas',
        panels: [
          {
            kind: 'timeseries',
            title: 'Replicas',
            description: 'That exist, by deployment.',
            unit: 'short',
            min: 0,
            queries: [
              {
                expr: `count by (application, deployment) (count by (application, deployment, replica) (ray_serve_replica_processing_queries{${of('metrics')}}))`,
                legend: '{{application}} {{deployment}}',
              },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Requests that wait',
            description: 'For a replica that has room. More than none for long: too few replicas.',
            unit: 'short',
            min: 0,
            queries: [
              {
                expr: `sum by (application, deployment) (ray_serve_deployment_queued_queries{${of('metrics')}})`,
                legend: '{{application}} {{deployment}}',
              },
            ],
          },
        ],
      },
    ],
  };
}
