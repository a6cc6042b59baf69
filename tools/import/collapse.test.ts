import { CoreTypes } from './collapse.ts';
import type { Schema } from './schema.ts';

const string = { type: 'string' };
const core = new CoreTypes({
  PodTemplateSpec: { properties: { metadata: { $ref: '#/d/ObjectMeta' }, spec: { $ref: '#/d/PodSpec' } } },
  JobTemplateSpec: { properties: { metadata: { $ref: '#/d/ObjectMeta' }, spec: { $ref: '#/d/JobSpec' } } },
  ObjectMeta: { properties: { name: string, labels: { type: 'object' }, uid: string } },
  PodSpec: {
    required: ['containers'],
    properties: { containers: { type: 'array' }, volumes: { type: 'array' }, hostname: string, nodeName: string },
  },
  JobSpec: { properties: { template: { $ref: '#/d/PodTemplateSpec' }, backoffLimit: string } },
  SecretKeySelector: { required: ['key'], properties: { name: string, key: string, optional: { type: 'boolean' } } },
  ConfigMapKeySelector: { required: ['key'], properties: { name: string, key: string, optional: { type: 'boolean' } } },
  HTTPHeader: { properties: { name: string, value: string } },
});

const podSpec: Schema = {
  type: 'object',
  required: ['containers'],
  properties: {
    containers: { type: 'array' },
    volumes: { type: 'array' },
    hostname: string,
    nodeName: string,
    newer: string,
  },
};
const selector: Schema = {
  type: 'object',
  required: ['key'],
  properties: { name: string, key: string, optional: { type: 'boolean' } },
};

test('a pod template of a newer Kubernetes is a PodTemplateSpec', () => {
  const template = {
    properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } }, spec: podSpec },
  };
  expect(core.recognise(template)).toBe('PodTemplateSpec');
});

test('a type that requires less is another type', () => {
  expect(core.recognise({ ...podSpec, required: [] })).toBeUndefined();
});

test('of types with the same fields the one that the field names is chosen', () => {
  expect(core.recognise(selector, 'configMapKeyRef')).toBe('ConfigMapKeySelector');
  expect(core.recognise(selector, 'secretKeyRef')).toBe('SecretKeySelector');
});

test('a small type with one field more is another type', () => {
  expect(core.recognise({ ...selector, properties: { ...selector.properties, encoding: string } })).toBeUndefined();
});

test('an enum in place of a string is another type', () => {
  const key = { type: 'string', enum: ['a', 'b'] };
  expect(core.recognise({ ...selector, properties: { ...selector.properties, key } })).toBeUndefined();
});

test('a name and a value are nothing in particular', () => {
  expect(core.recognise({ properties: { name: string, value: string } })).toBeUndefined();
});
