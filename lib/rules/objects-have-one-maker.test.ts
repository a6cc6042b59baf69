import { certManager } from '../operators/cert-manager.ts';
import { objectsHaveOneMaker } from './objects-have-one-maker.ts';
import { violationsOf } from './testing.ts';

const certificate = (name: string, secretName: string) =>
  `{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: ${name}, namespace: ns}, spec: {secretName: ${secretName}}}\n---\n`;
const operators = [certManager];

test('two Certificates do not write one Secret', () => {
  expect(violationsOf(objectsHaveOneMaker, certificate('a', 's') + certificate('b', 't'), { operators })).toEqual([]);
  expect(violationsOf(objectsHaveOneMaker, certificate('a', 's') + certificate('b', 's'), { operators })).toEqual([
    'Certificate/b: makes the Secret ns/s, which the Certificate ns/a makes too',
  ]);
});

test('what a controller makes is not written as well', () => {
  const secret = '{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: ns}}';
  expect(violationsOf(objectsHaveOneMaker, certificate('a', 's') + secret, { operators })).toEqual([
    'Certificate/a: makes the Secret ns/s, which is written too',
  ]);
});
