import { bindingsEnv } from '../../constructs/ray/bindings.ts';
import type { EnvValue } from '../../constructs/workload/index.ts';
import type { ExperimentTrackingHandle } from '../../contracts/experiment-tracking.ts';
import type { ModelServingHandle } from '../../contracts/model-serving.ts';
import type { ObjectStoreHandle } from '../../contracts/object-store.ts';
import type { RayComputeHandle } from '../../contracts/ray-compute.ts';
import { SecretRef } from '../../graph/credential.ts';

export interface Services {
  readonly tracking: ExperimentTrackingHandle | undefined;
  readonly ray: readonly RayComputeHandle[];
  readonly models: readonly ModelServingHandle[];
  readonly bucket?: ObjectStoreHandle;
}

export interface Variables {
  /** By their names. */
  readonly plain: Readonly<Record<string, string>>;
  /** Where the values are that are not to be read by everybody. */
  readonly secret: Readonly<Record<string, { readonly name: string; readonly key: string }>>;
}

/** What programs of a team find in their environment. */
export function environmentOf({ tracking, ray, models, bucket }: Services): Readonly<Record<string, EnvValue>> {
  const clusters = ownFirst(ray);
  const [first] = clusters;
  return {
    ...Object.fromEntries(clusters.flatMap(rayVariables)),
    ...(first?.token && { RAY_AUTH_MODE: 'token', RAY_AUTH_TOKEN: first.token }),
    ...Object.fromEntries(models.map(({ name, url }) => [`MODEL_URL_${variable(name)}`, url])),
    ...bindingsEnv({ ...(tracking && { tracking }), ...(bucket && { bucket }) }),
    ...(tracking?.publicUrl !== undefined && { MLFLOW_PUBLIC_URL: tracking.publicUrl }),
  };
}

/** The same, apart by who may read it. */
export function variablesOf(services: Services): Variables {
  const plain: Record<string, string> = {};
  const secret: Record<string, { name: string; key: string }> = {};
  for (const [name, value] of Object.entries(environmentOf(services))) {
    if (typeof value === 'string') plain[name] = value;
    else if (value instanceof SecretRef) secret[name] = { name: value.name, key: value.key };
  }
  return { plain, secret };
}

const ownFirst = (clusters: readonly RayComputeHandle[]): readonly RayComputeHandle[] =>
  [...clusters].sort((a, b) => Number(a.shared) - Number(b.shared));

/** `RAY_ADDRESS` for the first cluster, and an address of its own for each. */
function rayVariables({ cluster, address, dashboardUrl }: RayComputeHandle, index: number): [string, string][] {
  const own: [string, string][] = [
    [`RAY_ADDRESS_${variable(cluster)}`, address],
    [`RAY_DASHBOARD_URL_${variable(cluster)}`, dashboardUrl],
  ];
  // The first is for Ray Client, the second for `ray job submit`.
  return index === 0 ? [['RAY_ADDRESS', address], ['RAY_API_SERVER_ADDRESS', dashboardUrl], ...own] : own;
}

const variable = (name: string): string => name.toUpperCase().replaceAll('-', '_');
