import { objectsAreSmallEnough } from './objects-are-small-enough.ts';
import { violationsOf } from './testing.ts';

const configMap = (data: number, annotation: number) =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {annotations: {a: "${'x'.repeat(annotation)}"}}, data: {a: "${'ü'.repeat(data / 2)}"}}`;

test('a ConfigMap holds a mebibyte, with its keys, in bytes', () => {
  expect(violationsOf(objectsAreSmallEnough, configMap(1024 * 1024 - 2, 0))).toEqual([]);
  expect(violationsOf(objectsAreSmallEnough, configMap(1024 * 1024, 0))).toEqual([
    'ConfigMap/x: has 1048577 bytes of data; at most 1048576 are stored',
  ]);
});

test('annotations together hold a quarter of that', () => {
  expect(violationsOf(objectsAreSmallEnough, configMap(0, 256 * 1024 - 1))).toEqual([]);
  expect(violationsOf(objectsAreSmallEnough, configMap(0, 256 * 1024))).toHaveLength(1);
});
