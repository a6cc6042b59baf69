import { violationsOf } from './testing.ts';
import { workloadsSelectOnlyTheirPods } from './workloads-select-only-their-pods.ts';

const deployment = (name: string, selector: string, labels: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ns}
spec: {selector: {matchLabels: ${selector}}, template: {metadata: {labels: ${labels}}}}
---`;
const server = '{app: mlflow, role: server}';
const gc = '{app: mlflow, role: gc}';

test('every workload selects its own pods', () => {
  expect(violationsOf(workloadsSelectOnlyTheirPods, deployment('a', server, server) + deployment('b', gc, gc))).toEqual(
    [],
  );
});

test('a selector that misses the template is no use', () => {
  expect(violationsOf(workloadsSelectOnlyTheirPods, deployment('a', server, gc))).toEqual([
    'Deployment/a: spec.selector does not match the labels of its own pod template',
  ]);
});

test('a selector that two workloads match is too wide', () => {
  const yaml = deployment('a', '{app: mlflow}', server) + deployment('b', gc, gc);
  expect(violationsOf(workloadsSelectOnlyTheirPods, yaml)).toEqual([
    'Deployment/a: spec.selector also matches pods of the Deployment ns/b',
  ]);
});
