/** Metrics as a feature server exported them: their names, their labels, and the values of labels that alerts ask for. */
export interface FeastObserved {
  /** Version of Feast. */
  readonly feast: string;
  readonly metrics: Readonly<
    Record<
      string,
      { readonly labels: readonly string[]; readonly values?: Readonly<Record<string, readonly string[]>> }
    >
  >;
}

/** Labels whose values Feast decides, and not what was asked of it. */
const ENUMERATED = ['le', 'status', 'endpoint'];
const SERIES = /^(feast_[\w:]*)(?:\{(.*)\})? \S+$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus' text format. */
export function observe(text: string): FeastObserved['metrics'] {
  const found = new Map<string, Map<string, Set<string>>>();
  for (const line of text.split('\n')) {
    const [, name, inside = ''] = SERIES.exec(line) ?? [];
    if (name === undefined) continue;
    const labels = found.get(name) ?? new Map<string, Set<string>>();
    found.set(name, labels);
    for (const [, label = '', value = ''] of inside.matchAll(LABEL)) {
      labels.set(label, (labels.get(label) ?? new Set()).add(value));
    }
  }
  return Object.fromEntries(
    [...found].sort(byKey).map(([name, labels]) => {
      const values = [...labels].filter(([label]) => ENUMERATED.includes(label)).sort(byKey);
      return [
        name,
        {
          labels: [...labels.keys()].sort(),
          ...(values.length > 0 && {
            values: Object.fromEntries(values.map(([label, those]) => [label, [...those].sort(byNumber)])),
          }),
        },
      ];
    }),
  );
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
const byNumber = (a: string, b: string): number =>
  Number(a.replace('+Inf', 'Infinity')) - Number(b.replace('+Inf', 'Infinity')) || (a < b ? -1 : 1);
