import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES } from '../../platform/versions.ts';
import { postgresDashboard } from './dashboard.ts';

const rowsOf = (more: Partial<Parameters<typeof postgresDashboard>[0]> = {}) =>
  postgresDashboard({ cluster: 'orders', namespace: 'data', instances: 3, ...more }).rows;

test('what was looked up is of the versions that are pinned', () => {
  const looked = JSON.parse(readFileSync(join(__dirname, 'metrics-looked-up.json'), 'utf8'));
  expect([looked['cloudnative-pg'], looked['barman-cloud']]).toEqual([
    IMAGES['cloudnative-pg'].tag,
    IMAGES['barman-cloud'].tag,
  ]);
});

test('there are only rows of what the cluster has', () => {
  const titles = (more?: Parameters<typeof rowsOf>[0]) => rowsOf(more).map(({ title }) => title);
  expect(titles()).toEqual(['Instances', 'Clients', 'Disks']);
  expect(titles({ pooler: true, backups: true })).toEqual(['Instances', 'Clients', 'Pooler', 'Disks', 'Backups']);
});

test('the pooler is no instance, and another cluster is none either', () => {
  const [first] = rowsOf()[0]?.panels ?? [];
  const [, pods = ''] = /pod=~"(.*?)"/.exec(first?.queries[0].expr ?? '') ?? [];
  const matches = (pod: string) => new RegExp(`^(${pods})$`).test(pod);
  expect(['orders-1', 'orders-12', 'orders-pooler-rw-1', 'orders-2-1', 'my-orders-1'].filter(matches)).toEqual([
    'orders-1',
    'orders-12',
  ]);
});

test('a single instance has nobody that follows', () => {
  const bad = (instances: number) =>
    rowsOf({ instances })[0]?.panels.find(({ title }) => title === 'Replicas that follow')?.bad;
  expect([bad(1), bad(3)]).toEqual([undefined, { below: 2 }]);
});
