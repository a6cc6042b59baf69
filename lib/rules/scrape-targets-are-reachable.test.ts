import { prometheusOperatorCrds } from '../operators/prometheus-operator-crds.ts';
import { scrapeTargetsAreReachable } from './scrape-targets-are-reachable.ts';
import { factsOf, violationsOf } from './testing.ts';

const operators = [prometheusOperatorCrds];
const app = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ns}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{ports: [{name: metrics, containerPort: 9090}]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: ns, labels: {app: web}}
spec: {selector: {app: web}, ports: [{name: metrics, port: 80, targetPort: metrics}]}
---
`;
const serviceMonitor = (port: string, labels = '{release: prometheus}') => `${app}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {namespace: ns, labels: ${labels}}
spec: {selector: {matchLabels: {app: web}}, endpoints: [{port: ${port}}]}
---
`;
const podMonitor = (port: string) =>
  serviceMonitor(port).replace('ServiceMonitor', 'PodMonitor').replace('endpoints', 'podMetricsEndpoints');
const policy = (port: number) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: ns}
spec:
  podSelector: {}
  ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}], ports: [{port: ${port}}]}]`;

test('a monitor finds its targets, by Service and by pod', () => {
  expect(violationsOf(scrapeTargetsAreReachable, serviceMonitor('metrics'), { operators })).toEqual([]);
  expect(violationsOf(scrapeTargetsAreReachable, podMonitor('metrics'), { operators })).toEqual([]);
});

test.each([serviceMonitor, podMonitor])('a port that nothing declares has no targets', (monitor) => {
  expect(violationsOf(scrapeTargetsAreReachable, monitor('http'), { operators })).toEqual([
    expect.stringContaining('[0] scrapes port "http", which nothing that the monitor selects declares'),
  ]);
});

test('policies must let Prometheus in, at the port of the pod', () => {
  const scraped = (port: number) =>
    violationsOf(scrapeTargetsAreReachable, serviceMonitor('metrics') + policy(port), { operators });
  expect(scraped(9090)).toEqual([]);
  expect(scraped(80)).toEqual([
    'ServiceMonitor/x: spec.endpoints[0] is not reachable: no ingress policy of the Deployment ns/web allows port 9090 from namespace "monitoring"',
  ]);
});

test('Prometheus picks monitors by a label', () => {
  expect(violationsOf(scrapeTargetsAreReachable, serviceMonitor('metrics', '{}'), { operators })).toEqual([
    'ServiceMonitor/x: lacks the label release: prometheus, by which Prometheus picks its monitors',
  ]);
});

test('without a Prometheus there is nothing to monitor for', () => {
  const surroundings = { ...factsOf().surroundings, prometheus: undefined };
  expect(
    violationsOf(scrapeTargetsAreReachable, serviceMonitor('metrics'), { operators, facts: { surroundings } }),
  ).toEqual(['ServiceMonitor/x: nothing scrapes it']);
});
