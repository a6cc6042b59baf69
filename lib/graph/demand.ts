/** What pods ask for, by resource: cores, bytes, devices. */
export type Requests = Readonly<Record<string, number>>;

/** Pods that are alike. */
export interface PodDemand {
  /** For people: `worker group "gpu"`. */
  readonly what: string;
  readonly count: number;
  readonly requests: Requests;
  /** Model of the GPUs among the requests, as node pools call it: several models may share a resource. */
  readonly gpuModel?: string;
  /** Names of the node pools that can hold one. Absent: nobody looked. */
  readonly pools?: readonly string[];
}

/** Under which pieces of a resource are summed that are of one GPU model, beside those of all. */
export const modelKey = (resource: string, model: string): string => `${resource}=${model}`;

/** What a component's controllers run, beyond what its objects tell by themselves. */
export interface Demand {
  /** Pods that are there whenever the component is: autoscaled groups with their fewest. */
  readonly always: readonly PodDemand[];
  /** Pods that come in addition while the component is replaced by a new version of itself. */
  readonly upgrade?: { readonly pods: readonly PodDemand[]; readonly why: string; readonly instead: string };
}

/** What a namespace's pods may ask for together, by resource; `pods` is their number. */
export type Quota = Requests;

/** Sums over all pods. `pods` counts them. */
export function total(demands: readonly PodDemand[]): Requests {
  const sum: Record<string, number> = {};
  const add = (name: string, amount: number): void => {
    sum[name] = (sum[name] ?? 0) + amount;
  };
  for (const { count, requests, gpuModel } of demands) {
    add('pods', count);
    for (const [name, amount] of Object.entries(requests)) {
      add(name, count * amount);
      // Resources that a device plugin makes have a domain before their name; others are of no model.
      if (gpuModel !== undefined && name.includes('/')) add(modelKey(name, gpuModel), count * amount);
    }
  }
  return sum;
}
