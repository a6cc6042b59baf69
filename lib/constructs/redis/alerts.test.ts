import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePromql } from '../../../tests/support/promql.ts';
import type { RedisObserved } from '../../../verify/redis/observed.ts';
import { IMAGES } from '../../platform/versions.ts';
import { redisAlerts } from './alerts.ts';

const observed: RedisObserved = JSON.parse(readFileSync(join(__dirname, 'metrics-observed.json'), 'utf8'));
const of = { job: 'redis', namespace: 'data' } as const;

test('what was observed is of the server that is pinned', () => {
  expect(observed.valkey).toBe(IMAGES.valkey.tag);
});

describe.each(redisAlerts({ ...of, flavour: 'durable' }).map((alert) => [alert.name, alert] as const))(
  '%s |',
  (_, alert) => {
    const { errors, selectors, grouping } = parsePromql(alert.expr);

    test('is PromQL, of metrics and labels that a real exporter shows', () => {
      expect(errors).toEqual([]);
      for (const { metric, matchers } of selectors) {
        expect(Object.keys(observed.metrics)).toContain(metric);
        const own = matchers.filter(({ label }) => !['namespace', 'job', 'endpoint'].includes(label));
        expect(observed.metrics[metric]?.labels).toEqual(
          expect.arrayContaining([...own.map(({ label }) => label), ...grouping]),
        );
      }
    });

    test('looks at its own pods only', () => {
      expect(selectors).not.toEqual([]);
      for (const { matchers } of selectors) {
        expect(matchers).toEqual(
          expect.arrayContaining([
            { label: 'namespace', operator: '=', value: 'data' },
            { label: 'job', operator: '=', value: 'redis' },
          ]),
        );
      }
    });
  },
);

test('errors are called as the server calls them', () => {
  expect(observed.metrics.redis_errors_total?.values?.err).toEqual(
    expect.arrayContaining(['NOAUTH', 'OOM', 'WRONGPASS']),
  );
});

test('a cache, which is always full, is not told of for that', () => {
  const names = redisAlerts({ ...of, flavour: 'cache' }).map(({ name }) => name);
  expect(names).toEqual(['RedisDown', 'RedisConnectionsRejected', 'RedisAccessDenied']);
});

test('thresholds are settings', () => {
  const alerts = redisAlerts({ ...of, flavour: 'durable', thresholds: { memory: 60, down: '7m' } });
  expect(alerts.find(({ name }) => name === 'RedisMemoryNearlyFull')?.expr).toMatch(/> 60$/);
  expect(alerts.find(({ name }) => name === 'RedisDown')?.for).toBe('7m');
});
