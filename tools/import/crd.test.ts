import { type Crd, parseCrds, preferredVersion } from './crd.ts';
import { summary } from './prepare.ts';

function crd(...versions: [name: string, served: boolean][]): Crd {
  const all = versions.map(([name, served]) => ({ name, served, schema: { openAPIV3Schema: {} } }));
  return { kind: 'CustomResourceDefinition', spec: { group: 'g', names: { kind: 'K', plural: 'ks' }, versions: all } };
}

test('the most stable served version is written', () => {
  expect(preferredVersion(crd(['v1alpha1', true], ['v1', true], ['v1beta2', true])).version).toBe('v1');
  expect(preferredVersion(crd(['v1beta1', true], ['v1beta2', true], ['v1', false])).version).toBe('v1beta2');
  expect(() => preferredVersion(crd(['v1', false]))).toThrow('K.g serves no version');
});

test('only definitions are read from a file of many documents', () => {
  const text = '---\nkind: ConfigMap\n---\nkind: CustomResourceDefinition\nspec: {}\n---\n';
  expect(parseCrds(text)).toHaveLength(1);
});

test('a description is cut to what an editor can show', () => {
  expect(summary('One\nline.\n\nMore.')).toBe('One line.');
  expect(summary(`First sentence of some length. ${'x '.repeat(100)}`)).toBe('First sentence of some length.');
  expect(summary(undefined)).toBe('');
});
