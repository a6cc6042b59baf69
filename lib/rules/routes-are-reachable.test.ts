import { envoyGateway } from '../operators/envoy-gateway.ts';
import { routesAreReachable } from './routes-are-reachable.ts';
import { violationsOf } from './testing.ts';

const operators = [envoyGateway];
const yaml = (from: string, port: number) => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gateway, namespace: gateways}
spec: {listeners: [{name: https, port: 443}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: ns}
spec: {parentRefs: [{name: gateway, namespace: gateways}], rules: [{backendRefs: [{name: web, port: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: ns}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ns}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{ports: [{name: http, containerPort: 5000}]}]}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: ns}
spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${from}}}}], ports: [{port: ${port}}]}]}`;

test('policies let the proxies of the Gateway reach the pods behind a route', () => {
  expect(violationsOf(routesAreReachable, yaml('gateways', 5000), { operators })).toEqual([]);
});

test.each([
  ['other', 5000],
  ['gateways', 80],
] as const)('a policy that allows namespace %s at port %s does not', (namespace, port) => {
  expect(violationsOf(routesAreReachable, yaml(namespace, port), { operators })).toEqual([
    "HTTPRoute/web: spec.rules[0].backendRefs[0] is not reachable: no ingress policy allows port 5000 from the gateway's proxies to pods of the Deployment ns/web",
  ]);
});
