import { labelsDoNotChangeWithReleases } from './labels-do-not-change-with-releases.ts';
import { violationsOf } from './testing.ts';

const deployment = (own: string, selector = '{}', pods = '{}') =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {labels: ${own}}, spec: {selector: {matchLabels: ${selector}}, template: {metadata: {labels: ${pods}}}}}`;

test.each([
  '{app: mlflow, tier: v1}',
  '{pod-security.kubernetes.io/enforce-version: v1.28}',
  '{keelson.dev/cost-centre: "4711"}',
  '{keelson.dev/cost-centre: "12.345", keelson.dev/team: facade01, release: prometheus-2.1}',
  '{cnpg.io/cluster: c0ffee42}',
  '{account: "111122223333"}',
  '{team: facade}',
])('%s stays', (labels) => expect(violationsOf(labelsDoNotChangeWithReleases, deployment(labels))).toEqual([]));

test.each([
  ['{helm.sh/chart: mlflow}', 'the label helm.sh/chart changes with releases'],
  ['{tag: "2.3"}', 'the label tag: 2.3 looks like a version'],
  ['{tag: v3.15.1-full}', 'the label tag: v3.15.1-full looks like a version'],
  ['{checksum: 3f2a9c81}', 'the label checksum: 3f2a9c81 looks like a hash'],
  ['{built: "20260301120000"}', 'the label built: 20260301120000 looks like a point in time'],
])('%s changes', (labels, says) => {
  expect(violationsOf(labelsDoNotChangeWithReleases, deployment(labels))).toEqual([`Deployment/x: ${says}`]);
});

test('selectors and pods are held to the same', () => {
  expect(violationsOf(labelsDoNotChangeWithReleases, deployment('{}', '{v: "1.0"}', '{version: one}'))).toEqual([
    'Deployment/x: the pod label version changes with releases',
    'Deployment/x: the selector v: 1.0 looks like a version',
  ]);
  const service = '{apiVersion: v1, kind: Service, spec: {selector: {v: "1.0"}}}';
  expect(violationsOf(labelsDoNotChangeWithReleases, service)).toHaveLength(1);
});
