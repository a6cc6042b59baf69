import { autoscaledReplicasAreLeftOut } from './autoscaled-replicas-are-left-out.ts';
import { violationsOf } from './testing.ts';

const yaml = (spec: string, target = '{apiVersion: apps/v1, kind: Deployment, name: web}') => `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: ${spec}}
---
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, spec: {scaleTargetRef: ${target}}}`;

test('an autoscaler decides how many replicas its target has', () => {
  expect(violationsOf(autoscaledReplicasAreLeftOut, yaml('{}'))).toEqual([]);
  expect(violationsOf(autoscaledReplicasAreLeftOut, yaml('{replicas: 2}'))).toEqual([
    'Deployment/web: says spec.replicas, which the HorizontalPodAutoscaler x decides',
  ]);
});

test('a ScaledObject means a Deployment unless it says otherwise', () => {
  const keda = yaml('{replicas: 2}', '{name: web}').replace(
    'autoscaling/v2, kind: HorizontalPodAutoscaler',
    'keda.sh/v1alpha1, kind: ScaledObject',
  );
  expect(violationsOf(autoscaledReplicasAreLeftOut, keda)).toHaveLength(1);
});

test('what nothing scales says its replicas', () => {
  expect(
    violationsOf(
      autoscaledReplicasAreLeftOut,
      yaml('{replicas: 2}', '{apiVersion: apps/v1, kind: StatefulSet, name: web}'),
    ),
  ).toEqual([]);
});
