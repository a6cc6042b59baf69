import { promqlProblems } from './metrics.ts';

const of = (expr: string) => promqlProblems(expr, 'data');
const lag = 'cnpg_pg_replication_lag{namespace="data"}';

test('what is right is left alone', () => {
  expect(of(`max by (pod) (${lag})`)).toEqual([]);
  expect(
    of('sum by (le) (rate(mlflow_http_request_duration_seconds_bucket{namespace="data"}[$__rate_interval]))'),
  ).toEqual([]);
  expect(of(`max by (replica) (label_replace(${lag}, "replica", "$1", "pod", "(.*)"))`)).toEqual([]);
  expect(of('cnpg_backends_total{namespace="data",exported_datname=""}')).toEqual([]);
});

test.each([
  ['no PromQL', `max by (pod) (${lag}`, expect.stringMatching(/^at /)],
  ['a number', '1', 'asks for no metric'],
  ['a metric that nothing exports', 'cnpg_lag{namespace="data"}', 'unknown cnpg_lag'],
  [
    'a label that it lacks',
    `max by (pod) (${lag.replace('}', ',datname="x"}')})`,
    'cnpg_pg_replication_lag has no label datname',
  ],
  ['a grouping by one that it lacks', `max by (datname) (${lag})`, 'no label datname'],
  [
    'a value that never is',
    'kube_resourcequota{namespace="data",type="limit"}',
    'type of kube_resourcequota is never limit',
  ],
  ['somebody else', 'up{namespace="ray"}', 'up of every namespace'],
  ['everybody', 'up', 'up of every namespace'],
])('%s is noticed', (_, expr, problem) => {
  expect(of(expr)).toContainEqual(problem);
});
