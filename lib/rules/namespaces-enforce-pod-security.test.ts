import { namespacesEnforcePodSecurity } from './namespaces-enforce-pod-security.ts';
import { violationsOf } from './testing.ts';

const namespace = (labels: string) => `{apiVersion: v1, kind: Namespace, metadata: {labels: ${labels}}}`;

test('a namespace says which pods it takes', () => {
  const label = 'pod-security.kubernetes.io/enforce';
  expect(violationsOf(namespacesEnforcePodSecurity, namespace(`{${label}: restricted}`))).toEqual([]);
  expect(violationsOf(namespacesEnforcePodSecurity, namespace(`{${label}: strict}`))).toEqual([
    `Namespace/x: has ${label}: strict, which is no level`,
  ]);
  expect(violationsOf(namespacesEnforcePodSecurity, namespace('{}'))).toEqual([
    `Namespace/x: lacks the label ${label}`,
  ]);
});
