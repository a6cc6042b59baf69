import { identitiesAreUnique } from './identities-are-unique.ts';
import { violationsOf } from './testing.ts';

const configMap = (name: string, namespace: string) =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, namespace: ${namespace}}}\n---\n`;

test('two objects of one kind, namespace and name are one too many', () => {
  expect(violationsOf(identitiesAreUnique, configMap('a', 'ns') + configMap('a', 'ns'))).toEqual([
    'ConfigMap/a: has kind, namespace and name in common with what app/configmap writes',
  ]);
});

test('the version of the API makes no difference', () => {
  const hpa = (version: string) =>
    `{apiVersion: autoscaling/${version}, kind: HorizontalPodAutoscaler, metadata: {name: a}}\n---\n`;
  expect(violationsOf(identitiesAreUnique, hpa('v1') + hpa('v2'))).toHaveLength(1);
});

test('another name, namespace or kind is another object', () => {
  const secret = '{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: ns}}';
  const yaml = configMap('a', 'ns') + configMap('b', 'ns') + configMap('a', 'other') + secret;
  expect(violationsOf(identitiesAreUnique, yaml)).toEqual([]);
});
