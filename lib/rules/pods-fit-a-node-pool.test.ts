import type { NodePool } from '../scheduling/node-pool.ts';
import { podsFitANodePool } from './pods-fit-a-node-pool.ts';
import { violationsOf } from './testing.ts';

const general: NodePool = {
  name: 'general',
  instanceType: 'm7i.2xlarge',
  cpu: '8',
  memory: '32Gi',
  max: 3,
  spot: false,
  labels: {},
  taints: [],
};
const gpu: NodePool = {
  ...general,
  name: 'gpu',
  gpu: { model: 'a10g', count: 1 },
  labels: { pool: 'gpu' },
  taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
};
const facts = { nodePools: [general, gpu] };
const pod = (resources: string, more = '') =>
  `{apiVersion: v1, kind: Pod, spec: {containers: [{name: c, resources: {requests: {${resources}}}}]${more && `, ${more}`}}}`;
const said = (yaml: string) => violationsOf(podsFitANodePool, yaml, { facts });

const TOLERATED = 'tolerations: [{key: nvidia.com/gpu, operator: Exists}]';
const sentTo = (expression: string) =>
  `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [${expression}]}]}}}`;

test.each([
  ['what an empty node holds', pod('cpu: 8, memory: 32Gi')],
  ['a GPU behind a taint that is tolerated', pod('cpu: 1, nvidia.com/gpu: 1', TOLERATED)],
  ['nodes named by a label of their pool', pod('cpu: 1', `nodeSelector: {pool: gpu}, ${TOLERATED}`)],
  [
    'nodes of a machine type',
    pod('cpu: 1', sentTo('{key: node.kubernetes.io/instance-type, operator: In, values: [m7i.2xlarge]}')),
  ],
  ['a label that the kubelet sets, and pools do not tell', pod('cpu: 1', 'nodeSelector: {kubernetes.io/arch: amd64}')],
  ['disk, which pools do not tell either', pod('cpu: 1, ephemeral-storage: 1Ti')],
])('%s is there', (_, yaml) => expect(said(yaml)).toEqual([]));

test.each([
  [
    'more memory than any node has',
    pod('memory: 900Gi', TOLERATED),
    '"general" has less memory a node; "gpu" has less memory a node',
  ],
  [
    'a GPU without tolerating its nodes',
    pod('nvidia.com/gpu: 1'),
    '"general" has less nvidia.com/gpu a node; "gpu" has the taint nvidia.com/gpu, which they do not tolerate',
  ],
  [
    'a device that nobody has',
    pod('nvidia.com/mig-1g.10gb: 1', TOLERATED),
    '"general" has less nvidia.com/mig-1g.10gb a node; "gpu" has less nvidia.com/mig-1g.10gb a node',
  ],
  [
    'nodes that are not there',
    pod('cpu: 1', `${sentTo('{key: pool, operator: In, values: [big]}')}, ${TOLERATED}`),
    '"general" is not where nodeAffinity sends them; "gpu" is not where nodeAffinity sends them',
  ],
])('%s is refused', (_, yaml, reasons) =>
  expect(said(yaml)).toEqual([`Pod/x: spec of Pod x fits no node pool of the cluster: ${reasons}`]),
);

test('what cannot be read is another rule’s to say', () => expect(said(pod('cpu: much'))).toEqual([]));
