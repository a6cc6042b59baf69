import { z } from 'zod';
import { PROVIDERS } from '../clusters/provider.ts';
import { cidr, hostName, kubernetesName, quantity } from './scalars.ts';

const taint = z.strictObject({
  key: z.string().min(1).describe('Key of the taint.'),
  value: z.string().optional().describe('Value of the taint.'),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .describe('What happens to pods that do not tolerate it.'),
});

const nodePool = z
  .strictObject({
    name: kubernetesName.describe('Name of the pool, unique in the cluster.'),
    instanceType: z.string().min(1).describe('Machine type as the provider calls it, e.g. g5.2xlarge.'),
    cpu: quantity.describe('CPU a node offers to pods.'),
    memory: quantity.describe('Memory a node offers to pods.'),
    gpu: z
      .strictObject({
        model: z.string().min(1).describe('GPU model, as teams ask for it, e.g. a10g.'),
        count: z.int().min(1).describe('GPUs in one node.'),
      })
      .optional()
      .describe('GPUs of a node, if it has any.'),
    min: z.int().min(0).describe('Fewest nodes.'),
    max: z.int().min(0).describe('Most nodes the autoscaler may start.'),
    spot: z.boolean().default(false).describe('Whether the provider may take the nodes back.'),
    labels: z.record(z.string(), z.string()).default({}).describe('Labels that select the nodes of this pool.'),
    taints: z.array(taint).default([]).describe('Taints of the nodes.'),
  })
  .refine((pool) => pool.min <= pool.max, {
    path: ['min'],
    error: 'is above max; the fewest nodes cannot be more than the most',
  });

export const clusterSchema = z.strictObject({
  name: kubernetesName.describe('Name of the cluster. Environments with one name share the cluster.'),
  provider: z.enum(PROVIDERS).describe('Where the cluster runs.'),
  kubernetesVersion: z
    .string()
    .regex(/^1\.\d+$/, { error: 'is not a Kubernetes minor version; write it in quotes, e.g. "1.34"' })
    .describe('Kubernetes minor version, in quotes, e.g. "1.34".'),
  region: z.string().min(1).optional().describe('Region of the provider, e.g. eu-central-1.'),
  domain: hostName.describe('Domain under which exposed components appear, e.g. ml.example.com.'),
  destination: z
    .union([
      z.strictObject({ server: z.url().describe('URL of the API server as Argo CD knows it.') }),
      z.strictObject({ name: z.string().min(1).describe('Name of the cluster in Argo CD.') }),
    ])
    .default({ server: 'https://kubernetes.default.svc' })
    .describe('The cluster as Argo CD knows it. Default: the one Argo CD runs in.'),
  gatewayClass: kubernetesName
    .optional()
    .describe('Existing GatewayClass to use instead of installing a gateway controller.'),
  apiServer: z
    .strictObject({
      cidrs: z.array(cidr).min(1).describe('Addresses of the API server as pods see them.'),
      port: z.int().min(1).max(65535).describe('Port of the API server as pods see it.'),
    })
    .optional()
    .describe("Where pods find the API server. Default: the provider's."),
  dns: z
    .strictObject({
      nodeLocal: cidr.optional().describe('Address of NodeLocal DNSCache, if the cluster runs it.'),
    })
    .default({})
    .describe('How pods resolve names.'),
  storageClasses: z
    .strictObject({
      block: kubernetesName.optional().describe('Class for volumes that one pod writes.'),
      shared: kubernetesName.optional().describe('Class for volumes that many pods write.'),
    })
    .default({})
    .describe("Storage classes by purpose. Default: the provider's."),
  nodePools: z.array(nodePool).min(1).describe('Kinds of nodes, in the order they are to be tried.'),
  registryMirror: hostName
    .optional()
    .describe('Registry that serves every image and chart in place of the public ones.'),
});

export type Cluster = z.output<typeof clusterSchema>;
export type NodePool = Cluster['nodePools'][number];
