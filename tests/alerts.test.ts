import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { PrometheusRule } from '../imports/prometheus-operator.ts';
import { dexAlerts } from '../lib/constructs/dex/index.ts';
import { feastAlerts } from '../lib/constructs/feast/alerts.ts';
import { mlflowDashboard } from '../lib/constructs/mlflow/index.ts';
import { hubDashboard } from '../lib/constructs/notebooks/index.ts';
import { postgresDashboard } from '../lib/constructs/postgres/index.ts';
import {
  rayClusterAlerts,
  rayClusterDashboard,
  rayServiceAlerts,
  rayServiceDashboard,
} from '../lib/constructs/ray/index.ts';
import { redisAlerts } from '../lib/constructs/redis/alerts.ts';
import { alertsOf } from '../lib/derive/alerts.ts';
import { dashboardsOf } from '../lib/derive/dashboards.ts';
import { node } from '../lib/graph/testing.ts';
import type { Manifest } from '../lib/platform/manifest-set.ts';
import { filledIn, promqlProblems } from './support/metrics.ts';
import { outcomeOf } from './support/outcome.ts';
import { parsePromql } from './support/promql.ts';
import { promtool } from './support/promtool.ts';
import { ROOT } from './support/shipped.ts';

/* What holds of every alert and dashboard, in the shipped environments and among those that a component can have. */

const of = { job: 'ray', namespace: 'ray' };
const all = { ...of, title: 'ray', leastNodes: 2, autoscaled: true, gpus: true };
const possible = node('ray', {
  namespace: 'ray',
  alerts: [
    ...rayClusterAlerts(all),
    ...rayServiceAlerts(of),
    ...feastAlerts({ ...of, project: 'ray', materializations: ['hourly'] }),
    ...redisAlerts({ ...of, flavour: 'durable' }),
    ...dexAlerts({ ...of, replicas: 2 }),
  ],
  dashboards: [
    rayClusterDashboard(all),
    rayServiceDashboard(all),
    mlflowDashboard({ ...of, replicas: 2 }),
    hubDashboard(of),
    postgresDashboard({ ...of, cluster: 'postgres', instances: 3, pooler: true, backups: true }),
  ],
});
const manifests: readonly Manifest[] = [
  ...outcomeOf(ROOT).results.flatMap((result) => [...result.manifests].map(({ manifest }) => manifest)),
  ...alertsOf(possible, { components: [possible] }, { environment: 'test', release: 'kube-prometheus-stack' }),
  ...dashboardsOf(possible, { environment: 'test' }),
];
const specs = manifests
  .filter(({ kind }) => kind === 'PrometheusRule')
  .map(({ metadata, spec }) => ({ namespace: metadata.namespace, spec: spec as PrometheusRule['spec'] }));
const alerts = specs.flatMap(({ namespace, spec }) =>
  (spec.groups ?? []).flatMap(({ rules = [] }) => rules.map((rule) => ({ namespace, ...rule }))),
);

test('each is PromQL, of metrics that are known, in its own namespace', () => {
  expect(alerts.length).toBeGreaterThan(5);
  const wrong = alerts.flatMap(({ alert, expr, namespace }) =>
    promqlProblems(String(expr), namespace).map((what) => `${alert}: ${what}`),
  );
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

interface Shown {
  readonly uid: string;
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[];
  }[];
}
const dashboardIn = (text: unknown): Shown => JSON.parse(String(text));
const dashboards = manifests
  .filter(({ metadata }) => metadata.labels?.grafana_dashboard !== undefined)
  .flatMap(({ metadata, data }) =>
    Object.entries(Object(data)).map(([file, text]) => ({ namespace: metadata.namespace, file, ...dashboardIn(text) })),
  );
const queries = dashboards.flatMap(({ file, namespace, panels }) =>
  panels.flatMap(({ title, targets = [] }) =>
    targets.map((target) => ({ where: `${file}, ${title}`, namespace, ...target })),
  ),
);

test('each panel of a dashboard asks in PromQL for metrics that are known, in its own namespace', () => {
  expect(queries.length).toBeGreaterThan(50);
  const wrong = queries.flatMap(({ where, expr, namespace }) =>
    promqlProblems(expr, namespace).map((what) => `${where}: ${what}`),
  );
  expect(wrong).toEqual([]);
});

test('series of a panel are called by labels that the expression leaves', () => {
  const wrong = queries.flatMap(({ where, expr, legendFormat = '' }) => {
    const { grouping } = parsePromql(filledIn(expr));
    return [...legendFormat.matchAll(/{{(.*?)}}/g)].flatMap(([, label = '']) =>
      grouping.includes(label) ? [] : [`${where}: ${label}`],
    );
  });
  expect(wrong).toEqual([]);
});

test('no two dashboards have one address, or one file in the folder that all of a cluster share', () => {
  const files = dashboards.map(({ file }) => file);
  expect(new Set(files).size).toBe(files.length);
  expect(dashboards.map(({ uid }) => `${uid}.json`)).toEqual(files);
});

const program = promtool();
(program === undefined ? test.skip : test)('Prometheus takes them, templates too', () => {
  const panels = queries.map(({ expr }, index) => ({ record: `panel_${index}`, expr: filledIn(expr) }));
  const groups = [...specs.flatMap(({ spec }) => spec.groups ?? []), { rules: panels }].map((group, index) => ({
    ...group,
    name: `${index}`,
  }));
  const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  try {
    writeFileSync(join(folder, 'rules.yaml'), stringify({ groups }));
    const said = execFileSync(program ?? '', ['check', 'rules', 'rules.yaml'], { cwd: folder, encoding: 'utf8' });
    expect(said).toContain(`SUCCESS: ${alerts.length + panels.length} rules found`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
