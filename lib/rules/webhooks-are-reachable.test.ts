import { certManager } from '../operators/cert-manager.ts';
import { violationsOf } from './testing.ts';
import { webhooksAreReachable } from './webhooks-are-reachable.ts';

const webhook = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: hook, namespace: ns}
spec: {template: {metadata: {labels: {app: hook}}, spec: {containers: [{ports: [{name: https, containerPort: 9443}]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: hook, namespace: ns}
spec: {selector: {app: hook}, ports: [{port: 443, targetPort: https}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hook}
webhooks: [{clientConfig: {service: {namespace: ns, name: hook}}}]
---
`;
const policy = (namespace: string, cidr: string, port: number) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: hook, namespace: ${namespace}}
spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: ${cidr}}}], ports: [{port: ${port}}]}]}
---
`;

test('the API server reaches a webhook at the port of its pod', () => {
  expect(violationsOf(webhooksAreReachable, webhook)).toEqual([]);
  expect(violationsOf(webhooksAreReachable, webhook + policy('ns', '10.0.0.0/24', 9443))).toEqual([]);
});

test.each([
  ['10.0.0.0/24', 443],
  ['10.0.1.0/24', 9443],
])('a policy that allows %s at %s keeps it out', (cidr, port) => {
  expect(violationsOf(webhooksAreReachable, webhook + policy('ns', cidr, port))).toEqual([
    'ValidatingWebhookConfiguration/hook: webhooks[0].clientConfig.service is not reachable: no policy of the Deployment ns/hook lets the API server in at port 9443',
  ]);
});

test("webhooks of an operator's chart count as well", () => {
  const namespace = '{apiVersion: v1, kind: Namespace, metadata: {name: cert-manager}}\n---\n';
  const operators = [certManager];
  expect(
    violationsOf(webhooksAreReachable, namespace + policy('cert-manager', '10.0.0.1/32', 10250), { operators }),
  ).toEqual([]);
  expect(
    violationsOf(webhooksAreReachable, namespace + policy('cert-manager', '10.0.0.2/32', 10250), { operators }),
  ).toEqual([
    'Namespace/cert-manager: no policy lets the API server reach the webhook of cert-manager-webhook at port 10250',
  ]);
});
