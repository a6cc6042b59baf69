import { changes, differences } from './difference.ts';

const object = (fields: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'thing', ...metadata },
  ...fields,
});
const found = (written: object, stored: object) =>
  differences(object(written), object(stored)).map(({ how, path }) => `${how} ${path}`);

test('an object that reads back as it was written has none, whatever bookkeeping and status it got', () => {
  const written = object({ spec: { ports: [{ port: 80 }] } });
  const bookkeeping = { uid: 'x', resourceVersion: '1', generation: 1, creationTimestamp: 'now', managedFields: [] };
  const stored = object({ spec: { ports: [{ port: 80 }] }, status: { ready: true } }, bookkeeping);
  expect(differences(written, stored)).toEqual([]);
});

test('a default is named once, at its top', () => {
  expect(found({ spec: {} }, { spec: { strategy: { type: 'RollingUpdate' } } })).toEqual(['added spec.strategy']);
  expect(found({ spec: { ports: [{}] } }, { spec: { ports: [{ protocol: 'TCP' }] } })).toEqual([
    'added spec.ports[].protocol',
  ]);
});

test('a value in other words is told from one that is gone', () => {
  expect(found({ spec: { cpu: '0.5', name: 'x' } }, { spec: { cpu: '500m' } })).toEqual([
    'rewritten spec.cpu',
    'lost spec.name',
  ]);
});

test.each([[null], [''], [0], [false], [{}], [[]], [{ a: [{}] }]])('%j is no loss', (nothing) => {
  expect(found({ spec: { a: 1, nothing } }, { spec: { a: 1 } })).toEqual(['omitted spec.nothing']);
});

test('an item that a list lost, and one that it got, are seen', () => {
  expect(found({ list: ['a', 'b'] }, { list: ['a'] })).toEqual(['lost list[]']);
  expect(found({ list: ['a'] }, { list: ['a', 'b'] })).toEqual(['added list[]']);
});

test('between two states of an object everything counts but its version', () => {
  const before = object({ spec: { a: 1 } }, { resourceVersion: '1', generation: 1 });
  expect(changes(before, object({ spec: { a: 1 } }, { resourceVersion: '2', generation: 1 }))).toEqual([]);
  expect(changes(before, object({ spec: { a: 2 } }, { resourceVersion: '2', generation: 2 }))).toEqual([
    'metadata.generation',
    'spec.a',
  ]);
});
