import { z } from 'zod';
import { providerOf } from '../clusters/index.ts';
import { PROVIDERS } from '../clusters/provider.ts';
import { serviceHost } from '../graph/endpoint.ts';
import {
  cidr,
  cpuQuantity,
  gpuModel,
  hostName,
  kubernetesName,
  labelKey,
  labels,
  labelValue,
  memoryQuantity,
  migProfile,
  port,
  registryHost,
} from './scalars.ts';

/** How Argo CD names the cluster that it runs in itself. Source: Argo CD's documentation, "Declarative setup", Clusters. */
const ARGO_CDS_OWN_CLUSTER = `https://${serviceHost({ service: 'kubernetes', namespace: 'default' })}`;

const taint = z.strictObject({
  key: labelKey.describe('Key of the taint, e.g. nvidia.com/gpu.'),
  value: labelValue.optional().describe('Value of the taint, if it has one.'),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .describe('What happens to pods that do not tolerate it: not placed, placed last, or evicted.'),
});

const nodePool = z
  .strictObject({
    name: kubernetesName.describe('Name of the pool, unique in the cluster.'),
    instanceType: labelValue
      .min(1, { error: 'is empty; write the machine type, like g5.2xlarge' })
      .describe('Machine type as the provider calls it, e.g. g5.2xlarge.'),
    cpu: cpuQuantity.describe('CPU that one node offers to pods, e.g. 8 or 7910m.'),
    memory: memoryQuantity.describe('Memory that one node offers to pods, e.g. 30Gi.'),
    gpu: z
      .strictObject({
        model: gpuModel.describe('GPU model, as teams ask for it, e.g. a10g.'),
        count: z.int().min(1).max(64).describe('GPUs in one node.'),
        sharing: z
          .strictObject({
            replicas: z.int().min(2).max(1000).describe('Pods that share one GPU, or one slice of it.'),
            renamed: z
              .boolean()
              .default(true)
              .describe(
                'Whether the device plugin calls what it shares nvidia.com/gpu.shared (renameByDefault). Default: true.',
              ),
          })
          .optional()
          .describe(
            'How the device plugin shares each GPU among pods, by time slicing or MPS; their memory is not kept apart under time slicing. Left out: a pod has its GPUs to itself.',
          ),
        mig: z
          .strictObject({
            profile: migProfile.describe('Profile of the slices, e.g. 1g.10gb.'),
            perGpu: z.int().min(1).max(7).describe('Slices of one GPU.'),
          })
          .optional()
          .describe('How each GPU is divided into slices (MIG, strategy mixed). Left out: it is not.'),
      })
      .optional()
      .describe('GPUs of one node. Left out: it has none.'),
    min: z.int().min(0).max(100_000).describe('Fewest nodes.'),
    max: z.int().min(1).max(100_000).describe('Most nodes that the autoscaler may start.'),
    spot: z
      .boolean()
      .default(false)
      .describe('Whether the provider may take nodes back at short notice. Default: false.'),
    labels: labels.default({}).describe('Labels that select the nodes of this pool.'),
    taints: z.array(taint).default([]).describe('Taints of the nodes: only pods that tolerate them are placed there.'),
  })
  .refine((pool) => pool.min <= pool.max, {
    path: ['min'],
    error: 'is above max; the fewest nodes cannot be more than the most',
  });

/** Oldest and newest minor version that the output is validated for (`schemas/kubernetes/`). */
export const VALIDATED_MINORS = { oldest: 28, newest: 37 } as const;

const MINOR_VERSION = 'is not a Kubernetes minor version; write it in quotes, like "1.34"';

const settings = z.strictObject({
  name: kubernetesName.describe('Name of the cluster. Environments that write the same name share one cluster.'),
  provider: z.enum(PROVIDERS).describe('Where the cluster runs; decides storage classes, workload identity and more.'),
  kubernetesVersion: z
    .string({ error: MINOR_VERSION })
    .regex(/^1\.[0-9]+$/, { error: MINOR_VERSION, abort: true })
    .refine((version) => Number(version.slice(2)) >= VALIDATED_MINORS.oldest, {
      error: `is older than 1.${VALIDATED_MINORS.oldest}, whose fields the output uses; upgrade the cluster`,
    })
    .refine((version) => Number(version.slice(2)) <= VALIDATED_MINORS.newest, {
      error: `is newer than 1.${VALIDATED_MINORS.newest}, the newest that the output is validated for; write "1.${VALIDATED_MINORS.newest}" or older, or add the version to schemas/sources.yaml first`,
    })
    .describe(
      `Kubernetes minor version, in quotes, from "1.${VALIDATED_MINORS.oldest}" to "1.${VALIDATED_MINORS.newest}".`,
    ),
  region: z.string().min(1).optional().describe('Region of the provider, e.g. eu-central-1.'),
  domain: hostName
    // A component's host name is one label more.
    .refine(({ length }) => length <= 253 - 64, {
      error: 'is too long for names below it; write at most 189 characters',
    })
    .describe('Domain under which exposed components appear: mlflow.ml.example.com for ml.example.com.'),
  destination: z
    .union([
      z.strictObject({
        server: z
          .string()
          .regex(/^https?:\/\/[^\s{}@/]+(\/[^\s{}]*)?$/, {
            error: 'is not the URL of an API server; write it like https://k8s.example.com:6443',
          })
          .describe('URL of the API server, as Argo CD knows it.'),
      }),
      z.strictObject({
        name: z
          .string()
          .regex(/^[^\s{}]+$/, { error: 'is not the name of a cluster; write it like prod, without spaces and braces' })
          .describe('Name of the cluster in Argo CD.'),
      }),
    ])
    .default({ server: ARGO_CDS_OWN_CLUSTER })
    .describe('The cluster as Argo CD knows it, by server or by name. Default: the one that Argo CD runs in.'),
  gatewayClass: kubernetesName
    .optional()
    .describe('Existing GatewayClass to use, instead of installing a gateway controller.'),
  apiServer: z
    .strictObject({
      cidrs: z.array(cidr).min(1).describe('Addresses of the API server as pods see them.'),
      port: port.describe('Port of the API server as pods see it.'),
    })
    .optional()
    .describe(
      'Where pods find the API server, after the address translation of its Service: kubectl get endpoints kubernetes. Default: every address it can have with this provider.',
    ),
  dns: z
    .strictObject({
      nodeLocal: cidr.optional().describe('Address of NodeLocal DNSCache, e.g. 169.254.20.10/32. Left out: none runs.'),
    })
    .default({})
    .describe('How pods resolve names.'),
  storageClasses: z
    .strictObject({
      block: kubernetesName
        .optional()
        .describe("Class for volumes that one pod writes. Default: the provider's; EKS has none, so name it there."),
      shared: kubernetesName.optional().describe("Class for volumes that many pods write. Default: the provider's."),
    })
    .default({})
    .describe('Storage classes by purpose.'),
  volumeSnapshotClasses: z
    .strictObject({
      block: kubernetesName
        .optional()
        .describe('VolumeSnapshotClass for volumes that one pod writes, such as homes. Default: none are made.'),
      shared: kubernetesName
        .optional()
        .describe(
          'VolumeSnapshotClass for volumes that many pods write. Filestore, Azure Files, Longhorn and the NFS driver can make snapshots, Amazon EFS cannot. Default: none are made.',
        ),
    })
    .default({})
    .describe(
      'Snapshot classes by purpose, of the drivers behind the storage classes. The cluster has to run the snapshot controller.',
    ),
  people: z
    .strictObject({
      userPrefix: z
        .string()
        .default('')
        .describe(
          'Before names of users, as --oidc-username-prefix of the API server has it, e.g. oidc:. Default: nothing.',
        ),
      groupPrefix: z
        .string()
        .default('')
        .describe(
          'Before names of groups, as --oidc-groups-prefix of the API server has it, e.g. oidc:. Default: nothing.',
        ),
    })
    .prefault({})
    .describe('How the API server calls people whom its identity provider vouches for.'),
  nodePools: z.array(nodePool).min(1).describe('Kinds of nodes, in the order in which they are to be tried.'),
  registryMirror: registryHost
    .optional()
    .describe('Registry that serves every image and chart in place of the public ones, e.g. registry.example.com.'),
});

/** What an environment says of its cluster, completed by what its provider makes of the rest. */
export const clusterSchema = settings
  .superRefine(({ provider, storageClasses, nodePools }, context) => {
    if ((storageClasses.block ?? providerOf(provider).storageClasses.block) === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['storageClasses', 'block'],
        message: `missing; ${provider} makes no storage class of its own, so name the one that the cluster has, like gp3`,
      });
    }
    const seen = new Set<string>();
    for (const [index, { name }] of nodePools.entries()) {
      if (seen.has(name)) {
        const path = ['nodePools', index, 'name'];
        context.addIssue({ code: 'custom', path, message: 'is the name of two node pools; each has one of its own' });
      }
      seen.add(name);
    }
  })
  .transform((cluster) => {
    const { apiServer, storageClasses } = providerOf(cluster.provider);
    return {
      ...cluster,
      apiServer: cluster.apiServer ?? apiServer,
      storageClasses: {
        block: cluster.storageClasses.block ?? storageClasses.block,
        shared: cluster.storageClasses.shared ?? storageClasses.shared,
      },
    };
  });

export type Cluster = z.output<typeof clusterSchema>;
export type NodePool = Cluster['nodePools'][number];
