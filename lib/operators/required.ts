import { OPERATORS } from './index.ts';
import type { Operator } from './operator.ts';

/** The operators of these names and all that they require, in the order of their names. */
export function requiredOperators(names: Iterable<string>): ReadonlyMap<string, Operator> {
  const found = new Map<string, Operator>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    const operator = OPERATORS[name];
    if (!operator)
      throw new Error(
        `no operator is called "${name}"; lib/operators/index.ts lists ${Object.keys(OPERATORS).join(', ')}`,
      );
    found.set(name, operator);
    for (const required of operator.requires ?? []) add(required);
  };
  for (const name of names) add(name);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
