import { compareText, groupBy } from '../../lib/collections.ts';
import type { Difference } from './difference.ts';

const HOW = { added: 'adds', rewritten: 'rewrites', omitted: 'leaves out', lost: 'loses' } as const;

/** Differences by kind, each path once with an example. */
export function summary(differences: readonly (readonly [kind: string, difference: Difference])[]): string {
  return [...groupBy(differences, ([kind]) => kind)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([kind, those]) => [kind, ...linesOf(those.map(([, difference]) => difference))].join('\n'))
    .join('\n');
}

function linesOf(differences: readonly Difference[]): string[] {
  return Object.entries(HOW).flatMap(([how, verb]) => {
    const paths = groupBy(
      differences.filter((difference) => difference.how === how),
      ({ path }) => path,
    );
    return [...paths]
      .sort(([a], [b]) => compareText(a, b))
      .map(([path, [example]]) => `  ${verb} ${path}${shown(example)}`);
  });
}

function shown(example: Difference | undefined): string {
  if (!example) return '';
  const [written, stored] = [short(example.written), short(example.stored)];
  if (example.how === 'rewritten') return `: ${written} as ${stored}`;
  return `: ${example.how === 'added' ? stored : written}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
