import type { EnvironmentContext } from '../../config/context.ts';
import { modelKey } from '../../graph/demand.ts';
import { gpuResource } from '../../scheduling/node-pool.ts';
import type { KindProblem } from '../component.ts';
import type { TeamSettings } from './settings.ts';

type Gpus = TeamSettings['quota']['gpus'];

/** What pods ask for where no node says otherwise. */
const PLAIN = 'nvidia.com/gpu';

/** Models by the extended resources that their pools offer; the plain one is always there, so that none is without a limit. */
function modelsByResource({ cluster }: EnvironmentContext): ReadonlyMap<string, ReadonlySet<string>> {
  const models = new Map<string, Set<string>>([[PLAIN, new Set()]]);
  for (const { gpu } of cluster.nodePools) {
    if (!gpu) continue;
    const resource = gpuResource(gpu);
    models.set(resource, (models.get(resource) ?? new Set()).add(gpu.model));
  }
  return models;
}

/**
 * Pieces by extended resource, as a ResourceQuota counts them. It cannot tell the models apart that share a resource: it
 * holds their sum, and what each may have is compared at synth with what is declared.
 */
export function deviceQuota(gpus: Gpus, environment: EnvironmentContext): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...modelsByResource(environment)].map(([resource, models]) => [
      resource,
      typeof gpus === 'number' ? gpus : [...models].reduce((sum, model) => sum + (gpus[model] ?? 0), 0),
    ]),
  );
}

/** What each model may have of a resource, for the comparison at synth; nothing where any model will do. */
export function modelQuota(gpus: Gpus, environment: EnvironmentContext): Readonly<Record<string, number>> {
  if (typeof gpus === 'number') return {};
  return Object.fromEntries(
    [...modelsByResource(environment)].flatMap(([resource, models]) =>
      [...models].map((model) => [modelKey(resource, model), gpus[model] ?? 0]),
    ),
  );
}

/** Pieces of all models together. */
export const totalOf = (gpus: Gpus): number =>
  typeof gpus === 'number' ? gpus : Object.values(gpus).reduce((sum, one) => sum + one, 0);

/** Models that no node of the cluster has. */
export function* modelProblems(gpus: Gpus, { cluster }: EnvironmentContext): Generator<KindProblem> {
  if (typeof gpus === 'number') return;
  const models = [...new Set(cluster.nodePools.flatMap(({ gpu }) => gpu?.model ?? []))];
  for (const model of Object.keys(gpus)) {
    if (models.includes(model)) continue;
    const message =
      models.length === 0
        ? `no node pool of the cluster has a GPU; take "${model}" out, or add a pool`
        : `no node pool of the cluster has a GPU "${model}"; there is ${models.join(', ')}`;
    yield { path: ['quota', 'gpus', model], message };
  }
}
