import { append } from '../collections.ts';
import { KINDS } from '../components/index.ts';
import { EXTERNAL_KINDS } from '../externals/index.ts';
import type { WaysOut } from '../graph/service-graph.ts';

/** What can be added to an environment that lacks a contract: components first, then what is bound from outside. */
export const WAYS_OUT: WaysOut = waysOut();

function waysOut(): WaysOut {
  const ways = new Map<string, string[]>();
  for (const { name, offers = [] } of KINDS) for (const { id } of offers) append(ways, id, `components.${name}`);
  for (const { name } of EXTERNAL_KINDS) append(ways, name, `external.${name}`);
  return ways;
}
