import type { Problem } from '../config/problem.ts';
import { problemAt } from '../config/problem.ts';
import type { Environment } from './environment-schema.ts';

/** An environment and the operators that its components need. */
export interface OperatorNeeds {
  readonly environment: Environment;
  readonly operators: Iterable<string>;
}

/** Operators that an environment leaves to another one of its cluster, which does not install them. */
export function missingOperatorProblems(
  { environment: { file, config }, operators }: OperatorNeeds,
  installed: ReadonlySet<string>,
): Problem[] {
  if (config.operators === 'install') return [];
  const { providedBy } = config.operators;
  return [...operators]
    .filter((name) => !installed.has(name))
    .map((name) =>
      problemAt(
        { file, path: ['operators', 'providedBy'] },
        `${providedBy} does not install "${name}", which components of this environment need; enable a component there that needs it too, or install the operators here`,
      ),
    );
}
