import { replicaProblems, workersFor } from './replicas.ts';

const group = (more = {}) => ({ name: 'w', cpu: 4, memory: '8Gi', min: 0, max: 4, spot: false, ...more });
const gpu = { model: 'a10g', count: 2, shared: false };
const service = (deployments: object[], workerGroups = [group()]) => ({
  head: { cpu: '2', memory: '4Gi' },
  workerGroups,
  applications: [{ deployments: deployments.map((one) => ({ name: 'd', ...one })) }],
});
const said = (...args: Parameters<typeof service>) =>
  [...replicaProblems(service(...args), [])].map((problem) =>
    typeof problem === 'string' ? problem : `${problem.path.join('.')}: ${problem.message}`,
  );

test.each([
  ['a replica takes a CPU unless it says otherwise', [{ replicas: 5 }], [group()], [2]],
  ['the fewest of a range count', [{ replicas: { min: 8 }, cpus: 0.5 }], [group()], [1]],
  ['whole GPUs', [{ replicas: 3, gpus: 1 }], [group({ gpu })], [2]],
  ['parts of a GPU never span two', [{ replicas: 4, gpus: 0.6, cpus: 0 }], [group({ gpu })], [2]],
  ['each goes to the first group that can hold it', [{ gpus: 1 }, {}], [group(), group({ gpu })], [1, 1]],
])('%s', (_, deployments, groups, workers) => {
  expect(workersFor(service(deployments, groups))).toEqual(workers);
});

test('what no worker can hold waits for ever, and is refused', () => {
  expect(said([{ cpus: 16, gpus: 2 }])).toEqual([
    'applications.0.deployments.0: takes 16 CPU and 2 GPUs a replica, and no worker has as much: "w" has 4 CPU and no GPU',
  ]);
  expect(said([{ cpus: 3 }], [])).toEqual([
    'applications.0.deployments.0: takes 3 CPU and no GPU a replica, and no worker has as much: the head has 2 CPU, and there are no worker groups',
  ]);
});

test('more replicas than a group has workers for are refused', () => {
  expect(said([{ replicas: 17 }])).toEqual([
    'workerGroups.0.max: 4 is too few: the fewest replicas of the applications take 5 workers of this group',
  ]);
  expect(said([{ replicas: 16 }])).toEqual([]);
});
