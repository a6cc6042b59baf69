import { labelsAreValid } from './labels-are-valid.ts';
import { violationsOf } from './testing.ts';

test('labels of objects and of their pods are short and plain', () => {
  const yaml = (value: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {labels: {app.kubernetes.io/name: "${value}"}, annotations: {note: any text at all}}
spec: {template: {metadata: {labels: {app: "${value}"}}}}`;
  expect(violationsOf(labelsAreValid, yaml('mlflow'))).toEqual([]);
  expect(violationsOf(labelsAreValid, yaml('ml flow'))).toEqual([
    'Deployment/x: the value "ml flow" of label "app.kubernetes.io/name" is not made of letters, digits, -, _ and ., beginning and ending with a letter or digit',
    'Deployment/x: the value "ml flow" of pod label "app" is not made of letters, digits, -, _ and ., beginning and ending with a letter or digit',
  ]);
});

test('keys of annotations are bound as those of labels', () => {
  expect(
    violationsOf(labelsAreValid, '{apiVersion: v1, kind: ConfigMap, metadata: {annotations: {a/b/c: x}}}'),
  ).toHaveLength(1);
});

test('a number is no label', () => {
  expect(violationsOf(labelsAreValid, '{apiVersion: v1, kind: ConfigMap, metadata: {labels: {port: 80}}}')).toEqual([
    'ConfigMap/x: the value "80" of label "port" is not text',
  ]);
});
