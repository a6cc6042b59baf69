import { groupBy } from '../collections.ts';
import { objectName } from './check.ts';
import type { Violation } from './rule.ts';

/** Violations as text for the terminal: what is wrong stands under the object it is wrong with. */
export function renderViolations(violations: readonly Violation[]): string {
  const groups = groupBy(violations, ({ entry, component }) =>
    entry ? `${objectName(entry)} (${entry.source})` : component,
  );
  return [...groups]
    .map(([object, those]) => [
      object,
      ...those.flatMap(({ rule, message, fix }) => [`  ${rule}: ${message}`, `    ${fix}`]),
    ])
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}
