import { argoCdSettings, HEALTH_CHECKS } from '../../lib/gitops/health-checks.ts';
import { OPERATORS } from '../../lib/operators/index.ts';
import { HEALTH_CASES } from './health-cases.ts';
import { healthOf } from './lua.ts';

test.each(HEALTH_CASES.map((one) => [`${one.object.kind} that ${one.what}`, one] as const))(
  'a %s',
  (_, { object, status, message }) => {
    const group = String(object.apiVersion).replace(/\/.*$/, '');
    const script = HEALTH_CHECKS[`${group}/${object.kind}`] ?? '';
    expect(healthOf(script, object)).toEqual({ status, message: expect.stringContaining(message) });
  },
);

test('what several applications lack is told in one order', () => {
  const application = { status: 'UNHEALTHY', message: '' };
  const of = (names: readonly string[]) => ({
    status: { activeServiceStatus: { applicationStatuses: Object.fromEntries(names.map((n) => [n, application])) } },
  });
  const message = 'application a is UNHEALTHY; application b is UNHEALTHY';
  const script = HEALTH_CHECKS['ray.io/RayService'] ?? '';
  for (const names of [
    ['a', 'b'],
    ['b', 'a'],
  ])
    expect(healthOf(script, of(names)).message).toBe(message);
});

test('every state of every kind is told apart', () => {
  const statuses = (kind: string) =>
    new Set(HEALTH_CASES.filter(({ object }) => object.kind === kind).map(({ status }) => status));
  for (const kind of ['RayCluster', 'RayService', 'RayJob', 'Notebook']) expect(statuses(kind).size).toBe(4);
});

test('kinds that are checked are served by an operator', () => {
  const served = Object.values(OPERATORS).flatMap(({ kinds }) => Object.keys(kinds));
  expect(served).toEqual(expect.arrayContaining(Object.keys(HEALTH_CHECKS)));
});

test("a person applies keys of Argo CD's settings, by which it is still found, and no others", () => {
  const settings = argoCdSettings({
    namespace: 'gitops',
    repository: { url: 'https://git.example.com', revision: 'main' },
  });
  expect(settings).toMatchObject({
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm', namespace: 'gitops', labels: { 'app.kubernetes.io/part-of': 'argocd' } },
  });
  expect(Object.keys(Object(settings.data))).toEqual(
    ['kubeflow.org_Notebook', ...['RayCluster', 'RayJob', 'RayService'].map((kind) => `ray.io_${kind}`)].map(
      (kind) => `resource.customizations.health.${kind}`,
    ),
  );
});
