import type { Rule } from './rule.ts';

/** Every rule, in the order of their names. */
export const RULES: readonly Rule[] = [];
