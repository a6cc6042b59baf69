/** Metrics as redis_exporter showed them of a real server: their labels, and the values of those that alerts ask for. */
export interface RedisObserved {
  readonly valkey: string;
  readonly exporter: string;
  readonly metrics: Readonly<Record<string, RedisMetric>>;
}

export interface RedisMetric {
  readonly labels: readonly string[];
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

const SERIES = /^(redis_\w+)(?:\{(.*)\})? \S+$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus' text format. Values are those of `err`, which the server decides. */
export function observe(text: string): Record<string, RedisMetric> {
  const seen = new Map<string, { labels: Set<string>; errors: Set<string> }>();
  for (const line of text.split('\n')) {
    const [, name, inside = ''] = SERIES.exec(line) ?? [];
    if (name === undefined) continue;
    const metric = seen.get(name) ?? { labels: new Set(), errors: new Set() };
    seen.set(name, metric);
    for (const [, label = '', value = ''] of inside.matchAll(LABEL)) {
      metric.labels.add(label);
      if (label === 'err') metric.errors.add(value);
    }
  }
  return Object.fromEntries(
    [...seen]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { labels, errors }]) => [
        name,
        { labels: [...labels].sort(), ...(errors.size > 0 && { values: { err: [...errors].sort() } }) },
      ]),
  );
}
