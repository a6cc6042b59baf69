import { experimentTracking } from '../contracts/experiment-tracking.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { bound, objectsOf, testContext } from '../platform/testing.ts';
import { teamKind, teamSettings } from './team.ts';

const origin = { file: 'environments/test/teams/vision.yaml', path: [] };
const settings = {
  name: 'vision',
  displayName: 'Vision',
  costCentre: 'cc-4711',
  quota: { cpu: 16, memory: '64Gi', storage: '500Gi' },
};
const team = (prefix = '') => {
  const [component] = teamKind.components(teamSettings.parse(settings), testContext(prefix), origin);
  if (!component) throw new Error('a team is a component');
  return component;
};
const ofKind = (objects: readonly Manifest[], kind: string) => objects.filter((object) => object.kind === kind);
const tracking = bound(experimentTracking, {
  trackingUri: 'http://mlflow:5000',
  publicUrl: 'https://mlflow.example.com',
});

test('a team has a namespace of its own, labelled for the attribution of cost', () => {
  expect(team('prod-')).toMatchObject({
    name: 'team-vision',
    namespace: 'prod-team-vision',
    ownsNamespace: true,
    namespaceLabels: { 'keelson.dev/team': 'vision', 'keelson.dev/cost-centre': 'cc-4711' },
  });
});

test('the quota counts requests, so that nothing runs that was not asked for, and GPUs are none unless said', () => {
  expect(ofKind(objectsOf(team()), 'ResourceQuota')).toMatchObject([
    {
      spec: {
        hard: {
          'requests.cpu': '16',
          'requests.memory': '64Gi',
          'limits.memory': '64Gi',
          'requests.storage': '500Gi',
          'requests.nvidia.com/gpu': '0',
          pods: '100',
        },
      },
    },
  ]);
});

test('pods that say nothing get requests, since the quota refuses those without', () => {
  expect(ofKind(objectsOf(team()), 'LimitRange')).toMatchObject([
    {
      spec: {
        limits: [
          { defaultRequest: { cpu: '100m', memory: '256Mi' }, default: { memory: '1Gi' } },
          // What the biggest node has.
          { type: 'Pod', max: { memory: '32Gi' } },
        ],
      },
    },
  ]);
});

test('a team knows where its runs are tracked, if they are', () => {
  const data = (objects: readonly Manifest[]) =>
    ofKind(objects, 'ConfigMap').flatMap(({ metadata, data }) => (metadata.name === 'platform' ? [data] : []));
  expect(data(objectsOf(team(), [], [tracking]))).toEqual([
    {
      KEELSON_ENVIRONMENT: 'test',
      KEELSON_TEAM: 'vision',
      MLFLOW_PUBLIC_URL: 'https://mlflow.example.com',
      MLFLOW_TRACKING_URI: 'http://mlflow:5000',
    },
  ]);
  expect(data(objectsOf(team()))).toEqual([{ KEELSON_ENVIRONMENT: 'test', KEELSON_TEAM: 'vision' }]);
});

test.each([
  ['memory without a unit', { quota: { ...settings.quota, memory: '64' } }],
  ['a cost centre that is no label value', { costCentre: 'cc 4711' }],
  ['a quota without storage', { quota: { cpu: 1, memory: '1Gi' } }],
  ['CPU that no pod of the defaults fits in', { quota: { ...settings.quota, cpu: '99m' } }],
  ['memory that no pod of the defaults fits in', { quota: { ...settings.quota, memory: '1023Mi' } }],
  ['a name that is too long', { name: 'v'.repeat(41) }],
  ['an unknown key', { owner: 'me' }],
])('%s is refused', (_, change) => {
  expect(teamSettings.safeParse({ ...settings, ...change }).success).toBe(false);
});

test('a quota that just fits one pod of the defaults is taken', () => {
  const quota = { ...settings.quota, cpu: '100m', memory: '1024Mi' };
  expect(teamSettings.parse({ ...settings, quota }).quota).toMatchObject({ cpu: '100m', memory: '1Gi' });
});
