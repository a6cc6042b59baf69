import { ignoreDifferences } from './ignore-differences.ts';
import { entry, PROD } from './testing.ts';

const of = (component: string) =>
  ignoreDifferences(
    PROD.filter((e) => e.component === component),
    ({ owned }) => owned,
  );

test('a field that only one of two Deployments leaves to an autoscaler is ignored in that one', () => {
  expect(of('mlflow')).toEqual([
    { group: 'apps', kind: 'Deployment', name: 'mlflow', namespace: 'prod-ml', jqPathExpressions: ['.spec.replicas'] },
  ]);
});

test('a field that all objects of a kind leave to others is ignored in the kind', () => {
  expect(of('vision')).toEqual([{ group: 'ray.io', kind: 'RayCluster', jqPathExpressions: ['.spec.replicas'] }]);
});

test('where nothing is left to others, nothing is ignored', () => {
  expect(of('namespaces')).toEqual([]);
});

test('the core group is left out, paths are sorted and said once', () => {
  const owned = ['.b', '.a', '.b'].map((path) => ({ path, by: 'x' }));
  expect(ignoreDifferences([entry('a', 'data', ['v1', 'Service', 'a', 'n'], owned)], (e) => e.owned)).toEqual([
    { kind: 'Service', jqPathExpressions: ['.a', '.b'] },
  ]);
});
