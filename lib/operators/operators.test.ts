import { readSources } from '../../tools/import/sources.ts';
import { testContext } from '../platform/testing.ts';
import { IMAGES, imageReference } from '../platform/versions.ts';
import { imageValues } from './chart-values.ts';
import { OPERATORS } from './index.ts';
import { requiredOperators } from './required.ts';

const operators = Object.values(OPERATORS);

test('operators stand under their names, and require only operators', () => {
  for (const [name, operator] of Object.entries(OPERATORS)) expect(operator.name).toBe(name);
  expect([...requiredOperators(Object.keys(OPERATORS)).keys()].sort()).toEqual(Object.keys(OPERATORS).sort());
});

test('no kind is served by two operators', () => {
  const kinds = operators.flatMap((operator) => Object.keys(operator.kinds));
  expect(kinds.filter((kind, index) => kinds.indexOf(kind) !== index)).toEqual([]);
});

test('no two operators have pods of one name in a namespace: their policies are called after them', () => {
  const pods = operators.flatMap(({ namespace, pods }) => pods.map(({ name }) => `${namespace}/${name}`));
  expect(pods.filter((pod, index) => pods.indexOf(pod) !== index)).toEqual([]);
});

test('with a mirror, values name no other registry', () => {
  const context = {
    ...testContext(),
    image: (name: keyof typeof IMAGES) => imageReference(name, 'mirror.example.com:5000/ml'),
  };
  const registries = new Set(Object.values(IMAGES).map(({ registry }) => registry));
  for (const operator of operators) {
    const values = JSON.stringify(operator.values(context, []));
    for (const registry of registries) expect(values).not.toContain(registry);
  }
});

test('a second replica is asked for only where there is a second node', () => {
  const replicas = (nodes: number) => {
    const context = testContext();
    const nodePools = context.cluster.nodePools.map((pool) => ({ ...pool, max: nodes }));
    const values = OPERATORS['envoy-gateway']?.values({ ...context, cluster: { ...context.cluster, nodePools } }, []);
    return values;
  };
  expect(replicas(1)).toMatchObject({ deployment: { replicas: 1 }, podDisruptionBudget: { minAvailable: 0 } });
  expect(replicas(2)).toMatchObject({ deployment: { replicas: 2 }, podDisruptionBudget: { minAvailable: 1 } });
});

test('cert-manager looks for Gateway API only where a gateway is: without the kinds it does not start', () => {
  const values = (components: readonly { readonly gateway?: object }[]) =>
    JSON.stringify(OPERATORS['cert-manager']?.values(testContext(), components as never));
  expect(values([{ gateway: {} }])).toContain('"gatewayAPI":{"enabled":true}');
  expect(values([{}])).not.toContain('gatewayAPI');
});

test('the tag begins at the last colon, for a registry may have a port', () => {
  expect(imageValues('mirror.example.com:5000/ml/demo:v1')).toEqual({
    repository: 'mirror.example.com:5000/ml/demo',
    tag: 'v1',
  });
});

// External Secrets is left out: no package carries its definitions of 2.x. See schemas/sources.yaml.
test.each([
  ['cert-manager', 'cert-manager-controller'],
  ['cert-manager', 'cert-manager-webhook'],
  ['cert-manager', 'cert-manager-cainjector'],
  ['cert-manager', 'cert-manager-acmesolver'],
  ['envoy-gateway', 'envoy-gateway'],
  ['sealed-secrets', 'sealed-secrets-controller'],
  ['cloudnative-pg', 'cloudnative-pg'],
  ['barman-cloud', 'barman-cloud'],
  ['barman-cloud', 'barman-cloud-sidecar'],
] as const)('the kinds of %s are those of the version of the image %s', (operator, image) => {
  const source = readSources('schemas/sources.yaml').operators.find(({ name }) => name === operator);
  expect(IMAGES[image].tag.replace(/^v?/, 'v')).toBe(source?.version);
});
