import { mountsNameVolumes } from './mounts-name-volumes.ts';
import { violationsOf } from './testing.ts';

const yaml = (mount: string, volume: string) => `
apiVersion: apps/v1
kind: StatefulSet
spec:
  volumeClaimTemplates: [{metadata: {name: data}}]
  template: {spec: {volumes: [{name: ${volume}}], containers: [{volumeMounts: [{name: ${mount}}, {name: data}]}]}}`;

test('mounts and volumes name each other, claims included', () => {
  expect(violationsOf(mountsNameVolumes, yaml('tmp', 'tmp'))).toEqual([]);
  expect(violationsOf(mountsNameVolumes, yaml('temp', 'tmp'))).toEqual([
    'StatefulSet/x: nothing mounts its volume "tmp"',
    'StatefulSet/x: spec.template.spec.containers[0].volumeMounts[0] mounts "temp", which is no volume of the pod',
  ]);
});
