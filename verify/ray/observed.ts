/** Metrics as a process exported them: their names, their labels, and the values of labels that alerts can ask for. */
export interface Observed {
  /** Version of Ray. */
  readonly ray: string;
  readonly metrics: Readonly<Record<string, ObservedMetric>>;
}

export interface ObservedMetric {
  readonly port: number;
  readonly labels: readonly string[];
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

/** Labels whose values Ray decides, and not the machine or the application it was seen on. */
const ENUMERATED = ['State', 'Location', 'le'] as const;

const SERIES = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? \S+$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus' text format, of one port. */
export function observe(port: number, text: string): Record<string, ObservedMetric> {
  const labels = new Map<string, Set<string>>();
  const values = new Map<string, Map<string, Set<string>>>();
  for (const line of text.split('\n')) {
    const [, name, inside = ''] = SERIES.exec(line) ?? [];
    // Only Ray's own, and no times at which counters were made.
    if (name === undefined || !/^(ray|autoscaler)_/.test(name) || name.endsWith('_created')) continue;
    const known = labels.get(name) ?? new Set();
    labels.set(name, known);
    const seen = values.get(name) ?? new Map<string, Set<string>>();
    values.set(name, seen);
    for (const [, label = '', value = ''] of inside.matchAll(LABEL)) {
      known.add(label);
      if (ENUMERATED.some((one) => one === label)) seen.set(label, (seen.get(label) ?? new Set()).add(value));
    }
  }
  return Object.fromEntries(
    [...labels]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, those]) => {
        const enumerated = [...(values.get(name) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
        return [
          name,
          {
            port,
            labels: [...those].filter((label) => !label.startsWith('otel_')).sort(),
            ...(enumerated.length > 0 && {
              values: Object.fromEntries(enumerated.map(([label, found]) => [label, [...found].sort(byNumber)])),
            }),
          },
        ];
      }),
  );
}

const byNumber = (a: string, b: string): number =>
  Number(a.replace('+Inf', 'Infinity')) - Number(b.replace('+Inf', 'Infinity')) || (a < b ? -1 : 1);
