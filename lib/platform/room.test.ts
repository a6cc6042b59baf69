import { node } from '../graph/testing.ts';
import type { NodePool } from '../scheduling/node-pool.ts';
import { roomProblems } from './room.ts';

const pools: readonly NodePool[] = [
  { name: 'general', instanceType: 'any', cpu: '4', memory: '16Gi', max: 2, spot: false, labels: {}, taints: [] },
];
const asking = (name: string, count: number, upgrade?: number) => {
  const pods = (number: number) => [{ what: 'workers', count: number, requests: { cpu: 2 }, pools: ['general'] }];
  const more = upgrade !== undefined && {
    upgrade: { pods: pods(upgrade), why: 'a second cluster is made beside the first', instead: 'set upgrade: None' },
  };
  return node(name, { demand: { always: pods(count), ...more } });
};
const said = (...components: Parameters<typeof roomProblems>[0]) =>
  [...roomProblems(components, pools)].map(({ origin, message }) => `${origin.path.join('.')}: ${message}`);

test('what fills the nodes to the brim fits', () => {
  expect(said(asking('a', 3), asking('b', 1))).toEqual([]);
});

test('what finds no room hears of its neighbours', () => {
  expect(said(asking('a', 3), asking('b', 2))).toEqual([
    'components.b: 1 of 2 pods of workers find no room on the nodes that can hold them (general), beside what else runs there at least: a (workers); raise max of the node pools, or let groups begin with fewer pods',
  ]);
});

test('an upgrade needs room beside all of them, each upgrade for itself', () => {
  expect(said(asking('a', 1, 1), asking('b', 2, 1))).toEqual([]);
  expect(said(asking('a', 1, 1), asking('b', 2, 2))).toEqual([
    'components.b: an upgrade of b does not fit the nodes: a second cluster is made beside the first, and 1 of 2 pods of workers find no room beside all that runs; raise max of the node pools, or set upgrade: None',
  ]);
});
