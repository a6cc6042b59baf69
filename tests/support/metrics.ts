import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MLFLOW_METRICS } from '../../lib/constructs/mlflow/index.ts';
import { parsePromql } from './promql.ts';
import { ROOT } from './shipped.ts';

interface Metric {
  readonly labels: readonly string[];
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Metrics that alerts and dashboards may ask for: those that something was seen to export, or whose source was read. Every
 * `metrics-observed.json` and `metrics-looked-up.json` in `lib/` counts; the files say when and where.
 */
export const METRICS: ReadonlyMap<string, Metric> = new Map([
  ['up', { labels: [] }],
  ...readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)metrics-(observed|looked-up)\.json$/.test(path))
    .flatMap((path) => {
      const file: { metrics: Record<string, Metric> } = JSON.parse(readFileSync(join(ROOT, 'lib', path), 'utf8'));
      return Object.entries(file.metrics);
    }),
  ...MLFLOW_METRICS.flatMap(({ name, type, labels }): [string, Metric][] =>
    type === 'histogram'
      ? [
          [`${name}_bucket`, { labels: [...labels, 'le'] }],
          [`${name}_sum`, { labels }],
          [`${name}_count`, { labels }],
        ]
      : [[name, { labels }]],
  ),
]);

/** What Prometheus adds to the series of a target, with what our monitors take over from the pods. */
const OF_TARGETS = ['namespace', 'job', 'endpoint', 'pod', 'container', 'instance', 'service'];
const FROM_PODS = ['ray_io_cluster', 'ray_io_group', 'ray_io_node_type'];

/** An expression of a dashboard as Grafana sends it. */
export const filledIn = (expr: string): string => expr.replaceAll('$__rate_interval', '5m');

/** What is wrong with an expression that is to speak of known metrics in one namespace. */
export function promqlProblems(expr: string, namespace: string | undefined): string[] {
  const { errors, selectors, grouping } = parsePromql(filledIn(expr));
  const unknown = selectors.filter(({ metric }) => !METRICS.has(metric)).map(({ metric }) => `unknown ${metric}`);
  const everywhere = selectors
    .filter(({ matchers }) => !matchers.some(({ label, value }) => label === 'namespace' && value === namespace))
    .map(({ metric }) => `${metric} of every namespace`);
  const mistaken = selectors.flatMap(({ metric, matchers }) => {
    const { values = {} } = METRICS.get(metric) ?? {};
    const labels = labelsOf(metric);
    return matchers.flatMap(({ label, operator, value }) => [
      ...(labels.has(label) ? [] : [`${metric} has no label ${label}`]),
      ...(operator === '=' && values[label] && !values[label].includes(value)
        ? [`${label} of ${metric} is never ${value}`]
        : []),
    ]);
  });
  // The arguments of label_replace and label_join: labels that these make, or read.
  const made = [...expr.matchAll(/, *"(\w+)"/g)].map(([, label]) => label);
  const present = new Set([...selectors.flatMap(({ metric }) => [...labelsOf(metric)]), ...made]);
  const absent = grouping.filter((label) => !present.has(label)).map((label) => `no label ${label}`);
  return [
    ...errors,
    ...(selectors.length === 0 ? ['asks for no metric'] : []),
    ...everywhere,
    ...unknown,
    ...(unknown.length === 0 ? [...mistaken, ...absent] : []),
  ];
}

/** Of two labels of one name, that of the target stays, and Prometheus calls the other `exported_<name>`. */
function labelsOf(metric: string): Set<string> {
  const own = METRICS.get(metric)?.labels ?? [];
  return new Set([...OF_TARGETS, ...FROM_PODS, ...own, ...own.map((label) => `exported_${label}`)]);
}
