import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePromql } from '../../../tests/support/promql.ts';
import type { FeastObserved } from '../../../verify/feast/observed.ts';
import { IMAGES } from '../../platform/versions.ts';
import { feastAlerts } from './alerts.ts';

const observed: FeastObserved = JSON.parse(readFileSync(join(__dirname, 'metrics-observed.json'), 'utf8'));
const of = { job: 'vision-features', namespace: 'team-vision', project: 'vision' };
const alerts = feastAlerts({ ...of, materializations: ['hourly', 'daily'] });

/** What Prometheus adds to every series of a target. A label of the same name is then behind `exported_`. */
const OF_TARGETS = ['namespace', 'job', 'endpoint', 'pod', 'container', 'instance', 'service'];
const scraped = (labels: readonly string[]): string[] => [
  ...OF_TARGETS,
  ...labels.map((label) => (OF_TARGETS.includes(label) ? `exported_${label}` : label)),
];

test('what was observed is of the version that is pinned', () => {
  expect(IMAGES.feast.tag).toBe(observed.feast);
});

describe.each(alerts.map((alert) => [alert.name, alert] as const))('%s |', (_, alert) => {
  const { errors, selectors, grouping } = parsePromql(alert.expr);
  const ofFeast = selectors.filter(({ metric }) => metric.startsWith('feast_'));

  test('is PromQL, of the own namespace', () => {
    expect(errors).toEqual([]);
    expect(selectors).not.toEqual([]);
    for (const { matchers } of selectors) {
      expect(matchers).toContainEqual({ label: 'namespace', operator: '=', value: 'team-vision' });
    }
  });

  test('names metrics that a real Feast exports, with their labels and values', () => {
    for (const { metric, matchers } of ofFeast) {
      const known = observed.metrics[metric];
      expect({ metric, known: known !== undefined }).toEqual({ metric, known: true });
      const { labels = [], values = {} } = known ?? {};
      expect(scraped(labels)).toEqual(expect.arrayContaining([...matchers.map(({ label }) => label), ...grouping]));
      for (const { label, operator, value } of matchers) {
        const seen = values[label.replace('exported_', '')];
        if (operator === '=' && seen && label !== 'endpoint') expect(seen).toContain(value);
      }
    }
  });
});

test('the default limit of the latency is one that Feast counts by, so nothing is interpolated', () => {
  expect(observed.metrics.feast_feature_server_request_latency_seconds_bucket?.values?.le).toContain('0.01');
});

test('thresholds are settings, and nobody is told of materializations that there are none of', () => {
  const [, latency, errors, stale, more] = feastAlerts({
    ...of,
    thresholds: { latency: 25, errors: 3, staleSeconds: 86400, patience: '9m' },
  });
  expect([latency?.expr, latency?.for]).toEqual([expect.stringMatching(/> 25$/), '9m']);
  expect(errors?.expr).toMatch(/> 3$/);
  expect(stale?.expr).toMatch(/> 86400$/);
  expect(more).toBeUndefined();
});
