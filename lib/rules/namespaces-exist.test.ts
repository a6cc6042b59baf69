import { certManager } from '../operators/cert-manager.ts';
import { namespacesExist } from './namespaces-exist.ts';
import { violationsOf } from './testing.ts';

const configMap = (namespace: string) =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {namespace: ${namespace}}}\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: ns}}`;

test.each(['ns', 'kube-system', 'cert-manager', 'monitoring'])('%s is there', (namespace) => {
  expect(violationsOf(namespacesExist, configMap(namespace), { operators: [certManager] })).toEqual([]);
});

test('a namespace that nothing makes is not', () => {
  expect(violationsOf(namespacesExist, configMap('other'))).toEqual([
    'ConfigMap/x: is in namespace "other", which nothing makes',
  ]);
});

test('every object is where its kind belongs', () => {
  expect(violationsOf(namespacesExist, '{apiVersion: apps/v1, kind: Deployment}')).toEqual([
    'Deployment/x: names no namespace',
  ]);
  expect(
    violationsOf(
      namespacesExist,
      '{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {namespace: default}}',
    ),
  ).toEqual(['StorageClass/x: is in namespace "default", but its kind is in none']);
});
