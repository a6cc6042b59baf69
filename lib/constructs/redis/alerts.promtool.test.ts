import { promtoolTest } from '../../../tests/support/promtool.ts';
import { redisAlerts } from './alerts.ts';

const alerts = redisAlerts({ job: 'redis', namespace: 'data', flavour: 'durable' });
const base = 'namespace="data",job="redis",endpoint="metrics"';
const target = { namespace: 'data', job: 'redis', endpoint: 'metrics' };
const series = (metric: string, values: string, more = '') => ({
  series: `${metric}{${base},pod="redis-0"${more}}`,
  values,
});
const critical = { severity: 'critical' };
const warning = { severity: 'warning' };

const down = [{ labels: critical, summary: 'The store data/redis does not answer.' }];
promtoolTest('RedisDown', alerts, [
  { title: 'fires when the exporter finds no server', series: [series('redis_up', '1x5 0x20')], at: '9m', fires: down },
  { title: 'fires when there is no pod at all', series: [], at: '3m', fires: down },
  { title: 'is silent while the pod restarts', series: [series('redis_up', '1x5 0 1x20')], at: '7m', fires: [] },
  { title: 'is silent while it answers', series: [series('redis_up', '1x20')], at: '15m', fires: [] },
]);

promtoolTest('RedisConnectionsRejected', alerts, [
  {
    title: 'fires when connections are turned away',
    series: [series('redis_rejected_connections_total', '0x5 10x20')],
    at: '8m',
    fires: [
      {
        labels: { ...warning, ...target, pod: 'redis-0' },
        summary: 'The store data/redis has turned 10 connections away.',
      },
    ],
  },
  {
    title: 'is silent about those of yesterday',
    series: [series('redis_rejected_connections_total', '10x30')],
    at: '20m',
    fires: [],
  },
]);

const errors = (err: string, values: string) => series('redis_errors_total', values, `,err="${err}"`);
promtoolTest('RedisAccessDenied', alerts, [
  {
    title: 'fires when a client goes on being refused',
    series: [errors('WRONGPASS', '0+3x30')],
    at: '15m',
    fires: [
      { labels: { ...warning, err: 'WRONGPASS' }, summary: 'Clients of the store data/redis are refused: WRONGPASS.' },
    ],
  },
  {
    title: 'is silent about those that came before their users',
    series: [errors('WRONGPASS', '0x3 5x30')],
    at: '15m',
    fires: [],
  },
  { title: 'is silent about other errors', series: [errors('ERR', '0+3x30')], at: '20m', fires: [] },
]);

const memory = (used: string) => [series('redis_memory_used_bytes', used), series('redis_memory_max_bytes', '100x30')];
promtoolTest('RedisMemoryNearlyFull', alerts, [
  {
    title: 'fires above 80 %',
    series: memory('85x30'),
    at: '11m',
    fires: [
      { labels: { ...warning, ...target, pod: 'redis-0' }, summary: 'The store data/redis uses 85 % of its memory.' },
    ],
  },
  { title: 'is silent at 80 %', series: memory('80x30'), at: '20m', fires: [] },
  { title: 'is silent after a peak', series: memory('50x5 95x5 50x20'), at: '12m', fires: [] },
]);

promtoolTest('RedisWritesRefused', alerts, [
  {
    title: 'fires when memory is full',
    series: [errors('OOM', '0x5 0+5x20')],
    at: '9m',
    fires: [{ labels: { ...critical, err: 'OOM' }, summary: 'The store data/redis refuses writes: OOM.' }],
  },
  { title: 'is silent about clients that may not', series: [errors('NOPERM', '0+5x30')], at: '20m', fires: [] },
]);

promtoolTest('RedisLogFailing', alerts, [
  {
    title: 'fires when the last write failed',
    series: [series('redis_aof_last_write_status', '1x5 0x20'), series('redis_aof_last_bgrewrite_status', '1x30')],
    at: '11m',
    fires: [
      { labels: { ...critical, ...target, pod: 'redis-0' }, summary: 'The store data/redis cannot write its log.' },
    ],
  },
  {
    title: 'fires when the log cannot be rewritten',
    series: [series('redis_aof_last_write_status', '1x30'), series('redis_aof_last_bgrewrite_status', '0x30')],
    at: '6m',
    fires: [
      { labels: { ...critical, ...target, pod: 'redis-0' }, summary: 'The store data/redis cannot write its log.' },
    ],
  },
  {
    title: 'is silent while all is written',
    series: [series('redis_aof_last_write_status', '1x30'), series('redis_aof_last_bgrewrite_status', '1x30')],
    at: '20m',
    fires: [],
  },
]);
