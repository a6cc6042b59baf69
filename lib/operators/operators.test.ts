import { acmeChallenge } from '../contracts/acme-challenge.ts';
import { objectStore } from '../contracts/object-store.ts';
import type { AnyContract } from '../graph/component.ts';
import { testContext } from '../platform/testing.ts';
import { IMAGES, imageReference } from '../platform/versions.ts';
import { certManager } from './cert-manager.ts';
import { imageValues } from './chart-values.ts';
import { envoyGateway } from './envoy-gateway.ts';
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
    const values = JSON.stringify('chart' in operator ? operator.values(context, []) : operator.patches(context, []));
    for (const registry of registries) expect(values).not.toContain(registry);
  }
});

test('a second replica is asked for only where there is a second node', () => {
  const replicas = (nodes: number) => {
    const context = testContext();
    const nodePools = context.cluster.nodePools.map((pool) => ({ ...pool, max: nodes }));
    return envoyGateway.values({ ...context, cluster: { ...context.cluster, nodePools } }, []);
  };
  expect(replicas(1)).toMatchObject({ deployment: { replicas: 1 }, podDisruptionBudget: { minAvailable: 0 } });
  expect(replicas(2)).toMatchObject({ deployment: { replicas: 2 }, podDisruptionBudget: { minAvailable: 1 } });
});

test('cert-manager looks for Gateway API only where it answers over HTTP: without the kinds it does not start', () => {
  const values = (...contracts: readonly AnyContract[]) => {
    const offers = Object.fromEntries(contracts.map((contract) => [contract.id, { contract, ports: [{ port: 1 }] }]));
    const origin = { file: '', path: [] };
    const node = { name: 'x', layer: 'platform', namespace: 'x', summary: '', origin, needs: {}, credentials: {} };
    return JSON.stringify(certManager.values(testContext(), [{ ...node, offers } as never]));
  };
  expect(values(acmeChallenge)).toContain('"gatewayAPI":{"enabled":true}');
  expect(values(objectStore)).not.toContain('gatewayAPI');
});

test('the tag begins at the last colon, for a registry may have a port', () => {
  expect(imageValues('mirror.example.com:5000/ml/demo:v1')).toEqual({
    repository: 'mirror.example.com:5000/ml/demo',
    tag: 'v1',
  });
});
