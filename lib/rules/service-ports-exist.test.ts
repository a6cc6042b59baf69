import { gatewayApiKinds } from '../operators/gateway-api-kinds.ts';
import { defineOperator } from '../operators/operator.ts';
import { servicePortsExist } from './service-ports-exist.ts';
import { violationsOf } from './testing.ts';

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ns}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}}}
---`;
const service = (port: string) => `${deployment}
apiVersion: v1
kind: Service
metadata: {name: web, namespace: ns}
spec: {selector: {app: web}, ports: [${port}]}
---
`;

test.each(['{port: 80, targetPort: http}', '{port: 80, targetPort: 8080}', '{port: 8080}'])(
  '%s leads to a port',
  (port) => {
    expect(violationsOf(servicePortsExist, service(port))).toEqual([]);
  },
);

test.each([
  ['{port: 80}', 'the TCP port 80'],
  ['{port: 80, targetPort: htpp}', 'the TCP port "htpp"'],
  ['{port: 8080, protocol: UDP}', 'the UDP port 8080'],
])('%s leads nowhere', (port, says) => {
  expect(violationsOf(servicePortsExist, service(port))).toEqual([
    `Service/web: spec.ports[0] leads to ${says}, which pods of the Deployment ns/web do not declare`,
  ]);
});

test('a route leads to a port that the Service has', () => {
  const operators = [
    defineOperator({
      name: 'gateway',
      namespace: 'gateway',
      summary: '',
      chart: 'envoy-gateway',
      values: () => ({}),
      pods: [],
      kinds: gatewayApiKinds,
    }),
  ];
  const route = (port: number) => `${service('{port: 80, targetPort: http}')}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {namespace: ns}
spec: {rules: [{backendRefs: [{name: web, port: ${port}}]}]}`;
  expect(violationsOf(servicePortsExist, route(80), { operators })).toEqual([]);
  expect(violationsOf(servicePortsExist, route(8080), { operators })).toEqual([
    'HTTPRoute/x: spec.rules[0].backendRefs[0] leads to port 8080 of the Service ns/web, which has no such port',
  ]);
});
