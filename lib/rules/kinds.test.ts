import type { KindFacts } from '../operators/operator.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { mergeKinds } from './kinds.ts';

const manifest: Manifest = { apiVersion: 'v1', kind: 'A', metadata: { name: 'a' } };
const naming = (name: string): KindFacts => ({ references: () => [{ field: 'spec', target: '/B', name }] });

test('facts of several sources about one kind add up', () => {
  const facts = mergeKinds([{ '/A': { ...naming('x'), stateful: true } }, { '/A': naming('y') }]).get('/A');
  expect([...(facts?.references?.(manifest) ?? [])].map(({ name }) => name)).toEqual(['x', 'y']);
  expect(facts?.stateful).toBe(true);
});

test('facts that two sources share are not asked twice', () => {
  const shared = naming('x');
  const facts = mergeKinds([{ '/A': shared }, { '/A': { ...shared } }]).get('/A');
  expect([...(facts?.references?.(manifest) ?? [])]).toHaveLength(1);
});

test('fields that several sources know to be written by others are all left to them', () => {
  const owned = (path: string): KindFacts => ({ owned: [{ path, by: 'x' }] });
  const facts = mergeKinds([{ '/A': owned('.a') }, { '/A': owned('.b') }]).get('/A');
  expect(facts?.owned?.map(({ path }) => path)).toEqual(['.a', '.b']);
});
