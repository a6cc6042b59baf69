import { z } from 'zod';
import { RAY_NAME_LIMITS, RAY_PORTS, RayCluster, rayNames } from '../../constructs/ray/index.ts';
import { rayCompute } from '../../contracts/ray-compute.ts';
import type { Origin } from '../../graph/component.ts';
import { offer } from '../../graph/contract.ts';
import { credential, generated, SecretRef } from '../../graph/credential.ts';
import type { AnyComponent } from '../component.ts';
import { defineComponent, defineKind, defineTeamKind } from '../component.ts';
import { clusterAlertSettings } from './alert-settings.ts';
import {
  bindingsOf,
  clusterAlerts,
  clusterDashboard,
  faultTolerance,
  imagesOf,
  RAY_PEERS,
  rayAmbient,
  rayNeeds,
  rayPods,
  type Site,
  templateOf,
} from './cluster-props.ts';
import { fitProblems, nameProblems, podsOf } from './fit.ts';
import { clusterShape, namedList, rayName } from './settings.ts';

const shape = {
  ...clusterShape,
  alerts: clusterAlertSettings,
  onTemplateChange: z
    .enum(['recreate', 'keep'])
    .default('recreate')
    .describe(
      'What a change of image, resources or environment does to pods that run: replaces them, and what runs on them ends (recreate, the default), or nothing until somebody deletes them (keep).',
    ),
};

const shared = z.strictObject(shape);
type Settings = z.output<typeof shared>;

interface Cluster extends Site {
  /** Of the component, and of the RayCluster. */
  readonly name: string;
  /** As its users say it. */
  readonly shortName: string;
  readonly namespace: string;
  readonly summary: string;
  /** Whether it is for everyone, or for its own namespace. */
  readonly everyone: boolean;
  readonly layer: 'platform' | 'teams';
}

function rayCluster(settings: Settings, cluster: Cluster, origin: Origin): AnyComponent {
  const { name, shortName, namespace, summary, everyone, layer } = cluster;
  const template = templateOf(settings, cluster);
  return defineComponent({
    name,
    layer,
    namespace,
    summary,
    version: template.rayVersion,
    origin,
    needs: { ...rayNeeds(settings), state: faultTolerance(name) },
    offers: {
      compute: offer(rayCompute, {
        service: rayNames.headService(name),
        ports: [RAY_PORTS.client, RAY_PORTS.dashboard, RAY_PORTS.serve],
        serves: (consumer) => everyone || consumer.namespace === namespace,
        shares: 'token',
        handle: ({ endpoint: { host }, secret }) => ({
          cluster: shortName,
          shared: everyone,
          address: `ray://${host}:${RAY_PORTS.client.port}`,
          dashboardUrl: `http://${host}:${RAY_PORTS.dashboard.port}`,
          ...(secret && { token: SecretRef.to(secret, 'auth_token') }),
        }),
      }),
    },
    credentials: {
      token: credential({
        keys: { auth_token: generated(48) },
        why: `who knows it may run programs on the Ray cluster ${shortName}`,
      }),
    },
    peers: RAY_PEERS,
    ...rayPods('RayCluster', name, settings),
    alerts: clusterAlerts(settings, cluster, settings.alerts),
    dashboards: [clusterDashboard(everyone ? shortName : name, settings, cluster, settings.alerts)],
    operators: ['kuberay'],
    demand: { always: podsOf(settings, cluster.environment) },
    images: imagesOf(settings),
    ...rayAmbient(settings),
    build(chart, { needs, credentials: { token } }) {
      new RayCluster(chart, 'cluster', {
        name,
        ...template,
        ...bindingsOf(needs),
        tokenSecret: SecretRef.to(token, 'auth_token'),
        onTemplateChange: settings.onTemplateChange,
      });
    },
  });
}

/** A Ray cluster that all teams share. */
export const rayKind = defineKind({
  name: 'ray',
  summary: 'A Ray cluster that all teams share.',
  settings: shared,
  offers: [rayCompute],
  problems: (settings, environment) => fitProblems(settings, environment, []),
  components: (settings, environment, origin) => [
    rayCluster(
      settings,
      {
        name: 'ray',
        shortName: 'shared',
        namespace: environment.namespace('ray'),
        summary: 'Ray cluster that all teams share.',
        everyone: true,
        layer: 'platform',
        environment,
        sharedVolume: undefined,
      },
      origin,
    ),
  ],
});

/** Ray clusters of a team, for its notebooks and jobs. */
export const rayClustersTeamKind = defineTeamKind({
  name: 'rayClusters',
  summary: 'Ray clusters of the team, which its notebooks and pods may use.',
  settings: namedList(
    z.strictObject({
      name: rayName
        .refine((name) => name !== 'shared', { error: 'is what the cluster of all teams is called; take another name' })
        .describe('Name of the cluster, unique in the team; together with it at most 52 characters.'),
      ...shape,
    }),
    'Ray clusters',
  ),
  *problems(clusters, team) {
    for (const [index, cluster] of clusters.entries()) {
      yield* nameProblems(`${team.name}-${cluster.name}`, RAY_NAME_LIMITS.RayCluster, [index]);
      yield* fitProblems(cluster, team.environment, [index]);
    }
  },
  components: (clusters, team, origin) =>
    clusters.map((cluster, index) =>
      rayCluster(
        cluster,
        {
          name: `${team.name}-${cluster.name}`,
          shortName: cluster.name,
          namespace: team.namespace,
          summary: `Ray cluster ${cluster.name} of team ${team.name}.`,
          everyone: false,
          layer: 'teams',
          environment: team.environment,
          sharedVolume: team.sharedVolume,
        },
        { file: origin.file, path: [...origin.path, index] },
      ),
    ),
});
