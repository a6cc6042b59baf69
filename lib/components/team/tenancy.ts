import type { EnvironmentContext } from '../../config/context.ts';
import { parseQuantity } from '../../config/scalars.ts';
import type { TenancyProps } from '../../constructs/tenancy/index.ts';
import type { ObjectStoreHandle } from '../../contracts/object-store.ts';
import { COST_CENTRE, TEAM } from '../../platform/labels.ts';
import { deviceQuota } from './gpus.ts';
import type { TeamSettings } from './settings.ts';
import { madeDatasets, SHARED_CLAIM, SHARED_LABELS, snapshotSchedule, snapshotVolumes } from './volumes.ts';

/** ServiceAccount of the team's pods, with which a cloud knows them. */
export const TEAM_ACCOUNT = 'team';

/** Why a shared volume has no snapshots. */
const WITHOUT_SNAPSHOTS = 'keelson.dev/no-snapshots';

/** By whom a thing is paid for. */
export const billing = ({ name, costCentre }: TeamSettings): Readonly<Record<string, string>> => ({
  [TEAM]: name,
  [COST_CENTRE]: costCentre,
});

/** What the construct is given. */
export function tenancyProps(
  settings: TeamSettings,
  environment: EnvironmentContext,
  bucket: ObjectStoreHandle | undefined,
): TenancyProps {
  const { quota, sharedVolume } = settings;
  const { cluster } = environment;
  const storageClass = cluster.storageClasses.shared;
  const { gpus, ...counted } = quota;
  const name = `team-${settings.name}`;
  return {
    name,
    namespace: environment.namespace(name),
    quota: { ...counted, devices: deviceQuota(gpus, environment) },
    largestPod: { memory: largestMemory(environment) },
    labels: billing(settings),
    ...(sharedVolume &&
      storageClass !== undefined && {
        sharedVolume: {
          claim: SHARED_CLAIM,
          size: sharedVolume.size,
          storageClass,
          labels: SHARED_LABELS,
          ...snapshotNote(settings, environment),
        },
      }),
    datasets: madeDatasets(settings),
    serviceAccount: {
      name: TEAM_ACCOUNT,
      ...(bucket?.auth.kind === 'workload-identity' && { annotations: bucket.auth.serviceAccountAnnotations }),
    },
  };
}

/** What the biggest node of the cluster offers. */
function largestMemory({ cluster }: EnvironmentContext): string {
  const [largest] = cluster.nodePools.map(({ memory }) => memory).sort((a, b) => parseQuantity(b) - parseQuantity(a));
  // The schema wants a pool.
  return largest ?? '1Gi';
}

/** Said where people look when they have lost something. */
function snapshotNote(settings: TeamSettings, environment: EnvironmentContext) {
  if (snapshotSchedule(settings) === undefined) return { annotations: { [WITHOUT_SNAPSHOTS]: 'the team wants none' } };
  if (snapshotVolumes(settings, environment).some(({ labels }) => labels === SHARED_LABELS)) return {};
  const reason = 'the cluster names no VolumeSnapshotClass for shared volumes';
  return { annotations: { [WITHOUT_SNAPSHOTS]: reason } };
}
