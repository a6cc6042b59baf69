import fc from 'fast-check';
import type { Entry, Manifest } from '../manifest-set.ts';
import { environmentTree, fileName } from './file-names.ts';

const object = (kind: string, name: string, namespace?: string, apiVersion = 'v1'): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
});

const entry = (manifest: Manifest, source = 'mlflow/server'): Entry => ({
  manifest,
  component: 'mlflow',
  layer: 'platform',
  source,
  owned: [],
});

const tree = (...entries: Entry[]) => environmentTree(entries, () => 'ml');

test.each([
  ['an object at home', object('Deployment', 'mlflow', 'ml'), 'deployment-mlflow.yaml'],
  ['an object of the cluster', object('Namespace', 'ml'), 'namespace-ml.yaml'],
  ['an object abroad', object('NetworkPolicy', 'default-deny', 'data'), 'networkpolicy-default-deny@data.yaml'],
  ['a name of RBAC', object('ClusterRole', 'system:Auth_reader'), 'clusterrole-system_%41uth%5freader.yaml'],
])('%s', (_, manifest, expected) => expect(fileName(manifest, 'ml')).toBe(expected));

test('a file lies in the folder of its layer and component', () => {
  expect([...tree(entry(object('Service', 'mlflow', 'ml')))]).toEqual([
    [
      'platform/mlflow/service-mlflow.yaml',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: mlflow\n  namespace: ml\n',
    ],
  ]);
});

test('two objects never share a file, even where case is ignored', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'A', ':', '_', '-', '.', '@', '%', 'é', '4', '1'),
    minLength: 1,
  });
  const id = fc.record({
    kind: fc.constantFrom('Role', 'ClusterRole'),
    name,
    namespace: fc.option(fc.constantFrom('ml', 'a', 'b'), { nil: undefined }),
  });
  fc.assert(
    fc.property(id, id, (a, b) => {
      const same =
        JSON.stringify([a.kind, a.name, a.namespace ?? 'ml']) === JSON.stringify([b.kind, b.name, b.namespace ?? 'ml']);
      const [fileA, fileB] = [a, b].map(({ kind, name, namespace }) =>
        fileName(object(kind, name, namespace), 'ml').toLowerCase(),
      );
      expect(fileA === fileB).toBe(same);
      expect(fileA).toMatch(/^[a-z0-9.@%_-]+$/);
    }),
    { numRuns: 2000 },
  );
});

test('what would be one file is an error that names both makers', () => {
  const core = entry(object('Service', 'mlflow', 'ml'), 'mlflow/server/service');
  const other = entry(object('Service', 'mlflow', 'ml', 'serving.example.com/v1'), 'mlflow/other');
  expect(() => tree(core, other)).toThrow(
    'two objects would be written to platform/mlflow/service-mlflow.yaml (in the groups "" and "serving.example.com"): mlflow/server/service and mlflow/other both make it; rename one of them',
  );
  expect(() => tree(core, core)).toThrow('mlflow/server/service makes it twice; rename one of them');
});

test('a name too long for a file is an error', () => {
  expect(() => tree(entry(object('ConfigMap', 'a'.repeat(253), 'ml')))).toThrow(
    /^configmap-a+\.yaml is longer than the 255 bytes a file name can have; shorten the object's name \(mlflow\/server\)$/,
  );
});
