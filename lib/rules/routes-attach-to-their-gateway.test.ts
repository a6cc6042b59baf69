import { routesAttachToTheirGateway } from './routes-attach-to-their-gateway.ts';
import { violationsOf } from './testing.ts';

const yaml = ({ section = 'https', host = 'mlflow.ml.example.com', from = '{from: All}' } = {}) => `
{apiVersion: v1, kind: Namespace, metadata: {name: ns, labels: {team: a}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gateway, namespace: gateways}
spec: {listeners: [{name: https, hostname: "*.ml.example.com", allowedRoutes: {namespaces: ${from}}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {namespace: ns}
spec: {parentRefs: [{name: gateway, namespace: gateways, sectionName: ${section}}], hostnames: [${host}]}`;

test('a route attaches to a listener that knows its host and admits its namespace', () => {
  expect(violationsOf(routesAttachToTheirGateway, yaml())).toEqual([]);
  const selector = '{from: Selector, selector: {matchLabels: {team: a}}}';
  expect(violationsOf(routesAttachToTheirGateway, yaml({ from: selector }))).toEqual([]);
});

test.each([
  [{ section: 'http' }, 'spec.parentRefs[0] attaches to listener "http", which the Gateway has not'],
  [{ host: 'mlflow.example.com' }, 'the host "mlflow.example.com" is none of the listener\'s'],
  [{ from: '{from: Same}' }, 'spec.parentRefs[0] attaches from namespace "ns", which the listener does not admit'],
  [
    { from: '{from: Selector, selector: {matchLabels: {team: b}}}' },
    'spec.parentRefs[0] attaches from namespace "ns", which the listener does not admit',
  ],
])('%j is not accepted', (change, says) => {
  expect(violationsOf(routesAttachToTheirGateway, yaml(change))).toEqual([`HTTPRoute/x: ${says}`]);
});
