import { podsHaveOneNetworkPolicy } from './pods-have-one-network-policy.ts';
import { violationsOf } from './testing.ts';

const pods = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ns}
spec: {template: {metadata: {labels: {app: web}}}}
`;
const policy = (name: string, selector: string) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ns}
spec: {podSelector: ${selector}}
`;
const deny = policy('default-deny', '{}');
const web = policy('web', '{matchLabels: {app: web}}');

test('beside the default of the namespace, one policy is about the pods of a component', () => {
  expect(violationsOf(podsHaveOneNetworkPolicy, pods + deny + web)).toEqual([]);
});

test('none is too few', () => {
  expect(violationsOf(podsHaveOneNetworkPolicy, pods + deny)).toEqual([
    'Deployment/web: no NetworkPolicy but those for all pods selects its pods',
  ]);
});

test('two are too many', () => {
  const second = policy('also', '{matchExpressions: [{key: app, operator: Exists}]}');
  expect(violationsOf(podsHaveOneNetworkPolicy, pods + web + second)).toEqual([
    'Deployment/web: 2 NetworkPolicies select its pods: "also", "web"',
  ]);
});
