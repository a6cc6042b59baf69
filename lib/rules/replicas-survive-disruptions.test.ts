import { replicasSurviveDisruptions } from './replicas-survive-disruptions.ts';
import { violationsOf } from './testing.ts';

const SPREAD = 'topologySpreadConstraints: [{}]';
const deployment = (replicas: string, pod = SPREAD) => `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: ns}, spec: {${replicas} template: {metadata: {labels: {app: web}}, spec: {${pod}}}}}
---
`;
const budget = (spec: string) =>
  `{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {namespace: ns}, spec: {selector: {matchLabels: {app: web}}, ${spec}}}\n---\n`;
const scaler = (min: number) =>
  `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {namespace: ns}, spec: {minReplicas: ${min}, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}`;

test.each([
  deployment('replicas: 2,') + budget('maxUnavailable: 1'),
  deployment('replicas: 3,', 'affinity: {podAntiAffinity: {}}') + budget('minAvailable: 50%'),
  deployment('replicas: 1,', ''),
  deployment('', '') + scaler(1),
])('%s survives', (yaml) => expect(violationsOf(replicasSurviveDisruptions, yaml)).toEqual([]));

test.each([
  [deployment('replicas: 2,'), 'Deployment/web: has 2 replicas and no PodDisruptionBudget'],
  [
    deployment('replicas: 2,', '') + budget('maxUnavailable: 1'),
    'Deployment/web: has 2 replicas that may all be on one node',
  ],
  [deployment('') + scaler(2), 'Deployment/web: has 2 replicas and no PodDisruptionBudget'],
])('%s does not', (yaml, says) => expect(violationsOf(replicasSurviveDisruptions, yaml)).toEqual([says]));

test.each(['maxUnavailable: 0', 'minAvailable: 2', 'minAvailable: 100%', 'minAvailable: 51%'])(
  '%s of two lets no pod go',
  (spec) => {
    expect(violationsOf(replicasSurviveDisruptions, deployment('replicas: 2,') + budget(spec))).toEqual([
      'PodDisruptionBudget/x: lets no pod of 2 go, so that no node can be drained',
    ]);
  },
);
