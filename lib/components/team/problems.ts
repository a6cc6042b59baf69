import type { EnvironmentContext } from '../../config/context.ts';
import { parseQuantity } from '../../config/scalars.ts';
import type { KindProblem } from '../component.ts';
import { modelProblems, totalOf } from './gpus.ts';
import type { TeamSettings } from './settings.ts';
import { SHARED_CLAIM, snapshotVolumes } from './volumes.ts';

/** What of a team does not go together with the cluster, or with itself. */
export function* teamProblems(settings: TeamSettings, environment: EnvironmentContext): Generator<KindProblem> {
  const { quota, sharedVolume, perUser, datasets } = settings;
  const { cluster } = environment;
  yield* modelProblems(quota.gpus, environment);
  if (sharedVolume && cluster.storageClasses.shared === undefined) {
    const message =
      'needs a storage class for volumes that many pods write, and the cluster has none; name one in cluster.storageClasses.shared, or leave the volume out';
    yield { path: ['sharedVolume'], message };
  }
  if (sharedVolume && parseQuantity(sharedVolume.size) > parseQuantity(quota.storage)) {
    const message = `${sharedVolume.size} is more than the ${quota.storage} of storage that all volumes of the team may have together; raise quota.storage, or make the volume smaller`;
    yield { path: ['sharedVolume', 'size'], message };
  }
  const all = totalOf(quota.gpus);
  if (perUser.gpus !== undefined && perUser.gpus > all) {
    const message = `${perUser.gpus} GPUs for one user are more than the whole team has, which is ${all}; lower it, or raise quota.gpus`;
    yield { path: ['perUser', 'gpus'], message };
  }
  if (perUser.notebooks !== undefined && perUser.notebooks > quota.pods) {
    const message = `${perUser.notebooks} notebooks of one user are more than the ${quota.pods} pods of the whole team; lower it, or raise quota.pods`;
    yield { path: ['perUser', 'notebooks'], message };
  }
  for (const [index, { claim }] of datasets.entries()) {
    if (claim !== SHARED_CLAIM) continue;
    const message = `"${SHARED_CLAIM}" is the volume that the whole team writes; name the claim of another one`;
    yield { path: ['datasets', index, 'claim'], message };
  }
  yield* snapshotProblems(settings, environment);
}

/** Snapshots that are asked for and that nothing can make. Those that are the default are made where they can be. */
function* snapshotProblems(settings: TeamSettings, environment: EnvironmentContext): Generator<KindProblem> {
  const { snapshots } = settings;
  if (snapshots === undefined || snapshots === 'none' || snapshotVolumes(settings, environment).length > 0) return;
  const { provider } = environment.cluster;
  const efs = provider === 'eks' ? '; Amazon EFS cannot make any, so have AWS Backup back it up' : '';
  const message = `no volume of the team can have snapshots: the cluster names no VolumeSnapshotClass for homes (cluster.volumeSnapshotClasses.block), nor for a shared volume that the team has (cluster.volumeSnapshotClasses.shared); name one, or leave snapshots out${efs}`;
  yield { path: ['snapshots'], message };
}
