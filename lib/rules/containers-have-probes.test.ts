import { containersHaveProbes } from './containers-have-probes.ts';
import { violationsOf } from './testing.ts';

const workload = (container: string, kind = 'Deployment') =>
  `{apiVersion: ${kind === 'Job' ? 'batch' : 'apps'}/v1, kind: ${kind}, spec: {template: {spec: {containers: [{name: c, ${container}}]}}}}`;

test.each([
  workload('ports: [{containerPort: 80}], readinessProbe: {}'),
  workload('livenessProbe: {}'),
  workload('args: []', 'Job'),
])('%s is watched, or ends by itself', (yaml) => expect(violationsOf(containersHaveProbes, yaml)).toEqual([]));

test('a container with ports says when it is ready', () => {
  expect(violationsOf(containersHaveProbes, workload('ports: [{containerPort: 80}], livenessProbe: {}'))).toEqual([
    'Deployment/x: spec.template.spec.containers[0]: container "c" runs on and has no readinessProbe',
  ]);
});

test('a container without ports says at least that it is alive', () => {
  expect(violationsOf(containersHaveProbes, workload('args: []', 'StatefulSet'))).toEqual([
    'StatefulSet/x: spec.template.spec.containers[0]: container "c" runs on and has no livenessProbe',
  ]);
});

test('sidecars are watched, init containers are not', () => {
  const init = (policy: string) =>
    `{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {initContainers: [{name: s${policy}}]}}}}`;
  expect(violationsOf(containersHaveProbes, init(''))).toEqual([]);
  expect(violationsOf(containersHaveProbes, init(', restartPolicy: Always'))).toHaveLength(1);
});
