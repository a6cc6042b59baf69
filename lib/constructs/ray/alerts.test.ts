import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePromql } from '../../../tests/support/promql.ts';
import type { Observed } from '../../../verify/ray/observed.ts';
import { IMAGES } from '../../platform/versions.ts';
import { rayClusterAlerts, rayServiceAlerts } from './alerts.ts';
import { rayClusterDashboard, rayServiceDashboard } from './dashboards.ts';

const observed: Observed = JSON.parse(readFileSync(join(__dirname, 'metrics-observed.json'), 'utf8'));
const of = { job: 'ray', namespace: 'team-vision' };
const all = { ...of, leastNodes: 3, autoscaled: true, gpus: true, gpuWorkersKept: { a10g: 1 } };
const alerts = [...rayClusterAlerts(all), ...rayServiceAlerts(of)];
const dashboards = [rayClusterDashboard({ ...all, title: 'ray' }), rayServiceDashboard({ ...of, title: 'ray' })];
const panels = dashboards.flatMap(({ rows }) => rows.flatMap((row) => row.panels));
const expressions = [
  ...alerts.map(({ name, expr }) => [name, expr] as const),
  ...panels.flatMap(({ title, queries }) => queries.map(({ expr }) => [`panel ${title}`, expr] as const)),
];

/** What Prometheus adds to every series of a target, and `podTargetLabels` of the monitor. */
const OF_TARGETS = ['namespace', 'job', 'endpoint', 'pod', 'container', 'instance', 'ray_io_cluster', 'ray_io_group'];
const PORTS = { 8080: 'metrics', 44217: 'as-metrics', 44227: 'dash-metrics' };

test('what was observed is of the version that is pinned', () => {
  expect(IMAGES.ray.tag.replace(/-.*$/, '')).toBe(observed.ray);
});

describe.each(expressions)('%s |', (_, expr) => {
  const { errors, selectors, grouping } = parsePromql(expr.replaceAll('$__rate_interval', '5m'));
  const ofRay = selectors.filter(({ metric }) => metric !== 'up');

  test('is PromQL', () => {
    expect(errors).toEqual([]);
    expect(selectors).not.toEqual([]);
  });

  test('names metrics that a real Ray exports, on the port where it does', () => {
    for (const { metric, matchers } of ofRay) {
      const port = Object.entries(PORTS).find(([number]) => Number(number) === observed.metrics[metric]?.port)?.[1];
      expect({ metric, port: matchers.find(({ label }) => label === 'endpoint')?.value }).toEqual({ metric, port });
    }
  });

  test('names labels that these carry, and values that they take', () => {
    for (const { metric, matchers } of ofRay) {
      const { labels = [], values = {} } = observed.metrics[metric] ?? {};
      expect([...labels, ...OF_TARGETS]).toEqual(
        expect.arrayContaining([...matchers.map(({ label }) => label), ...grouping]),
      );
      for (const { label, operator, value } of matchers) {
        if (operator === '=' && values[label]) expect(values[label]).toContain(value);
      }
    }
  });

  test('looks at its own pods only', () => {
    for (const { matchers } of selectors) {
      expect(matchers).toEqual(
        expect.arrayContaining([
          { label: 'namespace', operator: '=', value: 'team-vision' },
          { label: 'job', operator: '=', value: 'ray' },
        ]),
      );
    }
  });
});

test('the default limit of the latency is one that Serve counts by, so nothing is interpolated', () => {
  expect(observed.metrics.ray_serve_http_request_latency_ms_bucket?.values?.le).toEqual(
    expect.arrayContaining(['100.0', '600000.0']),
  );
});

test('names are unique, and there are only alerts of what the cluster has', () => {
  const names = alerts.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const plain = rayClusterAlerts({ ...of, leastNodes: 1 }).map(({ name }) => name);
  expect(plain.filter((name) => /Autoscaler|Gpu/.test(name))).toEqual([]);
});

test('thresholds are settings', () => {
  const [latency, errors] = rayServiceAlerts({ ...of, thresholds: { latency: 250, errors: 1, patience: '10m' } });
  expect([latency?.expr, latency?.for]).toEqual([expect.stringMatching(/> 250$/), '10m']);
  expect(errors?.expr).toMatch(/> 1$/);
  expect(rayClusterAlerts({ ...of, leastNodes: 1, thresholds: { nodeDown: '7m' } })[0]?.for).toBe('7m');
});

test('panels turn red where alerts fire', () => {
  const bad = (title: string) =>
    [
      rayClusterDashboard({ ...all, leastNodes: 7, thresholds: { spilledBytes: 42 }, title: 'ray' }),
      rayServiceDashboard({ ...of, thresholds: { latency: 250, errors: 1 }, title: 'ray' }),
    ].flatMap(({ rows }) => rows.flatMap((row) => row.panels.filter((panel) => panel.title === title)))[0]?.bad;
  expect([bad('Nodes that answer'), bad('Spilled objects'), bad('Errors'), bad('Latency')]).toEqual([
    { below: 7 },
    { from: 42 },
    { from: 1 },
    { from: 250 },
  ]);
});

test('there are only panels of what the cluster has, each with a name of its own', () => {
  const titles = rayClusterDashboard({ ...of, leastNodes: 1, title: 'ray' }).rows.flatMap((row) =>
    row.panels.map(({ title }) => title),
  );
  expect(titles.filter((title) => /GPU|autoscaler/.test(title))).toEqual([]);
  for (const { rows } of dashboards) {
    const those = rows.flatMap((row) => row.panels.map(({ title }) => title));
    expect(new Set(those).size).toBe(those.length);
  }
});
