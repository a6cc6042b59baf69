import { labelsAreComplete } from './labels-are-complete.ts';
import { violationsOf } from './testing.ts';

const labels = `{app.kubernetes.io/name: app, app.kubernetes.io/part-of: keelson, app.kubernetes.io/managed-by: keelson, keelson.dev/environment: test}`;
const deployment = (own: string, pods: string) =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {labels: ${own}}, spec: {template: {metadata: {labels: ${pods}}}}}`;

test('objects say whose they are, and pods of what', () => {
  expect(violationsOf(labelsAreComplete, deployment(labels, '{app.kubernetes.io/name: app}'))).toEqual([]);
  expect(violationsOf(labelsAreComplete, deployment(labels, '{}'))).toEqual([
    'Deployment/x: its pods lack the label app.kubernetes.io/name',
  ]);
});

test('another name or environment is a mistake', () => {
  const wrong = labels.replace('name: app', 'name: other').replace(', keelson.dev/environment: test', '');
  expect(violationsOf(labelsAreComplete, `{apiVersion: v1, kind: ConfigMap, metadata: {labels: ${wrong}}}`)).toEqual([
    'ConfigMap/x: has app.kubernetes.io/name: other',
    'ConfigMap/x: lacks the label keelson.dev/environment',
  ]);
});
