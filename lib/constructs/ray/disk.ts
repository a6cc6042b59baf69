/** What a pod of Ray may write, and what of it the scheduler counts. See `RayNode.disk`. */

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

const LEAST = '10Gi';
/** What logs of a session and a few packages take. */
const REQUEST = '2Gi';

/** As much as memory, since that is what spills and what models are loaded into. */
export const diskOf = ({ memory, disk }: { readonly memory: string; readonly disk?: string }): string =>
  disk ?? more(memory, LEAST);

export const diskRequestOf = (disk: string): string => (more(disk, REQUEST) === disk ? REQUEST : disk);

const more = (one: string, other: string): string => (bytes(one) >= bytes(other) ? one : other);

function bytes(quantity: string): number {
  const [, number, unit = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  const factor = UNITS[unit];
  if (number === undefined || factor === undefined) {
    throw new Error(`"${quantity}" is no amount of memory or disk; write it like 512Mi or 20Gi`);
  }
  return Number(number) * factor;
}
