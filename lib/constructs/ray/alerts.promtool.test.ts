import { promtoolTest } from '../../../tests/support/promtool.ts';
import { rayClusterAlerts, rayServiceAlerts } from './alerts.ts';

const watched = { job: 'ray', namespace: 'team-vision' };
const base = 'namespace="team-vision",job="ray",ray_io_cluster="vision"';
const node = (pod: string, more = '') => `${base},endpoint="metrics",pod="${pod}"${more}`;
const up = (pod: string, values: string, endpoint = 'metrics') => ({
  series: `up{${base},endpoint="${endpoint}",pod="${pod}",ray_io_node_type="${pod === 'head' ? 'head' : 'worker'}"}`,
  values,
});

promtoolTest('RayClusterHeadDown', rayClusterAlerts({ ...watched, leastNodes: 2 }), [
  ...['0+0x20', 'stale'].map((gone) => ({
    title: gone === 'stale' ? 'fires when the pod was removed' : 'fires two minutes after the pod stopped answering',
    series: [up('head', `1+0x10 ${gone}`), up('worker', '1+0x30')],
    at: '13m',
    fires: [{ labels: { severity: 'critical' }, summary: 'The head of the Ray cluster team-vision/ray is down.' }],
  })),
  {
    title: 'is silent when another came before two minutes were over',
    series: [
      up('head', '1+0x10 stale'),
      { ...up('head', '_x12 1+0x20'), series: up('head', '').series.replace('"head"', '"head-2"') },
    ],
    at: '14m',
    fires: [],
  },
  { title: 'is silent while the first one starts', series: [up('head', '0+0x30')], at: '20m', fires: [] },
  {
    title: 'is silent about workers',
    series: [up('head', '1+0x30'), up('worker', '1+0x10 0+0x20')],
    at: '15m',
    fires: [],
  },
]);

promtoolTest('RayClusterNodeDown', rayClusterAlerts({ ...watched, leastNodes: 2 }), [
  {
    title: 'fires two minutes after a worker stopped answering, and it is no emergency',
    series: [up('head', '1+0x30'), up('worker', '1+0x10 0+0x20')],
    at: '13m',
    fires: [
      {
        labels: { severity: 'warning', ...labelsOf('worker') },
        summary: 'A worker of the Ray cluster team-vision/ray is down.',
      },
      { labels: { severity: 'warning' }, summary: 'A worker of the Ray cluster team-vision/ray is down.' },
    ],
  },
  {
    title: 'fires when a worker was removed and has no series left',
    series: [up('head', '1+0x30'), up('worker', '1+0x10 stale')],
    at: '13m',
    fires: [{ labels: { severity: 'warning' }, summary: 'A worker of the Ray cluster team-vision/ray is down.' }],
  },
  {
    title: 'is silent when the worker answers again before two minutes are over',
    series: [up('head', '1+0x30'), up('worker', '1+0x10 0 1+0x20')],
    at: '13m',
    fires: [],
  },
  {
    title: 'is silent while a new pod pulls its image, and when workers above the least are removed',
    series: [up('head', '1+0x30'), up('a', '1+0x30'), up('b', '0+0x30'), up('c', '1+0x10 stale')],
    at: '20m',
    fires: [],
  },
  { title: 'is silent about the head', series: [up('head', '1+0x10 0+0x20'), up('a', '1+0x30')], at: '20m', fires: [] },
]);
promtoolTest('RayClusterNodeDown', rayClusterAlerts({ ...watched, leastNodes: 1 }), [
  { title: 'has no least of workers where there is none', series: [up('head', '1+0x30')], at: '20m', fires: [] },
]);

promtoolTest('RayClusterIncomplete', rayClusterAlerts({ ...watched, leastNodes: 3 }), [
  {
    title: 'fires when nodes never came',
    series: [up('head', '1+0x30'), up('worker', '0+0x30')],
    at: '16m',
    fires: [
      { labels: { severity: 'critical' }, summary: 'The Ray cluster team-vision/ray has 1 of at least 3 nodes.' },
    ],
  },
  {
    title: 'fires when there is no series at all',
    series: [],
    at: '16m',
    fires: [
      { labels: { severity: 'critical' }, summary: 'The Ray cluster team-vision/ray has 0 of at least 3 nodes.' },
    ],
  },
  { title: 'waits for images', series: [up('head', '1+0x30')], at: '14m', fires: [] },
  {
    title: 'is silent with exactly the least',
    series: [up('head', '1+0x30'), up('a', '1+0x30'), up('b', '1+0x30')],
    at: '30m',
    fires: [],
  },
]);

const spilled = (values: string) => ({
  series: `ray_object_store_memory{${node('worker', ',Location="SPILLED"')}}`,
  values,
});
promtoolTest('RayObjectStoreSpilling', rayClusterAlerts({ ...watched, leastNodes: 0 }), [
  {
    title: 'fires above a gibibyte',
    series: [spilled('2147483648+0x20')],
    at: '11m',
    fires: [
      {
        labels: { severity: 'warning', ray_io_cluster: 'vision', pod: 'worker' },
        summary: 'worker of the Ray cluster team-vision/ray keeps 2GiB of objects on disk.',
      },
    ],
  },
  { title: 'is silent just at it', series: [spilled('1073741824+0x20')], at: '20m', fires: [] },
  { title: 'is silent when it passes', series: [spilled('2147483648+0x8 0+0x10')], at: '11m', fires: [] },
  {
    title: 'does not count objects in memory',
    series: [{ series: `ray_object_store_memory{${node('worker', ',Location="MMAP_SHM"')}}`, values: '9e9+0x20' }],
    at: '15m',
    fires: [],
  },
]);

const groups = (state: string, values: string) => ({
  series: `ray_placement_groups{${node('head', `,State="${state}",Source="gcs"`)}}`,
  values,
});
promtoolTest('RayPlacementGroupsPending', rayClusterAlerts({ ...watched, leastNodes: 0 }), [
  {
    title: 'fires after a quarter of an hour',
    series: [groups('PENDING', '2+0x30'), groups('CREATED', '5+0x30')],
    at: '16m',
    fires: [
      {
        labels: { severity: 'warning', ray_io_cluster: 'vision' },
        summary: '2 placement groups of the Ray cluster team-vision/ray find no room.',
      },
    ],
  },
  { title: 'is silent when they were placed', series: [groups('PENDING', '2+0x10 0+0x10')], at: '16m', fires: [] },
  { title: 'is silent about those that are there', series: [groups('CREATED', '5+0x30')], at: '30m', fires: [] },
]);

const autoscaled = rayClusterAlerts({ ...watched, leastNodes: 0, autoscaled: true });
const pending = (values: string, group = 'gpu') => ({
  series: `autoscaler_pending_nodes{${base},endpoint="as-metrics",pod="head",NodeType="${group}"}`,
  values,
});
promtoolTest('RayAutoscalerNodesFailing', autoscaled, [
  {
    title: 'fires when nodes stay away',
    series: [pending('0 0 1+0x30')],
    at: '18m',
    fires: [
      {
        labels: { severity: 'warning', ray_io_cluster: 'vision', NodeType: 'gpu' },
        summary: '1 nodes of group gpu of the Ray cluster team-vision/ray do not come up.',
      },
    ],
  },
  { title: 'is silent about the head', series: [pending('1+0x30', 'headgroup')], at: '20m', fires: [] },
  { title: 'is silent while nodes start', series: [pending('1+0x13 0+0x10')], at: '16m', fires: [] },
  {
    title: 'is silent about nodes that are removed because they are idle',
    series: [
      pending('0+0x30'),
      {
        series: `autoscaler_recently_failed_nodes{${base},endpoint="as-metrics",pod="head",NodeType="gpu"}`,
        values: '3+0x30',
      },
    ],
    at: '30m',
    fires: [],
  },
]);
promtoolTest('RayAutoscalerDown', autoscaled, [
  {
    title: 'fires when its container has ended',
    series: [up('head', '0+0x20', 'as-metrics')],
    at: '11m',
    fires: [
      {
        labels: { severity: 'warning', ...labelsOf('head', 'as-metrics') },
        summary: 'The autoscaler of the Ray cluster team-vision/ray does not answer.',
      },
    ],
  },
  { title: 'is silent while it runs', series: [up('head', '1+0x20', 'as-metrics')], at: '20m', fires: [] },
  { title: 'is silent for nine minutes', series: [up('head', '0+0x20', 'as-metrics')], at: '9m', fires: [] },
]);

const gpu = (state: string, values: string, pod = 'worker') => ({
  series: `ray_resources{${node(pod, `,Name="GPU",State="${state}"`)}}`,
  values,
});
promtoolTest('RayGpuWorkerIdle', rayClusterAlerts({ ...watched, leastNodes: 0, gpus: true }), [
  {
    title: 'fires after an hour without use',
    series: [gpu('USED', '0+0x90'), gpu('AVAILABLE', '4+0x90')],
    at: '61m',
    fires: [
      {
        labels: { severity: 'info', ray_io_cluster: 'vision', pod: 'worker' },
        summary: 'worker of the Ray cluster team-vision/ray holds GPUs that nothing uses.',
      },
    ],
  },
  {
    title: 'is silent when part of one is used',
    series: [gpu('USED', '0.5+0x90'), gpu('AVAILABLE', '3.5+0x90')],
    at: '80m',
    fires: [],
  },
  {
    title: 'is silent when they were used meanwhile',
    series: [gpu('USED', '0+0x50 1 0+0x40'), gpu('AVAILABLE', '1+0x90')],
    at: '61m',
    fires: [],
  },
  {
    title: 'is silent about nodes without',
    series: [gpu('USED', '0+0x90'), gpu('AVAILABLE', '0+0x90')],
    at: '80m',
    fires: [],
  },
]);

const held = (of: string, pod: string, used: number) =>
  ['USED', 'AVAILABLE'].map((state) => ({
    series: `ray_resources{${node(pod, `,Name="GPU",State="${state}",ray_io_group="${of}"`)}}`,
    values: `${state === 'USED' ? used : 1 - used}+0x90`,
  }));
const fired = (pod: string) => ({
  labels: { severity: 'info', ray_io_cluster: 'vision', pod },
  summary: `${pod} of the Ray cluster team-vision/ray holds GPUs that nothing uses.`,
});
const kept = rayClusterAlerts({ ...watched, leastNodes: 0, gpus: true, gpuWorkersKept: { a10g: 1, spot: 0 } });
promtoolTest('RayGpuWorkerIdle', kept, [
  { title: 'is silent about those that are kept', series: held('a10g', 'a', 0), at: '80m', fires: [] },
  {
    title: 'is silent about one that is kept beside one at work',
    series: [...held('a10g', 'a', 0), ...held('a10g', 'b', 1)],
    at: '80m',
    fires: [],
  },
  {
    title: 'fires when more are idle than are kept',
    series: [...held('a10g', 'a', 0), ...held('a10g', 'b', 0)],
    at: '61m',
    fires: ['a', 'b'].map(fired),
  },
  {
    title: 'fires for another group, whether or not the kept ones work',
    series: [...held('a10g', 'a', 1), ...held('spot', 'b', 0)],
    at: '61m',
    fires: [fired('b')],
  },
  {
    title: 'fires for the other group alone when the kept one is idle, too',
    series: [...held('a10g', 'a', 0), ...held('spot', 'b', 0)],
    at: '61m',
    fires: [fired('b')],
  },
]);

promtoolTest('RayGpuWorkerIdle', rayClusterAlerts({ ...watched, leastNodes: 0, gpus: true, gpuWorkersKept: 1 }), [
  { title: 'counts all groups together where no group is told', series: held('a10g', 'a', 0), at: '80m', fires: [] },
  {
    title: 'and fires above that',
    series: [...held('a10g', 'a', 0), ...held('spot', 'b', 0)],
    at: '61m',
    fires: ['a', 'b'].map(fired),
  },
]);

const service = rayServiceAlerts(watched);
const application = ',application="ranking",route="/rank"';
/** Requests a minute that ended below each bound, of 100. */
const latency = (below100: number, more = application) => [
  {
    series: `ray_serve_http_request_latency_ms_bucket{${node('worker', `${more},le="100.0"`)}}`,
    values: `0+${below100}x30`,
  },
  { series: `ray_serve_http_request_latency_ms_bucket{${node('worker', `${more},le="200.0"`)}}`, values: '0+100x30' },
  { series: `ray_serve_http_request_latency_ms_bucket{${node('worker', `${more},le="+Inf"`)}}`, values: '0+100x30' },
];
promtoolTest('RayServeHighLatency', service, [
  {
    title: 'fires when more than 1 of 100 takes over 100 ms for five minutes',
    series: latency(96),
    at: '8m',
    fires: [
      {
        labels: { severity: 'warning', application: 'ranking' },
        summary: '1 of 100 requests to ranking of team-vision/ray takes over 175 ms.',
      },
    ],
  },
  { title: 'is silent when 99 of 100 are within', series: latency(99), at: '20m', fires: [] },
  { title: 'is silent for the first minutes', series: latency(90), at: '5m', fires: [] },
  {
    title: 'is silent without requests',
    series: latency(0).map((one) => ({ ...one, values: '7+0x30' })),
    at: '20m',
    fires: [],
  },
  {
    title: 'is silent about probes',
    series: latency(0, ',application="ranking",route="/-/healthz"'),
    at: '20m',
    fires: [],
  },
]);

const requests = (status: string, values: string, more = application) => ({
  series: `ray_serve_num_http_requests_total{${node('worker', `${more},status_code="${status}"`)}}`,
  values,
});
promtoolTest('RayServeHighErrorRate', service, [
  {
    title: 'fires when more than 5 % fail for five minutes, time-outs too',
    series: [requests('200', '0+90x30'), requests('500', '0+5x30'), requests('408', '0+5x30')],
    at: '8m',
    fires: [
      {
        labels: { severity: 'critical', application: 'ranking' },
        summary: '10.0 % of the requests to ranking of team-vision/ray fail.',
      },
    ],
  },
  { title: 'is silent at 5 %', series: [requests('200', '0+95x30'), requests('500', '0+5x30')], at: '20m', fires: [] },
  {
    title: 'is silent about mistakes of clients',
    series: [requests('200', '0+50x30'), requests('404', '0+50x30')],
    at: '20m',
    fires: [],
  },
  {
    title: 'is silent after a short disturbance',
    series: [requests('200', '0+95x30'), requests('500', '0x10 50+0x20')],
    at: '16m',
    fires: [],
  },
  { title: 'is silent without requests', series: [], at: '20m', fires: [] },
]);

const status = (deployment: string, values: string) => ({
  series: `ray_serve_deployment_status{${node('head', `,application="ranking",deployment="${deployment}"`)}}`,
  values,
});
promtoolTest('RayServeReplicasUnhealthy', service, [
  {
    title: 'fires when a deployment is unhealthy, or could not be deployed',
    series: [status('Model', '6+0x5 2+0x20'), status('Other', '1+0x30'), status('Fine', '6+0x30')],
    at: '12m',
    fires: ['Model', 'Other'].map((deployment) => ({
      labels: { severity: 'critical', ray_io_cluster: 'vision', application: 'ranking', deployment },
      summary: `Replicas of ${deployment} in ranking of team-vision/ray are not healthy.`,
    })),
  },
  {
    title: 'is silent while nothing is known, and while it is updated or scaled',
    series: [status('Model', '0+0x10 3+0x10 4+0x10 5+0x10')],
    at: '30m',
    fires: [],
  },
  { title: 'is silent when it recovers', series: [status('Model', '2+0x3 6+0x20')], at: '6m', fires: [] },
]);

function labelsOf(pod: string, endpoint = 'metrics') {
  const ray_io_node_type = pod === 'head' ? 'head' : 'worker';
  return { namespace: 'team-vision', job: 'ray', ray_io_cluster: 'vision', ray_io_node_type, endpoint, pod };
}
