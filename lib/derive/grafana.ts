import type * as grafana from '@grafana/grafana-foundation-sdk/dashboard';
import type * as gauge from '@grafana/grafana-foundation-sdk/gauge';
import type * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import type * as stat from '@grafana/grafana-foundation-sdk/stat';
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { Dashboard, DashboardPanel, DashboardRow } from '../graph/dashboard.ts';

/*
 * A dashboard in the JSON that Grafana reads. The types are Grafana's; its builders are left alone, since loading them
 * takes 100 ms, an eighth of a synth.
 */

/** As it stands in the file: enums are their values. */
type Plain<T> = T extends string
  ? `${T}`
  : T extends boolean | null | undefined
    ? T
    : T extends number
      ? `${T}` extends `${infer N extends number}`
        ? N
        : T
      : T extends readonly (infer E)[]
        ? readonly Plain<E>[]
        : { readonly [K in keyof T]: Plain<T[K]> };

type Target = Plain<Omit<prometheus.Dataquery, '_implementsDataqueryVariant'>>;
type FieldConfig<Custom> = Plain<Omit<grafana.FieldConfig, 'custom' | 'mappings' | 'links' | 'actions'>> & {
  readonly custom?: Plain<Custom>;
};
interface Drawn<Type extends string, Options, Custom>
  extends Plain<Omit<grafana.Panel, 'options' | 'targets' | 'fieldConfig' | 'type' | 'transformations' | 'links'>> {
  readonly type: Type;
  readonly targets: readonly Target[];
  readonly fieldConfig: { readonly defaults: FieldConfig<Custom>; readonly overrides: readonly [] };
  readonly options: Plain<Options>;
}
type Panel =
  | Drawn<'timeseries', timeseries.Options, timeseries.FieldConfig>
  | Drawn<'stat', stat.Options, never>
  | Drawn<'gauge', gauge.Options, never>
  | Plain<Omit<grafana.RowPanel, 'panels'> & { panels: [] }>;

type Model = Plain<Omit<grafana.Dashboard, 'panels' | 'templating' | 'annotations' | 'snapshot' | 'links'>> & {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly Plain<Pick<grafana.VariableModel, 'type' | 'name' | 'label' | 'query'>>[];
  };
  readonly annotations: { readonly list: readonly [] };
};

/** Which Prometheus is asked: Grafana's default one, until somebody chooses another at the top. */
const SOURCE = { type: 'prometheus', uid: '${datasource}' } as const;
/** Columns of Grafana's grid. */
const COLUMNS = 24;
const SIZES = {
  timeseries: { w: 12, h: 8 },
  stat: { w: 6, h: 4 },
  gauge: { w: 6, h: 4 },
} as const satisfies Record<DashboardPanel['kind'], { w: number; h: number }>;

/** What tells it from the others in the same Grafana. */
export interface DashboardIdentity {
  /** At most 40 characters. */
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
}

/** The file that Grafana reads, with a line for each panel, so that a change shows which it is. */
export function grafanaJson(dashboard: Dashboard, identity: DashboardIdentity): string {
  const { panels, ...rest } = grafanaModel(dashboard, identity);
  return [
    '{',
    ...Object.entries(rest).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`),
    '  "panels": [',
    panels.map((panel) => `    ${JSON.stringify(panel)}`).join(',\n'),
    '  ]',
    '}',
    '',
  ].join('\n');
}

function grafanaModel({ description, rows }: Dashboard, { uid, title, tags }: DashboardIdentity): Model {
  return {
    uid,
    title,
    description,
    tags,
    editable: false,
    graphTooltip: 1,
    schemaVersion: 42,
    refresh: '1m',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [{ type: 'datasource', name: 'datasource', label: 'Prometheus', query: 'prometheus' }] },
    annotations: { list: [] },
    panels: placed(rows),
  };
}

/** Panels from left to right, and on to the next line when it is full; each row begins with its title. */
function placed(rows: readonly DashboardRow[]): Panel[] {
  const panels: Panel[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      type: 'row',
      id: panels.length + 1,
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of row.panels) {
      const { w, h } = SIZES[panel.kind];
      if (x + w > COLUMNS) {
        y += height;
        x = 0;
        height = 0;
      }
      panels.push(drawn(panel, panels.length + 1, { x, y, w, h }));
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return panels;
}

function drawn(panel: DashboardPanel, id: number, gridPos: Plain<grafana.GridPos>): Panel {
  const { kind, title, description, unit, bad, min, max } = panel;
  const common = { id, title, description, datasource: SOURCE, gridPos, targets: targetsOf(panel) };
  const defaults = {
    unit,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    thresholds: { mode: 'absolute', steps: stepsOf(bad) },
  } as const;
  const last = { calcs: ['lastNotNull'] } as const;
  switch (kind) {
    case 'timeseries':
      return {
        ...common,
        type: kind,
        fieldConfig: {
          defaults: {
            ...defaults,
            custom: { fillOpacity: 10, showPoints: 'never', ...(bad && { thresholdsStyle: { mode: 'dashed' } }) },
          },
          overrides: [],
        },
        options: {
          legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
          tooltip: { mode: 'multi', sort: 'desc' },
        },
      };
    case 'stat':
      return {
        ...common,
        type: kind,
        fieldConfig: { defaults, overrides: [] },
        options: {
          reduceOptions: last,
          graphMode: 'area',
          colorMode: 'value',
          justifyMode: 'auto',
          textMode: 'auto',
          orientation: 'auto',
          wideLayout: true,
          showPercentChange: false,
          percentChangeColorMode: 'standard',
        },
      };
    case 'gauge':
      return {
        ...common,
        type: kind,
        fieldConfig: { defaults, overrides: [] },
        options: {
          reduceOptions: last,
          orientation: 'auto',
          sizing: 'auto',
          minVizWidth: 75,
          minVizHeight: 75,
          showThresholdLabels: false,
          showThresholdMarkers: true,
        },
      };
  }
}

const stepsOf = (bad: DashboardPanel['bad']): readonly Plain<grafana.Threshold>[] => {
  // Said too where nothing is bad: Grafana's own default is red from 80 on.
  if (!bad) return [{ color: 'blue', value: null }];
  return 'from' in bad
    ? [
        { color: 'green', value: null },
        { color: 'red', value: bad.from },
      ]
    : [
        { color: 'red', value: null },
        { color: 'green', value: bad.below },
      ];
};

const targetsOf = ({ kind, queries }: DashboardPanel): Target[] =>
  queries.map(({ expr, legend }, index) => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource: SOURCE,
    expr,
    ...(legend !== undefined && { legendFormat: legend }),
    // The last number needs no course, except for the small one that is drawn behind it.
    ...(kind === 'gauge' ? { instant: true, range: false } : { range: true }),
  }));
