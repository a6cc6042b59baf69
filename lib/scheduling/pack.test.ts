import type { PodDemand } from '../graph/demand.ts';
import type { NodePool } from './node-pool.ts';
import { Packing } from './pack.ts';

const GI = 2 ** 30;
const pool = (name: string, more: Partial<NodePool> = {}): NodePool => ({
  name,
  instanceType: name,
  cpu: '8',
  memory: '32Gi',
  max: 2,
  spot: false,
  labels: {},
  taints: [],
  ...more,
});
const gpus = pool('gpu', { gpu: { model: 'a10g', count: 1 } });
const pods = (count: number, requests: Record<string, number>, pools = ['general']): PodDemand => ({
  what: 'workers',
  count,
  requests,
  pools,
});
const left = (packing: Packing, ...demands: PodDemand[]) => packing.add(demands).map(({ count }) => count);

test('a node holds pods until one resource is used up', () => {
  expect(left(Packing.of([pool('general')]), pods(4, { cpu: 4, memory: GI }))).toEqual([]);
  expect(left(Packing.of([pool('general')]), pods(5, { cpu: 4, memory: GI }))).toEqual([1]);
  expect(left(Packing.of([pool('general')]), pods(3, { cpu: 1, memory: 20 * GI }))).toEqual([1]);
});

test('what is there already takes room from what comes', () => {
  const packing = Packing.of([pool('general')]);
  expect(left(packing, pods(3, { cpu: 4 }))).toEqual([]);
  expect(left(packing.copy(), pods(2, { cpu: 4 }))).toEqual([1]);
  // Trying it out changed nothing.
  expect(left(packing, pods(1, { cpu: 4 }))).toEqual([]);
  expect(left(packing, pods(1, { cpu: 4 }))).toEqual([1]);
});

test('pods with few places choose before those with many', () => {
  const packing = Packing.of([pool('general'), gpus]);
  const anywhere = pods(4, { cpu: 8 }, ['gpu', 'general']);
  const onGpus = pods(2, { cpu: 8, 'nvidia.com/gpu': 1 }, ['gpu']);
  expect(left(packing, anywhere, onGpus)).toEqual([2]);
});

test('pods overflow into the next pool', () => {
  expect(left(Packing.of([pool('general'), gpus]), pods(4, { cpu: 8 }, ['general', 'gpu']))).toEqual([]);
});

test('tenths of a core fill a node to the brim', () => {
  expect(left(Packing.of([pool('general', { max: 1 })]), pods(80, { cpu: 0.1 }))).toEqual([]);
});

test('of whom nobody knows the place, nothing is said', () => {
  expect(Packing.of([]).add([{ what: 'x', count: 1, requests: { cpu: 1 } }])).toEqual([]);
});
