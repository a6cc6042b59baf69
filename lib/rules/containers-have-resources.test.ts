import { containersHaveResources } from './containers-have-resources.ts';
import { violationsOf } from './testing.ts';

const pod = (resources: string, list = 'containers') =>
  `{apiVersion: v1, kind: Pod, spec: {${list}: [{name: c, resources: ${resources}}]}}`;
const good = '{requests: {cpu: 100m, memory: 1Gi}, limits: {memory: 1Gi}}';

test('requests and a memory limit are enough, for init containers too', () => {
  expect(violationsOf(containersHaveResources, pod(good))).toEqual([]);
  expect(violationsOf(containersHaveResources, pod(good, 'initContainers'))).toEqual([]);
});

test.each([
  ['{requests: {memory: 1Gi}, limits: {memory: 1Gi}}', 'requests.cpu of container "c" is missing'],
  ['{requests: {cpu: 1}, limits: {memory: 1Gi}}', 'requests.memory of container "c" is missing'],
  ['{requests: {cpu: 1, memory: 1Gi}}', 'limits.memory of container "c" is missing'],
  [
    '{requests: {cpu: 1, memory: 2Gi}, limits: {memory: 1024Mi}}',
    'limits.memory of container "c" is 1024Mi, below the 2Gi that are requested',
  ],
  [
    '{requests: {cpu: 1, memory: 1Gi, nvidia.com/gpu: 1}, limits: {memory: 1Gi, nvidia.com/gpu: 2}}',
    'limits.nvidia.com/gpu of container "c" is 2, and 1 is requested: such resources cannot be overcommitted',
  ],
  [
    '{requests: {cpu: much, memory: 1Gi}, limits: {memory: 1Gi}}',
    'requests.cpu of container "c" is "much", which is no quantity',
  ],
])('%s is not', (resources, says) => {
  expect(violationsOf(containersHaveResources, pod(resources))).toEqual([
    `Pod/x: spec.containers[0].resources.${says}`,
  ]);
});
