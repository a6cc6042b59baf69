/** What a number on a dashboard is. Grafana's own names, of those that are in use. */
export type Unit =
  /** A plain number, shortened: 1.2 K. */
  | 'short'
  /** 0 to 100. */
  | 'percent'
  | 'bytes'
  | 's'
  | 'ms'
  /** Requests a second. */
  | 'reqps'
  /** Operations a second. */
  | 'ops';

/** A query of a panel. */
export interface DashboardQuery {
  /** PromQL. `$__rate_interval` is the shortest range that a rate can be taken over. */
  readonly expr: string;
  /** What each series is called; `{{label}}` is filled in. Default: its labels. */
  readonly legend?: string;
}

export interface DashboardPanel {
  /** A course over time, the last number, or the last number between its least and its most. */
  readonly kind: 'timeseries' | 'stat' | 'gauge';
  /** Unique in its dashboard. */
  readonly title: string;
  /** What is seen, and what a bad value means. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly [DashboardQuery, ...DashboardQuery[]];
  /** From where on it is bad, inclusive; the threshold of the alert where there is one. */
  readonly bad?: { readonly from: number } | { readonly below: number };
  readonly min?: number;
  readonly max?: number;
}

export interface DashboardRow {
  readonly title: string;
  readonly panels: readonly DashboardPanel[];
}

/** What people look at to see how a component is, as data. The platform makes what Grafana reads of it. */
export interface Dashboard {
  /** Unique in the component, in lower case: part of the address, so links break when it changes. */
  readonly name: string;
  /** Without the environment, which the platform adds: `MLflow`. */
  readonly title: string;
  readonly description: string;
  readonly rows: readonly DashboardRow[];
}
