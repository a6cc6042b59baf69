/** How soon somebody has to look: at once, in working hours, or when they next pass. */
export type Severity = 'critical' | 'warning' | 'info';

/** A condition that somebody is told of, as data. The platform makes PrometheusRules of it. */
export interface Alert {
  /** In CamelCase, with what it is about in front: `RayServeHighLatency`. */
  readonly name: string;
  /** PromQL that yields a series for each thing in trouble. */
  readonly expr: string;
  /** How long it has to hold, as Prometheus writes durations: `5m`. */
  readonly for: string;
  readonly severity: Severity;
  /** What is the matter, in one line; `{{ $labels.x }}` and `{{ $value }}` are filled in. */
  readonly summary: string;
  /** What it means and where to look first. */
  readonly description: string;
}
