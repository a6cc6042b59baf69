import { mlflowConnections } from './connections.ts';

const two = { mostReplicas: 2, workers: 2, connectionsPerWorker: 10, login: false, garbageCollection: false };

test('every worker of every replica has a pool, and so has the replica that a rollout adds', () => {
  expect(mlflowConnections(two)).toBe(3 * (2 * 10 + 2));
  expect(mlflowConnections({ ...two, mostReplicas: 8 })).toBe(9 * 22);
});

test('accounts have a pool as large, and garbage collection connects beside them', () => {
  expect(mlflowConnections({ ...two, login: true })).toBe(3 * (2 * 20 + 2));
  expect(mlflowConnections({ ...two, garbageCollection: true })).toBe(3 * 22 + 2);
});
