import { ManifestSet } from '../platform/manifest-set.ts';
import { SharedClusters } from './environments.ts';
import { entryOf, manifestsOf } from './testing.ts';

const set = (namespace: string) =>
  new ManifestSet(
    manifestsOf(`
{apiVersion: v1, kind: Namespace, metadata: {name: ${namespace}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: mlflow, namespace: ${namespace}}}`).map((manifest) =>
      entryOf(manifest),
    ),
  );

test('environments share a cluster when they share no object', () => {
  const clusters = new SharedClusters(['one', 'one']);
  expect(clusters.add('dev', 'one', set('dev-ml'))).toEqual([]);
  expect(clusters.add('prod', 'one', set('prod-ml'))).toEqual([]);
});

test('two clusters have nothing to do with each other', () => {
  const clusters = new SharedClusters(['one', 'two']);
  expect(clusters.add('dev', 'one', set('ml'))).toEqual([]);
  expect(clusters.add('prod', 'two', set('ml'))).toEqual([]);
});

test('every object that both write is named', () => {
  const clusters = new SharedClusters(['one', 'one']);
  clusters.add('dev', 'one', set('ml'));
  expect(clusters.add('prod', 'one', set('ml')).map(({ message, fix }) => [message, fix])).toEqual([
    [
      'the environment "dev" on the same cluster writes the Namespace ml too',
      'give one of them another namespacePrefix',
    ],
    [
      'the environment "dev" on the same cluster writes the Deployment ml/mlflow too',
      'give one of them another namespacePrefix',
    ],
  ]);
});
