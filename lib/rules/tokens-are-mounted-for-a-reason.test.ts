import { violationsOf } from './testing.ts';
import { tokensAreMountedForAReason } from './tokens-are-mounted-for-a-reason.ts';

const yaml = (pod: string, account: string, subject: string) => `
{apiVersion: v1, kind: ServiceAccount, metadata: {name: app, namespace: ns}${account}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {namespace: ns}, spec: {template: {spec: {serviceAccountName: app${pod}}}}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {namespace: ns}, subjects: [{kind: ServiceAccount, name: ${subject}, namespace: ns}]}`;
const OFF = ', automountServiceAccountToken: false';
const ON = ', automountServiceAccountToken: true';

test.each([
  ['the pod says no', OFF, '', 'other'],
  ['the account says no', '', OFF, 'other'],
  ['a role is bound', '', '', 'app'],
])('%s', (_, pod, account, subject) => {
  expect(violationsOf(tokensAreMountedForAReason, yaml(pod, account, subject))).toEqual([]);
});

test.each([
  ['nobody says no', '', '', 'other'],
  ['the pod says yes', ON, OFF, 'other'],
])('%s, and no role is bound', (_, pod, account, subject) => {
  expect(violationsOf(tokensAreMountedForAReason, yaml(pod, account, subject))).toEqual([
    'Deployment/x: spec.template.spec mounts a token of "app", which no binding gives any right',
  ]);
});
