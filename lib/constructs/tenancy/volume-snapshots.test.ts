import { App, Chart } from 'cdk8s';
import { breaches } from '../../kubernetes/pod-security.ts';
import { VolumeSnapshots } from './volume-snapshots.ts';

const chart = new Chart(new App(), 'test', { namespace: 'snapshots', disableResourceNameHashes: true });
new VolumeSnapshots(chart, 'snapshots', {
  name: 'vision-snapshots',
  image: 'registry.example.com/python:3',
  of: 'team-vision',
  namespace: 'snapshots',
  volumes: [{ labels: { 'keelson.dev/volume': 'shared' }, snapshotClass: 'files' }],
  schedule: '0 2 * * *',
  keepSeconds: 86_400,
  labels: { 'keelson.dev/team': 'vision' },
});
// biome-ignore lint/suspicious/noExplicitAny: manifests as cdk8s returns them
const objects: readonly any[] = chart.toJson();
const the = (kind: string) => objects.find((object) => object.kind === kind);

test('its pod is apart from those who could borrow its rights, and sees no data', () => {
  expect(the('CronJob').metadata.namespace).toBe('snapshots');
  expect(the('ServiceAccount').metadata.namespace).toBe('snapshots');
  expect(the('Role')).toMatchObject({
    metadata: { namespace: 'team-vision' },
    rules: [
      { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['list'] },
      { apiGroups: ['snapshot.storage.k8s.io'], resources: ['volumesnapshots'], verbs: ['create', 'list', 'delete'] },
    ],
  });
  expect(the('RoleBinding')).toMatchObject({
    metadata: { namespace: 'team-vision' },
    subjects: [{ kind: 'ServiceAccount', name: 'vision-snapshots', namespace: 'snapshots' }],
  });
});

test('it runs restricted, one run at a time, billed to whom the volumes belong', () => {
  const { spec } = the('CronJob');
  const { template } = spec.jobTemplate.spec;
  expect([...breaches(template.spec, 'restricted')]).toEqual([]);
  expect(spec.concurrencyPolicy).toBe('Forbid');
  expect(template.metadata.labels['keelson.dev/team']).toBe('vision');
});

test('it is told which volumes, how, and for how long', () => {
  expect(JSON.parse(the('ConfigMap').data['task.json'])).toEqual({
    namespace: 'team-vision',
    schedule: 'vision-snapshots',
    labels: { 'keelson.dev/team': 'vision' },
    keep: 86_400,
    volumes: [{ selector: 'keelson.dev/volume=shared', snapshotClass: 'files' }],
  });
});
