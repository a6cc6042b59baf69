/** Metrics as Dex showed them: their names and labels, and the values of labels that alerts can ask for. */
export interface Observed {
  /** Version of Dex. */
  readonly dex: string;
  readonly metrics: Readonly<Record<string, ObservedMetric>>;
}

export interface ObservedMetric {
  readonly labels: readonly string[];
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

/** The one whose labels alerts compare. */
const REQUESTS = 'http_requests_total';
const ENUMERATED = ['code', 'handler'] as const;

const SERIES = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? \S+$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus' text format. Of metrics that every Go program shows, nothing is kept. */
export function observe(text: string): Record<string, ObservedMetric> {
  const metrics = new Map<string, Map<string, Set<string>>>();
  for (const line of text.split('\n')) {
    const [, name, inside = ''] = SERIES.exec(line) ?? [];
    if (name === undefined || /^(go|process|grpc)_/.test(name)) continue;
    const labels = metrics.get(name) ?? new Map<string, Set<string>>();
    metrics.set(name, labels);
    for (const [, label = '', value = ''] of inside.matchAll(LABEL)) {
      labels.set(label, (labels.get(label) ?? new Set()).add(value));
    }
  }
  const byName = <T>([a]: readonly [string, T], [b]: readonly [string, T]) => (a < b ? -1 : 1);
  return Object.fromEntries(
    [...metrics].sort(byName).map(([name, labels]) => {
      const values = Object.fromEntries(
        ENUMERATED.flatMap((label) => {
          const found = labels.get(label);
          return found && name === REQUESTS ? [[label, [...found].sort()]] : [];
        }),
      );
      return [name, { labels: [...labels.keys()].sort(), ...(Object.keys(values).length > 0 && { values }) }];
    }),
  );
}
