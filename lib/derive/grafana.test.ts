import { defaultDashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import * as units from '@grafana/grafana-foundation-sdk/units';
import type { DashboardPanel, Unit } from '../graph/dashboard.ts';
import { grafanaJson } from './grafana.ts';

const identity = { uid: 'u', title: 'T', tags: [] };
const panel = (more: Partial<DashboardPanel> = {}): DashboardPanel => ({
  kind: 'timeseries',
  title: 'P',
  description: 'It.',
  unit: 'short',
  queries: [{ expr: 'up' }],
  ...more,
});
const drawn = (...rows: DashboardPanel[][]) =>
  JSON.parse(
    grafanaJson(
      { name: 'd', title: 'D', description: 'It.', rows: rows.map((panels) => ({ title: 'R', panels })) },
      identity,
    ),
  ).panels;

test('panels fill lines of 24 columns and never overlap', () => {
  const panels = drawn([panel({ kind: 'stat' }), panel(), panel(), panel({ kind: 'gauge' })], [panel()]);
  expect(panels.map(({ gridPos: { x, y, w, h } }: never) => [x, y, w, h])).toEqual([
    [0, 0, 24, 1],
    [0, 1, 6, 4],
    [6, 1, 12, 8],
    [0, 9, 12, 8],
    [12, 9, 6, 4],
    [0, 17, 24, 1],
    [0, 18, 12, 8],
  ]);
  expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(panels.length);
});

test('what is bad is red, on whichever side it is', () => {
  const steps = (bad?: DashboardPanel['bad']) =>
    drawn([panel(bad && { bad })])[1].fieldConfig.defaults.thresholds.steps.map(
      ({ color, value }: { color: string; value: number | null }) => `${color} ${value}`,
    );
  expect(steps({ from: 5 })).toEqual(['green null', 'red 5']);
  expect(steps({ below: 3 })).toEqual(['red null', 'green 3']);
  expect(steps()).toEqual(['blue null']);
});

test('the version of the format is the one that the types are of', () => {
  expect(JSON.parse(grafanaJson({ name: 'd', title: 'D', description: 'It.', rows: [] }, identity))).toMatchObject({
    schemaVersion: defaultDashboard().schemaVersion,
  });
});

test('units are ones that Grafana knows', () => {
  const ours = { short: 1, percent: 1, bytes: 1, s: 1, ms: 1, reqps: 1, ops: 1 } satisfies Record<Unit, 1>;
  expect(Object.values(units)).toEqual(expect.arrayContaining(Object.keys(ours)));
});
