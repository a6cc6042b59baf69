import type { Dashboard } from '../graph/dashboard.ts';
import { node } from '../graph/testing.ts';
import { dashboardsOf, dashboardUid } from './dashboards.ts';

const dashboard = (name: string): Dashboard => ({ name, title: name, description: 'It.', rows: [] });
const of = (environment: string, component: string, ...names: string[]) =>
  dashboardsOf(node(component, { dashboards: names.map(dashboard) }), { environment });

test('a component without dashboards has no ConfigMap', () => {
  expect(dashboardsOf(node('a'), { environment: 'prod' })).toEqual([]);
  expect(of('prod', 'a')).toEqual([]);
});

test('files are apart in the one folder that all of a cluster share', () => {
  const files = [of('prod', 'ray', 'ray', 'serve'), of('dev', 'ray', 'ray'), of('prod', 'vision-ray', 'ray')]
    .flat()
    .flatMap(({ data }) => Object.keys(Object(data)));
  expect(files).toEqual(['prod-ray.json', 'prod-ray-serve.json', 'dev-ray.json', 'prod-vision-ray-ray.json']);
});

test('an address has at most 40 characters, and is another for another dashboard', () => {
  const long = 'a-team-with-a-very-long-name-and-a-cluster';
  const [one, other] = [dashboardUid('prod', long, 'cluster'), dashboardUid('prod', long, 'serve')];
  expect([one.length, other.length]).toEqual([40, 40]);
  expect(one).not.toBe(other);
  expect(one).toMatch(/^[A-Za-z0-9_-]+$/);
});
