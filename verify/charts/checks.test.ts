import { defineOperator, type Operator } from '../../lib/operators/operator.ts';
import type { Manifest } from '../../lib/platform/manifest-set.ts';
import { chartProblems } from './checks.ts';
import { commentedKeys, unknownValues } from './values.ts';

const operator: Operator = defineOperator({
  name: 'demo',
  namespace: 'demo',
  summary: 'Shows how a chart is compared.',
  chart: 'cert-manager',
  values: () => ({}),
  kinds: { 'demo.example.com/Thing': {} },
  pods: [{ name: 'demo', labels: { app: 'demo' }, serviceAccount: 'demo', webhookPorts: [9443] }],
});

const container = {
  name: 'demo',
  image: 'registry.example.com/demo:1',
  ports: [{ name: 'webhook', containerPort: 9443 }],
  resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
};
const deployment = (pod = {}, changed = {}): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'demo', namespace: 'demo' },
  spec: {
    template: {
      metadata: { labels: { app: 'demo' } },
      spec: { serviceAccountName: 'demo', containers: [{ ...container, ...changed }], ...pod },
    },
  },
});
const service: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'demo', namespace: 'demo' },
  spec: { selector: { app: 'demo' }, ports: [{ port: 443, targetPort: 'webhook' }] },
};
const webhook: Manifest = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'demo' },
  webhooks: [{ clientConfig: { service: { name: 'demo', namespace: 'demo' } } }],
};
const crd: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.demo.example.com' },
  spec: { group: 'demo.example.com', names: { kind: 'Thing' }, scope: 'Namespaced' },
};

const problems = (rendered: readonly Manifest[], foreign: readonly string[] = []) => [
  ...chartProblems(operator, rendered, new Set([container.image]), foreign),
];

test('says nothing of a chart that is as described', () => {
  expect(problems([deployment(), service, webhook, crd])).toEqual([]);
});

test.each<[string, readonly Manifest[], string]>([
  [
    'another ServiceAccount',
    [deployment({ serviceAccountName: 'other' }), service, webhook, crd],
    'demo runs as other, not as demo',
  ],
  [
    'an image from elsewhere',
    [deployment({}, { image: 'docker.io/demo:1' }), service, webhook, crd],
    'demo/demo runs docker.io/demo:1',
  ],
  [
    'no memory limit',
    [deployment({}, { resources: container.resources.requests }), service, webhook, crd],
    'demo/demo has no memory under resources.limits',
  ],
  [
    'a pod that is not restricted',
    [deployment({ hostNetwork: true }), service, webhook, crd],
    'demo: hostNetwork shares a namespace of the node',
  ],
  ['a webhook nobody spoke of', [deployment(), service, crd], 'the API server calls demo on [], and [9443] is said'],
  ['a kind that is not installed', [deployment(), service, webhook], 'demo.example.com/Thing is said to be served'],
  ['pods that are not made', [crd], 'the pods of demo are not made by the chart'],
  [
    'another namespace',
    [deployment(), service, webhook, crd, { ...service, metadata: { name: 'x', namespace: 'kube-system' } }],
    'Service/x goes to the namespace kube-system',
  ],
])('finds %s', (_, rendered, message) => {
  expect(problems(rendered).join('\n')).toContain(message);
});

test('finds a registry that a mirror should have replaced, in arguments too', () => {
  const found = problems([deployment({}, { args: ['--solver=quay.io/solver:1'] }), service, webhook, crd], ['quay.io']);
  expect(found).toEqual(['Deployment/demo: spec.template.spec.containers[0].args[0] still names quay.io']);
});

test('knows values by defaults, by the schema with its references, and below open ends', () => {
  const schema = {
    $ref: '#/$defs/all',
    $defs: { all: { properties: { image: { $ref: '#/$defs/image' } } }, image: { properties: { tag: {} } } },
  };
  const defaults = { image: { name: 'a' }, resources: {}, replicas: 1 };
  const values = { image: { tag: '1', digset: 'x' }, resources: { limits: { memory: '1Gi' } }, replicaCount: 2 };
  expect([...unknownValues(values, defaults, schema)]).toEqual(['image.digset', 'replicaCount']);
});

test('knows values without a default by the comment that shows them', () => {
  const shown = commentedKeys('resources:\n  limits: {}\n  # requests:\n  #   cpu: 1\n# watch: [a]\n');
  const values = { watch: ['b'], resources: { requests: {}, request: {} } };
  expect([...unknownValues(values, { resources: { limits: {} } }, undefined, shown)]).toEqual(['resources.request']);
});
