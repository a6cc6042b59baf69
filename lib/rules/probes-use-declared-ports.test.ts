import { probesUseDeclaredPorts } from './probes-use-declared-ports.ts';
import { violationsOf } from './testing.ts';

const container = (handler: string) => `
apiVersion: apps/v1
kind: Deployment
spec: {template: {spec: {containers: [
  {name: web, ports: [{name: http, containerPort: 8080}], ${handler}},
  {name: side, ports: [{name: metrics, containerPort: 9090}]}]}}}`;

test.each([
  'readinessProbe: {httpGet: {port: http}}',
  'livenessProbe: {tcpSocket: {port: 8080}}',
  'startupProbe: {grpc: {port: 8080}}',
  'readinessProbe: {exec: {command: [true]}}',
])('%s is fine', (handler) => expect(violationsOf(probesUseDeclaredPorts, container(handler))).toEqual([]));

test.each([
  ['readinessProbe: {httpGet: {port: htpp}}', 'readinessProbe.httpGet asks port "htpp"'],
  ['livenessProbe: {tcpSocket: {port: 80}}', 'livenessProbe.tcpSocket asks port 80'],
  ['lifecycle: {preStop: {httpGet: {port: 80}}}', 'lifecycle.preStop.httpGet asks port 80'],
  ['readinessProbe: {httpGet: {port: metrics}}', 'readinessProbe.httpGet asks port "metrics"'],
])('%s asks a port of nobody, or of another container', (handler, says) => {
  expect(violationsOf(probesUseDeclaredPorts, container(handler))).toEqual([
    `Deployment/x: spec.template.spec.containers[0].${says}, which container "web" does not declare`,
  ]);
});
