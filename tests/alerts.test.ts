import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { PrometheusRule } from '../imports/prometheus-operator.ts';
import { dexAlerts } from '../lib/constructs/dex/index.ts';
import { rayClusterAlerts, rayServiceAlerts } from '../lib/constructs/ray/alerts.ts';
import { redisAlerts } from '../lib/constructs/redis/alerts.ts';
import { alertsOf } from '../lib/derive/alerts.ts';
import { node } from '../lib/graph/testing.ts';
import type { Manifest } from '../lib/platform/manifest-set.ts';
import type { Observed as DexObserved } from '../verify/dex/observed.ts';
import type { Observed } from '../verify/ray/observed.ts';
import type { RedisObserved } from '../verify/redis/observed.ts';
import { outcomeOf } from './support/outcome.ts';
import { parsePromql } from './support/promql.ts';
import { promtool } from './support/promtool.ts';
import { ROOT } from './support/shipped.ts';

/* What holds of every alert, in the shipped environments and among those that a component can have. */

const read = (domain: string) =>
  JSON.parse(readFileSync(join(ROOT, `lib/constructs/${domain}/metrics-observed.json`), 'utf8'));
const ray: Observed = read('ray');
const redis: RedisObserved = read('redis');
const dex: DexObserved = read('dex');
/** Metrics that something was seen to export; the files say when and where. */
const KNOWN = new Set(['up', ...Object.keys(ray.metrics), ...Object.keys(redis.metrics), ...Object.keys(dex.metrics)]);

const of = { job: 'ray', namespace: 'ray' };
const possible = node('ray', {
  namespace: 'ray',
  alerts: [
    ...rayClusterAlerts({ ...of, leastNodes: 2, autoscaled: true, gpus: true }),
    ...rayServiceAlerts(of),
    ...redisAlerts({ ...of, flavour: 'durable' }),
    ...dexAlerts({ ...of, replicas: 2 }),
  ],
});
const manifests: readonly Manifest[] = [
  ...outcomeOf(ROOT).results.flatMap((result) => [...result.manifests].map(({ manifest }) => manifest)),
  ...alertsOf(possible, { components: [possible] }, { environment: 'test', release: 'kube-prometheus-stack' }),
];
const specs = manifests
  .filter(({ kind }) => kind === 'PrometheusRule')
  .map(({ metadata, spec }) => ({ namespace: metadata.namespace, spec: spec as PrometheusRule['spec'] }));
const alerts = specs.flatMap(({ namespace, spec }) =>
  (spec.groups ?? []).flatMap(({ rules = [] }) => rules.map((rule) => ({ namespace, ...rule }))),
);

test('each is PromQL, of metrics that were seen, in its own namespace', () => {
  expect(alerts.length).toBeGreaterThan(5);
  const wrong = alerts.flatMap(({ alert, expr, namespace }) => {
    const { errors, selectors } = parsePromql(String(expr));
    const unknown = selectors.filter(({ metric }) => !KNOWN.has(metric)).map(({ metric }) => `unknown ${metric}`);
    const elsewhere = selectors
      .filter(({ matchers }) => !matchers.some(({ label, value }) => label === 'namespace' && value === namespace))
      .map(({ metric }) => `${metric} of every namespace`);
    return [...errors, ...unknown, ...elsewhere].map((what) => `${alert}: ${what}`);
  });
  expect(wrong).toEqual([]);
});

test('each says how bad it is, where, and what to do', () => {
  for (const { labels, annotations, for: duration } of alerts) {
    expect(labels).toEqual(
      expect.objectContaining({
        severity: expect.stringMatching(/^(critical|warning|info)$/),
        environment: expect.any(String),
        component: expect.any(String),
      }),
    );
    expect(annotations?.summary).toMatch(/\.$/);
    expect(annotations?.description).toMatch(/\.$/);
    expect(duration).toMatch(/^\d+[mh]$/);
  }
});

const program = promtool();
(program === undefined ? test.skip : test)('Prometheus takes them, templates too', () => {
  const groups = specs.flatMap(({ spec }) => spec.groups ?? []).map((group, index) => ({ ...group, name: `${index}` }));
  const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  try {
    writeFileSync(join(folder, 'rules.yaml'), stringify({ groups }));
    const said = execFileSync(program ?? '', ['check', 'rules', 'rules.yaml'], { cwd: folder, encoding: 'utf8' });
    expect(said).toContain(`SUCCESS: ${alerts.length} rules found`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
