import type { Origin } from '../graph/component.ts';

/** A mistake in the configuration: where it stands, what was found, what is allowed. */
export interface Problem {
  /** File from the root of the repository. */
  readonly file: string;
  /** Keys down to the value; empty for the file as a whole. */
  readonly path: readonly (string | number)[];
  /** Whether the place meant is the key itself (unknown key) or its value. */
  readonly at: 'key' | 'value';
  /** What is wrong and what was found: `unknown key; did you mean "replicas"?`. Lower case, no full stop. */
  readonly message: string;
  /** What would be right, when it is short enough to list: keys, values, an example. */
  readonly allowed?: string;
  /** Known position, for mistakes that no path leads to (YAML syntax). One-based. */
  readonly position?: { readonly line: number; readonly column: number };
}

/** A mistake found after validation, at a component's settings or below them. */
export const problemAt = (origin: Origin, message: string, below: readonly (string | number)[] = []): Problem => ({
  file: origin.file,
  path: [...origin.path, ...below],
  at: 'value',
  message,
});
