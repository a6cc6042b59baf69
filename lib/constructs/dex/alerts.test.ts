import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePromql } from '../../../tests/support/promql.ts';
import type { Observed } from '../../../verify/dex/observed.ts';
import { IMAGES } from '../../platform/versions.ts';
import { dexAlerts } from './alerts.ts';

const observed: Observed = JSON.parse(readFileSync(join(__dirname, 'metrics-observed.json'), 'utf8'));
const alerts = dexAlerts({ job: 'dex', namespace: 'test-dex', replicas: 2 });

/** What Prometheus adds to every series of a target. */
const OF_TARGETS = ['namespace', 'job', 'endpoint', 'pod', 'container', 'instance'];

test('what was observed is of the version that is pinned', () => {
  expect(IMAGES.dex.tag).toBe(`v${observed.dex}`);
});

test('one replica that is meant to be alone is not missed', () => {
  const names = dexAlerts({ job: 'dex', namespace: 'dex', replicas: 1 }).map(({ name }) => name);
  expect(names).not.toContain('DexReplicaMissing');
  expect(alerts.map(({ name }) => name)).toContain('DexReplicaMissing');
});

describe.each(alerts.map((alert) => [alert.name, alert] as const))('%s |', (_, alert) => {
  const { errors, selectors, grouping } = parsePromql(alert.expr);

  test('is PromQL, of its own pods', () => {
    expect(errors).toEqual([]);
    expect(selectors).not.toEqual([]);
    for (const { matchers } of selectors) {
      expect(matchers).toEqual(
        expect.arrayContaining([
          { label: 'namespace', operator: '=', value: 'test-dex' },
          { label: 'job', operator: '=', value: 'dex' },
          { label: 'endpoint', operator: '=', value: 'telemetry' },
        ]),
      );
    }
  });

  test('names metrics that a real Dex exports, with labels and values that these have', () => {
    for (const { metric, matchers } of selectors.filter((one) => one.metric !== 'up')) {
      const { labels = [], values = {} } = observed.metrics[metric] ?? {};
      expect([...labels, ...OF_TARGETS]).toEqual(
        expect.arrayContaining([...matchers.map(({ label }) => label), ...grouping]),
      );
      for (const { label, operator, value } of matchers) {
        if (operator === '=' && values[label]) expect(values[label]).toContain(value);
      }
    }
  });
});
