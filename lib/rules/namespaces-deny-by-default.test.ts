import { namespacesDenyByDefault } from './namespaces-deny-by-default.ts';
import { violationsOf } from './testing.ts';

const yaml = (spec: string, namespace = 'ns') => `
{apiVersion: v1, kind: Namespace, metadata: {name: ns}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: ${namespace}}, spec: ${spec}}`;

test('a policy that selects all pods and allows nothing closes a namespace', () => {
  expect(violationsOf(namespacesDenyByDefault, yaml('{podSelector: {}, policyTypes: [Ingress, Egress]}'))).toEqual([]);
});

test.each([
  '{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]}',
  '{podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]}',
  '{podSelector: {}}',
])('%s does not', (spec) => {
  expect(violationsOf(namespacesDenyByDefault, yaml(spec))).toEqual([
    'Namespace/ns: has no NetworkPolicy that denies all egress of all its pods',
    'Namespace/ns: has no NetworkPolicy that denies all ingress of all its pods',
  ]);
});

test('each direction counts by itself, in its own namespace', () => {
  expect(violationsOf(namespacesDenyByDefault, yaml('{podSelector: {}, policyTypes: [Ingress]}'))).toEqual([
    'Namespace/ns: has no NetworkPolicy that denies all egress of all its pods',
  ]);
  const elsewhere = yaml('{podSelector: {}, policyTypes: [Ingress, Egress]}', 'other');
  expect(violationsOf(namespacesDenyByDefault, elsewhere)).toHaveLength(2);
});
