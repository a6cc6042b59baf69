import { podsOf } from './pods.ts';

const template = (name: string) => ({ metadata: { labels: { app: name } }, spec: { containers: [{ name }] } });
const object = (kind: string, spec: unknown) => ({
  apiVersion: 'x/v1',
  kind,
  metadata: { name: 'thing', namespace: 'there' },
  spec,
});

test('finds the templates of every kind, wherever they are', () => {
  const ray = {
    headGroupSpec: { template: template('head') },
    workerGroupSpecs: [{ template: template('cpu') }, { template: template('gpu') }],
  };
  const paths = (kind: string, spec: unknown) => podsOf(object(kind, spec)).map(({ path }) => path);
  expect(paths('Deployment', { template: template('a') })).toEqual(['spec.template']);
  expect(paths('CronJob', { jobTemplate: { spec: { template: template('a') } } })).toEqual([
    'spec.jobTemplate.spec.template',
  ]);
  expect(paths('RayCluster', ray)).toEqual([
    'spec.headGroupSpec.template',
    'spec.workerGroupSpecs[0].template',
    'spec.workerGroupSpecs[1].template',
  ]);
  // Of an Application, not of a pod.
  expect(paths('ApplicationSet', { template: { metadata: {}, spec: { project: 'x' } } })).toEqual([]);
});

test('makes the pod that a controller would make, in the namespace of its owner', () => {
  const [found] = podsOf(object('Deployment', { template: template('a') }));
  expect(found?.pod).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'thing-0', namespace: 'there', labels: { app: 'a' } },
    spec: { containers: [{ name: 'a' }] },
  });
});

test("a StatefulSet's claims are volumes of its pods, instead of volumes of that name", () => {
  const { metadata, spec } = template('a');
  const volumes = [
    { name: 'data', emptyDir: {} },
    { name: 'tmp', emptyDir: {} },
  ];
  const [found] = podsOf(
    object('StatefulSet', {
      template: { metadata, spec: { ...spec, volumes } },
      volumeClaimTemplates: [{ metadata: { name: 'data' } }],
    }),
  );
  expect(found?.pod.spec).toMatchObject({
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'data', persistentVolumeClaim: { claimName: 'data-thing-0' } },
    ],
  });
});

test('a pooler is given its image by the operator', () => {
  const [found] = podsOf(object('Pooler', { pgbouncer: { image: 'pgbouncer:1' }, template: template('pgbouncer') }));
  expect(found?.pod.spec).toMatchObject({ containers: [{ name: 'pgbouncer', image: 'pgbouncer:1' }] });
});
