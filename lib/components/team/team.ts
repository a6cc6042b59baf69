import { ApiObject } from 'cdk8s';
import type { ConfigMap } from '../../../imports/k8s.ts';
import type { EnvironmentContext } from '../../config/context.ts';
import { parseQuantity } from '../../config/scalars.ts';
import { workspaceAlerts } from '../../constructs/notebooks/index.ts';
import { hardLimits, Tenancy } from '../../constructs/tenancy/index.ts';
import { experimentTracking } from '../../contracts/experiment-tracking.ts';
import { modelServing } from '../../contracts/model-serving.ts';
import { notebookHub } from '../../contracts/notebook-hub.ts';
import { type ObjectStoreHandle, objectStore } from '../../contracts/object-store.ts';
import { rayCompute } from '../../contracts/ray-compute.ts';
import { NOTEBOOK_PORT, teamWorkspace, WORKSPACE_SECRETS_KEY } from '../../contracts/team-workspace.ts';
import type { Origin } from '../../graph/component.ts';
import { everyNeed, need, offer, optionalNeed } from '../../graph/contract.ts';
import type { AnyComponent, TeamContext } from '../component.ts';
import { defineComponent, defineKind } from '../component.ts';
import { accessComponents, asKnown } from './access.ts';
import { deviceQuota, modelQuota } from './gpus.ts';
import { teamProblems } from './problems.ts';
import { type TeamSettings, teamSettings } from './settings.ts';
import { snapshotComponents } from './snapshots.ts';
import { billing, tenancyProps } from './tenancy.ts';
import { variablesOf } from './variables.ts';
import { datasetsOf, SHARED_CLAIM, SHARED_PATH } from './volumes.ts';
import { workspaceOf } from './workspace.ts';

/** ConfigMaps with what programs of the team find in their environment, and where the rest of it is. */
const VARIABLES = 'platform';
const SECRETS = 'platform-secrets';

/** What the rest of a team's file is made with. */
export function teamContext(settings: TeamSettings, environment: EnvironmentContext): TeamContext {
  const { name, sharedVolume, quota, members } = settings;
  const { gpus, ...counted } = quota;
  return {
    name,
    namespace: environment.namespace(`team-${name}`),
    environment,
    sharedVolume: sharedVolume && { claim: SHARED_CLAIM, path: SHARED_PATH },
    datasets: datasetsOf(settings).map((one, index) => ({
      ...one,
      present: settings.datasets[index]?.claim !== undefined,
    })),
    admins: asKnown(members.admins, environment),
    hardLimits: hardLimits({ ...counted, devices: deviceQuota(gpus, environment) }),
  };
}

/** A tenant: a namespace with its quota, who may do what in it, its volumes, and the addresses of the platform's services. */
function team(settings: TeamSettings, environment: EnvironmentContext, origin: Origin): AnyComponent {
  const { quota, podSecurity, notebookImages } = settings;
  const name = `team-${settings.name}`;
  const namespace = environment.namespace(name);
  return defineComponent({
    name,
    layer: 'teams',
    namespace,
    summary: `Team ${settings.displayName}.`,
    origin,
    podsMadeBy: 'people of the team',
    ownsNamespace: true,
    namespaceLabels: billing(settings),
    ...(podSecurity && { podSecurity }),
    quota: {
      cpu: parseQuantity(quota.cpu),
      memory: parseQuantity(quota.memory),
      pods: quota.pods,
      ...deviceQuota(quota.gpus, environment),
      ...modelQuota(quota.gpus, environment),
    },
    images: notebookImages.map(({ reference }) => reference),
    alerts: workspaceAlerts({ namespace }),
    needs: {
      tracking: optionalNeed(experimentTracking, {}, 'runs of the team are tracked'),
      ray: everyNeed(rayCompute, {}, 'the team computes'),
      models: everyNeed(modelServing, {}, 'the team asks its models'),
      hub: optionalNeed(notebookHub, {}, 'notebooks ask the hub who may come in, and tell it when they were last used'),
      ...(settings.bucket && { bucket: need(objectStore, { bucket: name }, 'the team keeps its data') }),
    },
    offers: {
      workspace: offer(teamWorkspace, {
        ports: [NOTEBOOK_PORT],
        refuse: ({ least }) => tooSmall(quota, least),
        handle: () => workspaceOf(settings, { environment, name, namespace, variables: VARIABLES, secrets: SECRETS }),
      }),
    },
    credentials: {},
    build(chart, { needs }) {
      const { tracking, ray, models } = needs;
      const bucket: ObjectStoreHandle | undefined = needs.bucket;
      new Tenancy(chart, 'tenancy', tenancyProps(settings, environment, bucket));
      const variables = variablesOf({ tracking, ray, models, ...(bucket && { bucket }) });
      new ApiObject(chart, 'services', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: VARIABLES },
        data: { KEELSON_ENVIRONMENT: environment.name, KEELSON_TEAM: settings.name, ...variables.plain },
      } satisfies ConfigMap);
      new ApiObject(chart, 'secrets', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: SECRETS },
        data: { [WORKSPACE_SECRETS_KEY]: `${JSON.stringify(variables.secret, null, 2)}\n` },
      } satisfies ConfigMap);
    },
  });
}

/** Why not even the smallest notebook fits the quota. */
function tooSmall(
  quota: { readonly cpu: string; readonly memory: string },
  least: { readonly cpu: string; readonly memory: string },
): string | undefined {
  const short = (['cpu', 'memory'] as const).filter((what) => parseQuantity(quota[what]) < parseQuantity(least[what]));
  return short.length === 0
    ? undefined
    : `the quota is less than the smallest notebook takes: ${short.map((what) => `${quota[what]} of ${least[what]} ${what === 'cpu' ? 'CPU' : what}`).join(' and ')}; raise it, or add a smaller size to notebooks`;
}

/** A team, and what it may use. One for each team file. */
export const teamKind = defineKind({
  name: 'team',
  summary: 'A team and what it may use.',
  settings: teamSettings,
  offers: [teamWorkspace],
  problems: teamProblems,
  components: (settings, environment, origin) => [
    team(settings, environment, origin),
    ...accessComponents(settings, environment, origin),
    ...snapshotComponents(settings, environment, origin),
  ],
});
