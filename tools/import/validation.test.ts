import type { Schema } from './schema.ts';
import { coreFileName, strict } from './validation.ts';

test('an unknown field is an error, at every depth', () => {
  const schema: Schema = {
    type: 'object',
    description: 'x',
    properties: { a: { type: 'array', items: { type: 'object' } } },
  };
  expect(strict(schema)).toEqual({
    type: 'object',
    additionalProperties: false,
    properties: { a: { type: 'array', items: { type: 'object', additionalProperties: false } } },
  });
});

test('fields that the server preserves are not', () => {
  expect(strict({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true })).not.toHaveProperty(
    'additionalProperties',
  );
  expect(strict({ type: 'object', additionalProperties: { type: 'string' } }).additionalProperties).toEqual({
    type: 'string',
  });
});

test('a field with a default is not demanded', () => {
  const schema = { type: 'object', properties: { a: { default: 1 }, b: {} }, required: ['a', 'b'] };
  expect(strict(schema).required).toEqual(['b']);
  expect(strict({ ...schema, required: ['a'] })).not.toHaveProperty('required');
});

test('conditions on values are left alone', () => {
  const anyOf = [{ required: ['a'] }, { properties: { b: { enum: [1] } } }];
  expect(strict({ type: 'object', properties: {}, anyOf }).anyOf).toEqual(anyOf);
});

test('int-or-string takes both and nothing else', () => {
  const fromCrd = {
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    pattern: '^a',
  };
  expect(strict(fromCrd)).toEqual({ 'x-kubernetes-int-or-string': true, type: ['integer', 'string'], pattern: '^a' });
  expect(strict({ type: 'string', format: 'int-or-string' })).toEqual({ type: ['integer', 'string'] });
});

test('an embedded object may say what it is', () => {
  const template = { type: 'object', properties: { spec: {} }, 'x-kubernetes-embedded-resource': true };
  expect(Object.keys(strict(template).properties ?? {})).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
});

test('nullable is null', () => {
  expect(strict({ type: 'string', nullable: true, enum: ['a'] })).toEqual({
    type: ['string', 'null'],
    enum: ['a', null],
  });
});

test('rules in CEL are kept', () => {
  const rules = [{ rule: 'self.a > 1' }];
  expect(strict({ type: 'object', 'x-kubernetes-validations': rules })['x-kubernetes-validations']).toEqual(rules);
});

test('files have the name that kubeconform makes of a kind', () => {
  const deployment = { group: 'apps', version: 'v1', kind: 'Deployment', definition: '' };
  expect(coreFileName(deployment)).toBe('deployment-apps-v1.json');
  expect(coreFileName({ ...deployment, group: 'core', kind: 'Pod' })).toBe('pod-v1.json');
  expect(coreFileName({ ...deployment, group: 'networking.k8s.io', kind: 'Ingress' })).toBe(
    'ingress-networking-v1.json',
  );
});
