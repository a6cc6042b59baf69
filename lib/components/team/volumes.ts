import type { EnvironmentContext } from '../../config/context.ts';
import type { DatasetSource } from '../../constructs/tenancy/index.ts';
import { type Dataset, HOME_LABELS } from '../../contracts/team-workspace.ts';
import { snapshotDefaults, type TeamSettings } from './settings.ts';

/** Where the team's volume appears in its pods. */
export const SHARED_PATH = '/mnt/shared';
export const SHARED_CLAIM = 'shared';
const DATASETS_PATH = '/mnt/datasets';

/** By which the snapshots find the shared volume. */
export const SHARED_LABELS = { 'keelson.dev/volume': 'shared' } as const;

/** Datasets as pods mount them. */
export const datasetsOf = ({ datasets }: TeamSettings): readonly Dataset[] =>
  datasets.map(({ name, claim }) => ({ name, claim: claim ?? claimOf(name), path: `${DATASETS_PATH}/${name}` }));

/** Those whose volume and claim are made here. */
export const madeDatasets = ({ datasets }: TeamSettings): { claim: string; source: DatasetSource }[] =>
  datasets.flatMap(({ name, nfs, csi }): { claim: string; source: DatasetSource }[] => {
    if (nfs) return [{ claim: claimOf(name), source: { nfs } }];
    if (!csi) return [];
    const { attributes, ...rest } = csi;
    return [{ claim: claimOf(name), source: { csi: { ...rest, ...(attributes && { attributes }) } } }];
  });

const claimOf = (name: string): string => `dataset-${name}`;

interface SnapshotVolumes {
  /** In words: `homes`. */
  readonly what: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly snapshotClass: string;
}

/** Volumes of the team that the cluster can make snapshots of. */
export function snapshotVolumes(
  { sharedVolume }: TeamSettings,
  { cluster: { volumeSnapshotClasses: classes } }: EnvironmentContext,
): readonly SnapshotVolumes[] {
  return [
    ...(sharedVolume && classes.shared !== undefined
      ? [{ what: 'shared volume', labels: SHARED_LABELS, snapshotClass: classes.shared }]
      : []),
    ...(classes.block !== undefined ? [{ what: 'homes', labels: HOME_LABELS, snapshotClass: classes.block }] : []),
  ];
}

/** When, and for how long; undefined where the team wants none. */
export const snapshotSchedule = ({ snapshots }: TeamSettings) =>
  snapshots === 'none' ? undefined : (snapshots ?? snapshotDefaults);
