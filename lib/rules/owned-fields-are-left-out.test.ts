import { ownedFieldsAreLeftOut } from './owned-fields-are-left-out.ts';
import { violationsOf } from './testing.ts';

const owned = [{ path: '.spec.replicas', by: 'HorizontalPodAutoscaler' }];
const deployment = (spec: string) => `{apiVersion: apps/v1, kind: Deployment, spec: ${spec}}`;

test('what is left to a controller is left out', () => {
  expect(violationsOf(ownedFieldsAreLeftOut, deployment('{paused: false}'), { entry: { owned } })).toEqual([]);
  expect(violationsOf(ownedFieldsAreLeftOut, deployment('{replicas: 1}'), { entry: { owned } })).toEqual([
    'Deployment/x: says .spec.replicas, which HorizontalPodAutoscaler writes',
  ]);
  expect(violationsOf(ownedFieldsAreLeftOut, deployment('{replicas: 1}'))).toEqual([]);
});

test('nobody writes what the API server writes', () => {
  const yaml = '{apiVersion: v1, kind: ConfigMap, metadata: {creationTimestamp: null}, status: {}}';
  expect(violationsOf(ownedFieldsAreLeftOut, yaml)).toEqual([
    'ConfigMap/x: says .metadata.creationTimestamp, which the API server writes',
    'ConfigMap/x: says .status, which its controller writes',
  ]);
});
