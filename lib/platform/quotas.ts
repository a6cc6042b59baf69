import { groupBy } from '../collections.ts';
import type { ComponentNode } from '../graph/component.ts';
import type { Quota, Requests } from '../graph/demand.ts';
import { modelKey, total } from '../graph/demand.ts';
import type { WiringProblem } from '../graph/service-graph.ts';

/** Sums that do not fit what a namespace may ask for: of all that is always there, and of what an upgrade adds. */
export function* quotaProblems(components: readonly ComponentNode[]): Generator<WiringProblem> {
  for (const inhabitants of groupBy(components, ({ namespace }) => namespace).values()) {
    const owner = inhabitants.find(({ quota }) => quota !== undefined);
    if (!owner?.quota) continue;
    const demanding = inhabitants.flatMap(({ name, demand }) => (demand ? [{ name, asks: total(demand.always) }] : []));
    const always = total(inhabitants.flatMap(({ demand }) => demand?.always ?? []));
    const over = exceeded(always, owner.quota);
    for (const resource of over) {
      const parts = demanding.flatMap(({ name, asks }) =>
        asks[resource] ? [`${name} ${inWords(resource, asks[resource])}`] : [],
      );
      yield {
        origin: { ...owner.origin, path: [...owner.origin.path, 'quota'] },
        message: `allows ${inWords(resource, owner.quota[resource])}, and what is always there asks for ${inWords(resource, always[resource])} (${parts.join(', ')}); raise the quota, or let groups begin with fewer pods`,
      };
    }
    if (over.length > 0) continue;
    for (const { origin, name, demand } of inhabitants) {
      if (!demand?.upgrade) continue;
      const { pods, why, instead } = demand.upgrade;
      const both = sum(always, total(pods));
      for (const resource of exceeded(both, owner.quota)) {
        yield {
          origin,
          message: `an upgrade of ${name} does not fit the quota of its team: ${why}, so that ${inWords(resource, both[resource])} would be asked for and ${inWords(resource, owner.quota[resource])} are allowed; raise the quota, or ${instead}`,
        };
      }
    }
  }
}

/** Resources of which there is too little; where that is said of a GPU model, not of all models together again. */
function exceeded(asked: Requests, quota: Quota): string[] {
  const over = Object.keys(quota).filter((resource) => (asked[resource] ?? 0) > (quota[resource] ?? 0) + 1e-9);
  return over.filter((resource) => !over.some((other) => other.startsWith(modelKey(resource, ''))));
}

const sum = (a: Requests, b: Requests): Requests =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]),
  );

function inWords(resource: string, amount = 0): string {
  switch (resource) {
    case 'cpu':
      return `${round(amount)} CPU`;
    case 'memory':
      return `${round(amount / 2 ** 30)}Gi of memory`;
    case 'pods':
      return amount === 1 ? '1 pod' : `${amount} pods`;
    default:
      return `${amount} ${deviceInWords(resource)}`;
  }
}

/** `a10g` for whole GPUs, and what they are where they are less than that. */
function deviceInWords(resource: string): string {
  const [device = resource, model] = resource.split('=');
  if (model === undefined) return device;
  return device === 'nvidia.com/gpu' ? model : `${model} (${device})`;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
