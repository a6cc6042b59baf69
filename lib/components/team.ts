import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import type { ConfigMap, LimitRange, PersistentVolumeClaim, ResourceQuota } from '../../imports/k8s.ts';
import type { EnvironmentContext } from '../config/context.ts';
import { byteQuota, cpuQuantity, parseQuantity, storageQuantity, teamName } from '../config/scalars.ts';
import { experimentTracking } from '../contracts/experiment-tracking.ts';
import { modelServing } from '../contracts/model-serving.ts';
import { type RayComputeHandle, rayCompute } from '../contracts/ray-compute.ts';
import { everyNeed, optionalNeed } from '../graph/contract.ts';
import { COST_CENTRE, TEAM } from '../platform/labels.ts';
import { ASK_BEFORE_REMOVAL } from '../platform/protection.ts';
import { gpuResource } from '../scheduling/node-pool.ts';
import type { KindProblem, TeamContext } from './component.ts';
import { defineComponent, defineKind } from './component.ts';

/** What a pod of a team gets when it does not say: without it the quota would refuse the pod. */
const DEFAULT_REQUEST = { cpu: '100m', memory: '256Mi' } as const;
const DEFAULT_LIMIT = { memory: '1Gi' } as const;

/** Whether one pod that says nothing itself fits; a quota below that would refuse every such pod without a word here. */
const fitsOnePod = (least: string) => (quota: string) => parseQuantity(quota) >= parseQuantity(least);

export const teamSettings = z.strictObject({
  name: teamName.describe('Name of the team; the file is called the same.'),
  displayName: z.string().min(1).describe('Name of the team as people say it.'),
  costCentre: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/, {
      error: 'is not a cost centre; letters, digits, "-", "_" and ".", e.g. cc-4711',
    })
    .describe("Cost centre that pays for the team's resources; a label of its namespace."),
  quota: z
    .strictObject({
      cpu: cpuQuantity
        .refine(fitsOnePod(DEFAULT_REQUEST.cpu), {
          error: `is less than one pod takes that does not say what it needs; write at least ${DEFAULT_REQUEST.cpu}`,
        })
        .describe('CPU that all pods of the team may request together.'),
      memory: byteQuota
        .refine(fitsOnePod(DEFAULT_LIMIT.memory), {
          error: `is less than one pod takes that does not say what it needs; write at least ${DEFAULT_LIMIT.memory}`,
        })
        .describe('Memory that all pods of the team may request together; also the most they may be limited to.'),
      storage: byteQuota.describe('Storage that all volumes of the team may request together.'),
      gpus: z
        .int()
        .min(0)
        .max(100_000)
        .default(0)
        .describe(
          'GPUs that all pods of the team may request together; whole ones, shared ones and slices count apart.',
        ),
      pods: z.int().min(1).max(100_000).default(100).describe('Pods the team may have at once.'),
    })
    .describe('What the team may use of the cluster.'),
  sharedVolume: z
    .strictObject({
      size: storageQuantity.describe('How much it holds. It can grow, never shrink.'),
    })
    .optional()
    .describe('A volume that all notebooks and Ray pods of the team mount at /mnt/shared. Default: none.'),
});

type TeamSettings = z.output<typeof teamSettings>;

/** Where the team's volume appears in its pods. */
const SHARED_PATH = '/mnt/shared';
const SHARED_CLAIM = 'shared';

/** What the rest of a team's file is made with. */
export const teamContext = ({ name, sharedVolume }: TeamSettings, environment: EnvironmentContext): TeamContext => ({
  name,
  namespace: environment.namespace(`team-${name}`),
  environment,
  sharedVolume: sharedVolume && { claim: SHARED_CLAIM, path: SHARED_PATH },
});

/** Every kind of GPU device that the cluster's nodes offer, and the plain one, so that none is without a limit. */
const gpuResources = ({ cluster }: EnvironmentContext): readonly string[] => [
  ...new Set(['nvidia.com/gpu', ...cluster.nodePools.flatMap(({ gpu }) => (gpu ? [gpuResource(gpu)] : []))]),
];

/** A tenant: a namespace with its quota, and the addresses of the platform's services. One for each team file. */
export const teamKind = defineKind({
  name: 'team',
  summary: 'A team and what it may use.',
  settings: teamSettings,
  *problems({ sharedVolume }, { cluster }): Generator<KindProblem> {
    if (sharedVolume && cluster.storageClasses.shared === undefined) {
      const message =
        'needs a storage class for volumes that many pods write, and the cluster has none; name one in cluster.storageClasses.shared, or leave the volume out';
      yield { path: ['sharedVolume'], message };
    }
  },
  components: (settings, environment, origin) => {
    const { quota, sharedVolume } = settings;
    const name = `team-${settings.name}`;
    const namespace = environment.namespace(name);
    const gpus = gpuResources(environment);
    return [
      defineComponent({
        name,
        layer: 'teams',
        namespace,
        summary: `Team ${settings.displayName}.`,
        origin,
        podsMadeBy: 'people of the team',
        ownsNamespace: true,
        namespaceLabels: { [TEAM]: settings.name, [COST_CENTRE]: settings.costCentre },
        quota: {
          cpu: parseQuantity(quota.cpu),
          memory: parseQuantity(quota.memory),
          pods: quota.pods,
          ...Object.fromEntries(gpus.map((resource) => [resource, quota.gpus])),
        },
        needs: {
          tracking: optionalNeed(experimentTracking, {}, 'runs of the team are tracked'),
          ray: everyNeed(rayCompute, {}, 'the team computes'),
          models: everyNeed(modelServing, {}, 'the team asks its models'),
        },
        offers: {},
        credentials: {},
        build(chart, { needs: { tracking, ray, models } }) {
          new ApiObject(chart, 'quota', {
            apiVersion: 'v1',
            kind: 'ResourceQuota',
            metadata: { name },
            spec: {
              hard: {
                'requests.cpu': quota.cpu,
                'requests.memory': quota.memory,
                'limits.memory': quota.memory,
                'requests.storage': quota.storage,
                ...Object.fromEntries(gpus.map((resource) => [`requests.${resource}`, String(quota.gpus)])),
                pods: String(quota.pods),
              },
            },
          } satisfies ResourceQuota);
          new ApiObject(chart, 'defaults', {
            apiVersion: 'v1',
            kind: 'LimitRange',
            metadata: { name },
            spec: { limits: [{ type: 'Container', defaultRequest: DEFAULT_REQUEST, default: DEFAULT_LIMIT }] },
          } satisfies LimitRange);
          new ApiObject(chart, 'services', {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'platform' },
            data: {
              KEELSON_ENVIRONMENT: environment.name,
              KEELSON_TEAM: settings.name,
              ...Object.fromEntries(ownFirst(ray).flatMap(rayVariables)),
              ...Object.fromEntries(models.map(({ name: model, url }) => [`MODEL_URL_${variable(model)}`, url])),
              ...(tracking && { MLFLOW_TRACKING_URI: tracking.trackingUri }),
              ...(tracking?.publicUrl !== undefined && { MLFLOW_PUBLIC_URL: tracking.publicUrl }),
            },
          } satisfies ConfigMap);
          const storageClass = environment.cluster.storageClasses.shared;
          if (sharedVolume && storageClass !== undefined) {
            new ApiObject(chart, 'shared-volume', {
              apiVersion: 'v1',
              kind: 'PersistentVolumeClaim',
              metadata: {
                name: SHARED_CLAIM,
                annotations: ASK_BEFORE_REMOVAL,
              },
              spec: {
                accessModes: ['ReadWriteMany'],
                storageClassName: storageClass,
                resources: { requests: { storage: sharedVolume.size } },
              },
            } satisfies PersistentVolumeClaim);
          }
        },
      }),
    ];
  },
});

const ownFirst = (clusters: readonly RayComputeHandle[]): readonly RayComputeHandle[] =>
  [...clusters].sort((a, b) => Number(a.shared) - Number(b.shared));

/** `RAY_ADDRESS` for the first cluster, and an address of its own for each. */
function rayVariables({ cluster, address, dashboardUrl }: RayComputeHandle, index: number): [string, string][] {
  const own: [string, string][] = [
    [`RAY_ADDRESS_${variable(cluster)}`, address],
    [`RAY_DASHBOARD_URL_${variable(cluster)}`, dashboardUrl],
  ];
  return index === 0 ? [['RAY_ADDRESS', address], ...own] : own;
}

const variable = (name: string): string => name.toUpperCase().replaceAll('-', '_');
