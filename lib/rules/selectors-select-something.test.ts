import { selectorsSelectSomething } from './selectors-select-something.ts';
import { violationsOf } from './testing.ts';

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ns}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}}}
---`;
const service = (app: string) => `${deployment}
apiVersion: v1
kind: Service
metadata: {namespace: ns}
spec: {selector: {app: ${app}}}`;
const policy = (peer: string) => `${deployment}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: ns}
spec: {podSelector: {}, egress: [{to: [${peer}]}]}`;

test('a Service selects pods', () => {
  expect(violationsOf(selectorsSelectSomething, service('web'))).toEqual([]);
  expect(violationsOf(selectorsSelectSomething, service('wbe'))).toEqual([
    'Service/x: spec.selector selects Pods with app=wbe, and namespace "ns" has none',
  ]);
});

test('a peer of a policy is looked for in the namespaces it selects', () => {
  const dns = (label: string) =>
    policy(
      `{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: ${label}}}}`,
    );
  expect(violationsOf(selectorsSelectSomething, dns('kube-dns'))).toEqual([]);
  expect(violationsOf(selectorsSelectSomething, dns('core-dns'))).toEqual([
    'NetworkPolicy/x: spec.egress[0].to[0] selects Pods with k8s-app=core-dns, and the namespaces with kubernetes.io/metadata.name=kube-system has none',
  ]);
});

test('a namespace that is not there is named as such', () => {
  expect(violationsOf(selectorsSelectSomething, policy('{namespaceSelector: {matchLabels: {team: a}}}'))).toEqual([
    'NetworkPolicy/x: spec.egress[0].to[0] selects Namespaces with team=a, and the cluster has none',
  ]);
});

test('spreading looks for its own pods', () => {
  const spread = deployment.replace(
    '{metadata: {labels: {app: web}}}',
    '{metadata: {labels: {app: web}}, spec: {topologySpreadConstraints: [{labelSelector: {matchLabels: {app: other}}}]}}',
  );
  expect(violationsOf(selectorsSelectSomething, spread)).toHaveLength(1);
});

test('a selector of everything may find nothing yet', () => {
  const deny =
    '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: empty}, spec: {podSelector: {}}}';
  expect(violationsOf(selectorsSelectSomething, deny)).toEqual([]);
});
