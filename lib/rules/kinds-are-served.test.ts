import { kindsAreServed } from './kinds-are-served.ts';
import { violationsOf } from './testing.ts';

const cluster = '{apiVersion: postgresql.cnpg.io/v1, kind: Cluster}';

test('Kubernetes serves its own kinds, operators serve theirs', () => {
  const deployment = '{apiVersion: apps/v1, kind: Deployment}';
  const served = new Set(['postgresql.cnpg.io/Cluster']);
  expect(violationsOf(kindsAreServed, `${deployment}\n---\n${cluster}`, { facts: { served } })).toEqual([]);
});

test('a definition beside the resource is enough', () => {
  const definition =
    '{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {group: postgresql.cnpg.io, names: {kind: Cluster}}}';
  expect(violationsOf(kindsAreServed, `${definition}\n---\n${cluster}`)).toEqual([]);
});

test.each([
  [cluster, 'Cluster/x: is of kind postgresql.cnpg.io/Cluster, which nothing in the cluster serves'],
  ['{apiVersion: apps/v1, kind: Deploy}', 'Deploy/x: is of kind apps/Deploy, which nothing in the cluster serves'],
])('%s is served by nobody', (yaml, says) => expect(violationsOf(kindsAreServed, yaml)).toEqual([says]));
