import { ApiObject, App, Chart } from 'cdk8s';
import { ownedFields } from '../owned.ts';
import type { OwnClusterJobProps, SharedClusterJobProps } from './job-spec.ts';
import { RayCluster, type RayClusterProps } from './ray-cluster.ts';
import { RayJob } from './ray-job.ts';
import { RayService, type RayServiceProps } from './ray-service.ts';
import { ScheduledRayJob, type ScheduledRayJobProps } from './scheduled-ray-job.ts';

/** Fields that Argo CD is told to leave alone: path and who writes it, of every object. */
export function left(build: (chart: Chart) => unknown): readonly string[] {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  build(chart);
  return chart.node
    .findAll()
    .filter((node) => node instanceof ApiObject)
    .flatMap((object) => ownedFields(object).map(({ path, by }) => `${object.kind} ${path}: ${by}`));
}

/** For tests: what is made of the least that can be said, and of changes to it. */

export const least = {
  image: 'registry.example.com/ray:1',
  rayVersion: '2.60.0',
  head: { cpu: '1', memory: '4Gi' },
  workerGroups: [{ name: 'cpu', cpu: '2', memory: '4Gi', replicas: 2 }],
} as const;

export const autoscaled = {
  workerGroups: [{ name: 'cpu', cpu: '2', memory: '4Gi', replicas: { min: 0, max: 4 } }],
} as const;

const application = { name: 'fraud', importPath: 'fraud.app:app', routePrefix: '/api/ml/serve/fraud' } as const;

// biome-ignore lint/suspicious/noExplicitAny: manifests as cdk8s returns them
function objects(build: (chart: Chart) => unknown): (kind: string) => any {
  const chart = new Chart(new App(), 'test', { namespace: 'ml', disableResourceNameHashes: true });
  build(chart);
  const all = chart.toJson();
  return (kind) => all.find((object) => object.kind === kind);
}

export const rayCluster = (props: Partial<RayClusterProps> = {}) =>
  objects((chart) => new RayCluster(chart, 'ray', { name: 'train', ...least, ...props }));

export const rayService = (props: Partial<RayServiceProps> = {}) =>
  objects((chart) => new RayService(chart, 'ray', { name: 'fraud', applications: [application], ...least, ...props }));

export const rayJob = (props: Partial<OwnClusterJobProps> = {}) =>
  objects((chart) => new RayJob(chart, 'ray', { name: 'tune', entrypoint: 'python tune.py', ...least, ...props }));

export const sharedJob = (props: Partial<SharedClusterJobProps> = {}) =>
  objects(
    (chart) =>
      new RayJob(chart, 'ray', {
        name: 'tune',
        entrypoint: 'python tune.py',
        image: least.image,
        cluster: 'train',
        ...props,
      }),
  );

export const scheduledJob = (
  props: Partial<OwnClusterJobProps> & Partial<Pick<ScheduledRayJobProps, 'timeZone'>> = {},
) =>
  objects(
    (chart) =>
      new ScheduledRayJob(chart, 'ray', {
        name: 'nightly',
        schedule: '0 3 * * *',
        entrypoint: 'python retrain.py',
        ...least,
        ...props,
      }),
  );
