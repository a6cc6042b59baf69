import { guess, nearest } from './nearest.ts';

const KEYS = ['replicas', 'nodePools', 'storageClasses', 'domain', 'cpu', 'gpu', 'memory'];

test.each([
  ['replica', 'replicas'],
  ['Replicas', 'replicas'],
  ['repilcas', 'replicas'],
  ['node_pools', 'nodePools'],
  ['node-pools', 'nodePools'],
  ['node', 'nodePools'],
  ['domian', 'domain'],
  ['pcu', 'cpu'],
  ['memry', 'memory'],
])('who wrote %s meant %s', (word, meant) => {
  expect(nearest(word, KEYS)).toBe(meant);
  expect(guess(word, KEYS)).toBe(`; did you mean "${meant}"?`);
});

test.each(['', 'x', 'ingress', 'autoscaling', '__proto__'])('nothing is near "%s"', (word) => {
  expect(nearest(word, KEYS)).toBeUndefined();
  expect(guess(word, KEYS)).toBe('');
});

test('the nearest wins over the first', () => {
  expect(nearest('gpus', KEYS)).toBe('gpu');
});
