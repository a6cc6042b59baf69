import type { Alert } from '../graph/alert.ts';
import { node } from '../graph/testing.ts';
import { alertsOf } from './alerts.ts';

const alert: Alert = {
  name: 'MlflowDown',
  expr: 'up == 0',
  for: '5m',
  severity: 'critical',
  summary: 'MLflow is down.',
  description: 'Look at its pods.',
};
const surroundings = { environment: 'prod', release: 'kps' };
const labelsOf = (component: ReturnType<typeof node>, others = [component]) =>
  alertsOf(component, { components: others }, surroundings).map((rule) => Object(rule.spec).groups[0].rules[0].labels);

test('a component without alerts has no rule', () => {
  expect(alertsOf(node('a'), { components: [] }, surroundings)).toEqual([]);
  expect(alertsOf(node('a', { alerts: [] }), { components: [] }, surroundings)).toEqual([]);
});

test('an alert says where and whose it is', () => {
  const ray = node('ray', { namespace: 'team-vision', alerts: [alert] });
  const team = node('team-vision', {
    namespace: 'team-vision',
    ownsNamespace: true,
    namespaceLabels: { 'keelson.dev/team': 'vision' },
  });
  const guest = node('guest', { namespace: 'team-vision', namespaceLabels: { 'keelson.dev/team': 'guest' } });
  expect(labelsOf(ray, [guest, ray, team])).toEqual([
    { severity: 'critical', environment: 'prod', component: 'ray', team: 'vision' },
  ]);
  expect(labelsOf(node('mlflow', { alerts: [alert] }), [team])).toEqual([
    { severity: 'critical', environment: 'prod', component: 'mlflow' },
  ]);
});
