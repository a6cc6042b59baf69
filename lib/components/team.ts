import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import type { ConfigMap, LimitRange, ResourceQuota } from '../../imports/k8s.ts';
import { byteQuota, cpuQuantity, parseQuantity, teamName } from '../config/scalars.ts';
import { experimentTracking } from '../contracts/experiment-tracking.ts';
import { optionalNeed } from '../graph/contract.ts';
import { COST_CENTRE, TEAM } from '../platform/labels.ts';
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
        .describe('NVIDIA GPUs that all pods of the team may request together.'),
      pods: z.int().min(1).max(100_000).default(100).describe('Pods the team may have at once.'),
    })
    .describe('What the team may use of the cluster.'),
});

/** A tenant: a namespace with its quota, and the addresses of the platform's services. One for each team file. */
export const teamKind = defineKind({
  name: 'team',
  summary: 'A team and what it may use.',
  settings: teamSettings,
  components: (settings, environment, origin) => {
    const { quota } = settings;
    const name = `team-${settings.name}`;
    return [
      defineComponent({
        name,
        layer: 'teams',
        namespace: environment.namespace(name),
        summary: `Team ${settings.displayName}.`,
        origin,
        pods: {},
        ownsNamespace: true,
        namespaceLabels: { [TEAM]: settings.name, [COST_CENTRE]: settings.costCentre },
        needs: { tracking: optionalNeed(experimentTracking, {}, 'runs of the team are tracked') },
        offers: {},
        credentials: {},
        build(chart, { needs: { tracking } }) {
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
                'requests.nvidia.com/gpu': String(quota.gpus),
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
              ...(tracking && { MLFLOW_TRACKING_URI: tracking.trackingUri }),
              ...(tracking?.publicUrl !== undefined && { MLFLOW_PUBLIC_URL: tracking.publicUrl }),
            },
          } satisfies ConfigMap);
        },
      }),
    ];
  },
});
