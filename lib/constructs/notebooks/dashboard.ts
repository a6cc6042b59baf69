import type { Dashboard } from '../../graph/dashboard.ts';
import { HUB_THRESHOLDS, type HubAlertsProps } from './alerts.ts';

/** What the hub and its keeper show: who is there, how servers start and end. Panels turn bad where alerts do. */
export function hubDashboard({ job, namespace, thresholds }: HubAlertsProps): Dashboard {
  const limits = { ...HUB_THRESHOLDS, ...thresholds };
  const of = `namespace="${namespace}",job="${job}"`;
  const spawns = (more = '') => `jupyterhub_server_spawn_duration_seconds_count{${of}${more}}`;
  const started = (quantile: number) =>
    `histogram_quantile(${quantile}, sum by (le) (rate(jupyterhub_server_spawn_duration_seconds_bucket{${of},status="success"}[$__rate_interval])))`;
  return {
    name: 'hub',
    title: 'Notebooks',
    description: 'Servers, users, and how long servers take to start.',
    rows: [
      {
        title: 'Now',
        panels: [
          {
            kind: 'stat',
            title: 'Hub answers',
            description: 'Whether Prometheus reaches the keeper of the hub, which asks the hub itself.',
            unit: 'short',
            bad: { below: 1 },
            queries: [{ expr: `sum(up{${of}}) or vector(0)` }],
          },
          {
            kind: 'stat',
            title: 'Servers that run',
            description: 'Of all users, in all teams.',
            unit: 'short',
            queries: [{ expr: `max(jupyterhub_running_servers{${of}})` }],
          },
          {
            kind: 'stat',
            title: 'Users of the last day',
            description: 'Who used a server or the hub.',
            unit: 'short',
            queries: [{ expr: `max(jupyterhub_active_users{${of},period="24h"})` }],
          },
          {
            kind: 'stat',
            title: 'Servers that did not start',
            description: 'Of those of the last half hour. Users are told why; the log of the hub says it too.',
            unit: 'percent',
            bad: { from: limits.failedSpawns },
            queries: [
              {
                expr: `100 * (sum(increase(${spawns(',status="failure"')}[30m])) or vector(0)) / sum(increase(${spawns(',status=~"success|failure"')}[30m]))`,
              },
            ],
          },
        ],
      },
      {
        title: 'Servers',
        panels: [
          {
            kind: 'timeseries',
            title: 'Servers that run',
            description: 'Those that nobody uses end by themselves.',
            unit: 'short',
            min: 0,
            queries: [{ expr: `max(jupyterhub_running_servers{${of}})`, legend: 'servers' }],
          },
          {
            kind: 'timeseries',
            title: 'Time to start',
            description: 'Within which half and nine of ten servers start: nodes that have to come first take minutes.',
            unit: 's',
            min: 0,
            bad: { from: limits.spawnSeconds },
            queries: [
              { expr: started(0.9), legend: 'p90' },
              { expr: started(0.5), legend: 'p50' },
            ],
          },
          {
            kind: 'timeseries',
            title: 'Starts by outcome',
            description: 'How many servers were started, and what became of them.',
            unit: 'ops',
            min: 0,
            queries: [{ expr: `sum by (status) (rate(${spawns()}[$__rate_interval]))`, legend: '{{status}}' }],
          },
          {
            kind: 'timeseries',
            title: 'Servers that the keeper stopped',
            description: 'Idle or too old, and not ended by themselves; and those that it could not stop.',
            unit: 'ops',
            min: 0,
            queries: [
              { expr: `sum(rate(notebook_keeper_stopped_total{${of}}[$__rate_interval]))`, legend: 'stopped' },
              { expr: `sum(rate(notebook_keeper_failed_total{${of}}[$__rate_interval]))`, legend: 'failed' },
            ],
          },
        ],
      },
    ],
  };
}
