import { cloudnativePg } from '../operators/cloudnative-pg.ts';
import { namesAreValid } from './names-are-valid.ts';
import { violationsOf } from './testing.ts';

const object = (apiVersion: string, kind: string, name: string) =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: "${name}"}}`;

test('names are what their kind allows', () => {
  expect(violationsOf(namesAreValid, object('v1', 'Service', 'mlflow'))).toEqual([]);
  expect(violationsOf(namesAreValid, object('v1', 'Service', 'ml.flow'))).toEqual([
    'Service/ml.flow: the name "ml.flow" is not made of lower case letters, digits and hyphens, beginning with a letter and ending with a letter or digit',
  ]);
});

test('an operator can bound the names of its kinds', () => {
  const operators = [cloudnativePg];
  const cluster = (length: number) => object('postgresql.cnpg.io/v1', 'Cluster', 'x'.repeat(length));
  expect(violationsOf(namesAreValid, cluster(50), { operators })).toEqual([]);
  expect(violationsOf(namesAreValid, cluster(51), { operators })).toHaveLength(1);
});
