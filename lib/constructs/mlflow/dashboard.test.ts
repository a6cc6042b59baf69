import { mlflowDashboard } from './dashboard.ts';

const panels = mlflowDashboard({ job: 'mlflow', namespace: 'mlflow', replicas: 3 }).rows.flatMap((row) => row.panels);
const panel = (title: string) => panels.find((one) => one.title === title);

test('fewer replicas than are wanted are red', () => {
  expect(panel('Replicas that answer')?.bad).toEqual({ below: 3 });
});

test('a server that has never failed shows 0 %, and not nothing', () => {
  expect(panel('Errors')?.queries[0].expr).toContain('or vector(0)');
  expect(panel('Requests that fail')?.queries).toEqual([{ expr: panel('Errors')?.queries[0].expr }]);
});

test('titles are unique', () => {
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
});
