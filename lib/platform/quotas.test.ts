import { node } from '../graph/testing.ts';
import { quotaProblems } from './quotas.ts';

const GI = 2 ** 30;
const quota = { cpu: 8, memory: 32 * GI, pods: 10, 'nvidia.com/gpu': 2 };
const owner = node('team-a', { namespace: 'team-a', quota, origin: { file: 'a.yaml', path: [] } });
const asking = (name: string, count: number, requests: Record<string, number>, upgrade?: number) =>
  node(name, {
    namespace: 'team-a',
    demand: {
      always: [{ what: 'workers', count, requests }],
      ...(upgrade !== undefined && {
        upgrade: {
          pods: [{ what: 'workers', count: upgrade, requests }],
          why: 'a second cluster runs beside the first',
          instead: 'set upgrade: None',
        },
      }),
    },
  });
const said = (...components: Parameters<typeof quotaProblems>[0]) =>
  [...quotaProblems(components)].map(({ origin, message }) => `${[origin.file, ...origin.path].join('/')}: ${message}`);

test('what is always there may fill the quota to the brim', () => {
  expect(said(owner, asking('a', 2, { cpu: 4, memory: 16 * GI, 'nvidia.com/gpu': 1 }))).toEqual([]);
});

test('tenths of a core add up to what they are', () => {
  expect(said(owner, ...Array.from({ length: 8 }, (_, index) => asking(`a${index}`, 1, { cpu: 0.1 + 0.9 })))).toEqual(
    [],
  );
});

test('more than that is said once for each resource, with who asks for it', () => {
  expect(said(owner, asking('a', 2, { 'nvidia.com/gpu': 1 }), asking('b', 1, { 'nvidia.com/gpu': 1, cpu: 1 }))).toEqual(
    [
      'a.yaml/quota: allows 2 nvidia.com/gpu, and what is always there asks for 3 nvidia.com/gpu (a 2 nvidia.com/gpu, b 1 nvidia.com/gpu); raise the quota, or let groups begin with fewer pods',
    ],
  );
  expect(said(owner, asking('a', 11, { cpu: 1, memory: 3 * GI }))).toHaveLength(3);
});

test('an upgrade needs room beside all that is there', () => {
  expect(said(owner, asking('a', 1, { 'nvidia.com/gpu': 1 }, 1))).toEqual([]);
  expect(said(owner, asking('a', 1, { 'nvidia.com/gpu': 1 }, 1), asking('b', 1, { 'nvidia.com/gpu': 1 }))).toEqual([
    'environment.yaml/components/a: an upgrade of a does not fit the quota of its team: a second cluster runs beside the first, so that 3 nvidia.com/gpu would be asked for and 2 nvidia.com/gpu are allowed; raise the quota, or set upgrade: None',
  ]);
});

test('what runs elsewhere is another team’s', () => {
  expect(said(owner, node('c', { demand: { always: [{ what: 'x', count: 99, requests: { cpu: 99 } }] } }))).toEqual([]);
});

describe('models of GPUs that share a resource', () => {
  const models = node('team-a', {
    namespace: 'team-a',
    origin: { file: 'a.yaml', path: [] },
    quota: {
      'nvidia.com/gpu': 3,
      'nvidia.com/gpu=a10g': 2,
      'nvidia.com/gpu=h100': 1,
      'nvidia.com/mig-1g.10gb=h100': 1,
    },
  });
  const of = (gpuModel: string, count: number, resource = 'nvidia.com/gpu') =>
    node(`${gpuModel}-${count}`, {
      namespace: 'team-a',
      demand: { always: [{ what: 'workers', count, requests: { cpu: 1, [resource]: 1 }, gpuModel }] },
    });

  test('are held apart, though the sum would do', () => {
    expect(said(models, of('a10g', 2), of('h100', 1))).toEqual([]);
    expect(said(models, of('a10g', 1), of('h100', 2))).toEqual([
      'a.yaml/quota: allows 1 h100, and what is always there asks for 2 h100 (h100-2 2 h100); raise the quota, or let groups begin with fewer pods',
    ]);
  });

  test('are not complained of twice, and parts of them are called so', () => {
    expect(said(models, of('a10g', 9))).toHaveLength(1);
    expect(said(models, of('h100', 2, 'nvidia.com/mig-1g.10gb'))[0]).toContain(
      'allows 1 h100 (nvidia.com/mig-1g.10gb), and what is always there asks for 2 h100 (nvidia.com/mig-1g.10gb)',
    );
  });
});
