import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePromql } from '../../../tests/support/promql.ts';
import { hubAlerts, workspaceAlerts } from './alerts.ts';

interface Observed {
  readonly jupyterhub: string;
  readonly metrics: Readonly<Record<string, { readonly labels: readonly string[] }>>;
}

const observed: Observed = JSON.parse(readFileSync(join(__dirname, 'metrics-observed.json'), 'utf8'));
const own = [
  { label: 'namespace', operator: '=', value: 'jupyterhub' },
  { label: 'job', operator: '=', value: 'jupyterhub' },
];
const OF_TARGETS = ['namespace', 'job', 'pod', 'instance'];

describe.each(hubAlerts({ job: 'jupyterhub', namespace: 'jupyterhub' }).map((one) => [one.name, one] as const))(
  '%s |',
  (_, { expr }) => {
    const { errors, selectors, grouping } = parsePromql(expr);

    test('is PromQL of metrics that a real hub exports, with labels that they have', () => {
      expect(errors).toEqual([]);
      for (const { metric, matchers } of selectors.filter((one) => one.metric !== 'up')) {
        const { labels = [] } = observed.metrics[metric] ?? {};
        expect(Object.keys(observed.metrics)).toContain(metric);
        expect([...labels, ...OF_TARGETS]).toEqual(expect.arrayContaining(matchers.map(({ label }) => label)));
        expect([...labels, ...OF_TARGETS]).toEqual(expect.arrayContaining(grouping));
      }
    });

    test('looks at its own hub only', () => {
      expect(selectors).not.toEqual([]);
      for (const { matchers } of selectors) expect(matchers).toEqual(expect.arrayContaining(own));
    });
  },
);

test('those of a team look at its namespace only', () => {
  for (const { expr } of workspaceAlerts({ namespace: 'team-vision' })) {
    const { errors, selectors } = parsePromql(expr);
    expect(errors).toEqual([]);
    for (const { matchers } of selectors) {
      expect(matchers).toEqual(expect.arrayContaining([{ label: 'namespace', operator: '=', value: 'team-vision' }]));
    }
  }
});
