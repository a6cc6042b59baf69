import { parseQuantity } from '../../config/scalars.ts';
import type { KindProblem } from '../component.ts';
import type { ClusterSettings, WorkerGroup } from './settings.ts';

/** What the replicas of a service take of its workers. */

interface Deployment {
  readonly name: string;
  readonly replicas?: number | { readonly min: number } | undefined;
  readonly cpus?: number | undefined;
  readonly gpus?: number | undefined;
}

interface Service extends Pick<ClusterSettings, 'head' | 'workerGroups'> {
  readonly applications: readonly { readonly deployments: readonly Deployment[] }[];
}

/** Ray's own default. Source: Ray docs, Serve, Resource Allocation. */
const cpusOf = ({ cpus = 1 }: Deployment): number => cpus;
const gpusOf = ({ gpus = 0 }: Deployment): number => gpus;

/** How many there are at least; what the program itself says is not known, and mostly one. */
const least = ({ replicas = 1 }: Deployment): number => (typeof replicas === 'number' ? replicas : replicas.min);

const holds = (group: WorkerGroup, deployment: Deployment): boolean =>
  group.cpu >= cpusOf(deployment) && (group.gpu?.count ?? 0) >= gpusOf(deployment);

/** Workers of each group that the fewest replicas call for. Each deployment is on the first group that can hold it. */
export function workersFor({ workerGroups, applications }: Service): readonly number[] {
  const taken = workerGroups.map(() => ({ cpus: 0, gpus: 0 }));
  for (const deployment of applications.flatMap(({ deployments }) => deployments)) {
    const place = taken[workerGroups.findIndex((group) => holds(group, deployment))];
    if (!place) continue;
    const count = least(deployment);
    const gpus = gpusOf(deployment);
    place.cpus += count * cpusOf(deployment);
    // Parts of a GPU never span two of them.
    place.gpus += gpus > 0 && gpus < 1 ? Math.ceil(count / Math.floor(1 / gpus)) : count * gpus;
  }
  return workerGroups.map(({ cpu, gpu }, index) => {
    const { cpus = 0, gpus = 0 } = taken[index] ?? {};
    return Math.ceil(Math.max(cpus / cpu, gpu ? gpus / gpu.count : 0));
  });
}

/** Replicas that no worker can hold, and more of them than a group can have workers for. */
export function* replicaProblems(service: Service, at: readonly (string | number)[]): Generator<KindProblem> {
  const { head, workerGroups, applications } = service;
  for (const [index, { deployments }] of applications.entries()) {
    for (const [number, deployment] of deployments.entries()) {
      const path = [...at, 'applications', index, 'deployments', number];
      const fits =
        workerGroups.length === 0
          ? parseQuantity(head.cpu) >= cpusOf(deployment) && gpusOf(deployment) === 0
          : workerGroups.some((group) => holds(group, deployment));
      if (fits) continue;
      const has =
        workerGroups.length === 0
          ? `the head has ${head.cpu} CPU, and there are no worker groups`
          : workerGroups.map(({ name, cpu, gpu }) => `"${name}" has ${inWords(cpu, gpu?.count ?? 0)}`).join('; ');
      yield {
        path,
        message: `takes ${inWords(cpusOf(deployment), gpusOf(deployment))} a replica, and no worker has as much: ${has}`,
      };
    }
  }
  for (const [index, needed] of workersFor(service).entries()) {
    const group = workerGroups[index];
    if (!group || needed <= group.max) continue;
    const message = `${group.max} is too few: the fewest replicas of the applications take ${needed} workers of this group`;
    yield { path: [...at, 'workerGroups', index, 'max'], message };
  }
}

const inWords = (cpus: number, gpus: number): string =>
  `${cpus} CPU and ${gpus === 0 ? 'no GPU' : gpus === 1 ? '1 GPU' : `${gpus} GPUs`}`;
