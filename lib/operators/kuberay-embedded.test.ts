import { referencesOf } from '../rules/references.ts';
import { clusterFrom } from '../rules/testing.ts';
import { kuberay } from './kuberay.ts';

const job = {
  apiVersion: 'ray.io/v1',
  kind: 'RayJob',
  metadata: {},
  spec: {
    entrypoint: 'python a.py',
    rayClusterSpec: {
      headGroupSpec: {
        rayStartParams: {},
        template: { spec: { serviceAccountName: 'tune', containers: [{ name: 'ray-head' }] } },
      },
    },
  },
};
const configMap = (value: string) =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: tune, namespace: ns}, data: {job.json: ${JSON.stringify(value)}}}`;
const inCluster = (value: string) => clusterFrom(configMap(value), { operators: [kuberay] });

test('the pods of a RayJob in a ConfigMap are held to the rules', () => {
  const cluster = inCluster(JSON.stringify(job));
  expect(cluster.templates.map(({ field }) => field)).toContain(
    'data.job.json.spec.rayClusterSpec.headGroupSpec.template',
  );
  expect(cluster.all.ofKind('/Pod').some(({ manifest }) => manifest.metadata.namespace === 'ns')).toBe(true);
});

test('what it names is looked for', () => {
  const cluster = inCluster(JSON.stringify(job));
  const [entry] = cluster.written.entries;
  const references = entry ? [...referencesOf(cluster, entry)] : [];
  expect(references).toContainEqual(
    expect.objectContaining({ target: '/ServiceAccount', name: 'tune', namespace: 'ns' }),
  );
});

test('other texts are only texts', () => {
  expect(inCluster('{"a": 1}').templates).toEqual([]);
});
