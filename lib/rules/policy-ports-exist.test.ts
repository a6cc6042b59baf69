import { certManager } from '../operators/cert-manager.ts';
import { policyPortsExist } from './policy-ports-exist.ts';
import { violationsOf } from './testing.ts';

const pods = `
{apiVersion: v1, kind: Namespace, metadata: {name: ns}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: ns, labels: {app: web}}, spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}}
---
`;
const policy = (spec: string) =>
  `${pods}{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: ns}, spec: {podSelector: {matchLabels: {app: web}}, ${spec}}}`;
const web = '[{podSelector: {matchLabels: {app: web}}}]';

test.each([
  'ingress: [{ports: [{port: 8080}, {port: http}]}]',
  'ingress: [{ports: [{port: 1, endPort: 9000}, {protocol: UDP}]}]',
  `egress: [{to: ${web}, ports: [{port: 8080}]}]`,
  'egress: [{ports: [{port: 443}]}]',
  'egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]',
])('%s names ports that are there, or that are not known', (spec) => {
  expect(violationsOf(policyPortsExist, policy(spec))).toEqual([]);
});

test.each([
  ['ingress: [{ports: [{port: 80}]}]', 'spec.ingress[0] opens port 80, which none of its pods declares'],
  [
    'ingress: [{ports: [{port: 8080, protocol: UDP}]}]',
    'spec.ingress[0] opens port 8080, which none of its pods declares',
  ],
  [
    `egress: [{to: ${web}, ports: [{port: https}]}]`,
    'spec.egress[0] leads to port https, which none of the pods there declares',
  ],
  [
    'egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}]',
    'spec.egress[0] leads to port 80, which none of the pods there declares',
  ],
])('%s does not', (spec, says) => {
  expect(violationsOf(policyPortsExist, policy(spec))).toEqual([`NetworkPolicy/x: ${says}`]);
});

test('not all ports of pods from charts are known', () => {
  const peer = '[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: cert-manager}}, podSelector: {}}]';
  expect(
    violationsOf(policyPortsExist, policy(`egress: [{to: ${peer}, ports: [{port: 1}]}]`), { operators: [certManager] }),
  ).toEqual([]);
});
