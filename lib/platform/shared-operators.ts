import { type Problem, problemAt } from '../config/problem.ts';
import type { Plan } from './plan.ts';

/** Operators that an environment leaves to another one of its cluster, which does not install them. */
export function sharedOperatorProblems(plans: readonly Plan[]): Problem[] {
  const byName = new Map(plans.map((plan) => [plan.context.name, plan]));
  return plans.flatMap(({ loaded, operators }) => {
    const { operators: setting } = loaded.config;
    if (setting === 'install') return [];
    const provider = byName.get(setting.providedBy);
    if (!provider) return [];
    return [...operators.keys()]
      .filter((name) => !provider.operators.has(name))
      .map((name) =>
        problemAt(
          { file: loaded.file, path: ['operators', 'providedBy'] },
          `${setting.providedBy} installs no "${name}", which components of this environment need; enable a component there that needs it too, or install the operators here`,
        ),
      );
  });
}
