import { parseQuantity } from '../config/quantity.ts';
import { fields } from './read.ts';

export interface ResourceProblem {
  /** Path inside `resources`: `limits.memory`. */
  readonly at: string;
  readonly message: string;
}

/** Value of a quantity in its base unit; undefined when it is none. */
export const quantityOf = (quantity: unknown): number | undefined =>
  /^\d+(?:\.\d+)?(?:[mkMGTPE]|[KMGTPE]i)?$/.test(String(quantity)) ? parseQuantity(String(quantity)) : undefined;

/** What is missing or contradictory in the resources of a container. */
export function* resourceProblems(resources: unknown): Generator<ResourceProblem> {
  const requests = fields(fields(resources).requests);
  const limits = fields(fields(resources).limits);
  for (const [at, quantity] of [
    ['requests.cpu', requests.cpu],
    ['requests.memory', requests.memory],
    ['limits.memory', limits.memory],
  ] as const) {
    if (quantity === undefined) yield { at, message: 'is missing' };
  }
  for (const [kind, quantities] of Object.entries({ requests, limits })) {
    for (const [name, quantity] of Object.entries(quantities)) {
      if (quantityOf(quantity) === undefined) {
        yield { at: `${kind}.${name}`, message: `is ${JSON.stringify(quantity)}, which is no quantity` };
      }
    }
  }
  for (const [name, limit] of Object.entries(limits)) {
    const most = quantityOf(limit);
    const asked = quantityOf(requests[name]);
    if (most === undefined || asked === undefined) continue;
    const at = `limits.${name}`;
    if (most < asked) yield { at, message: `is ${limit}, below the ${requests[name]} that are requested` };
    else if (name.includes('/') && most !== asked) {
      yield { at, message: `is ${limit}, and ${requests[name]} is requested: such resources cannot be overcommitted` };
    }
  }
}
