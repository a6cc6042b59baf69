import type { Operator } from './operator.ts';

/** Every operator an environment can need, by name. */
export const OPERATORS: Readonly<Record<string, Operator>> = {};
