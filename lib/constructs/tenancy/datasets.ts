import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../imports/k8s.ts';
import { ASK_BEFORE_REMOVAL } from '../../platform/protection.ts';
import { clusterObject } from '../gateway/cluster-object.ts';

/** Where the data of a read-only volume is. */
export type DatasetSource =
  | { readonly nfs: { readonly server: string; readonly path: string } }
  | {
      readonly csi: {
        /** Name of the driver: `efs.csi.aws.com`. */
        readonly driver: string;
        /** As the driver names it: `fs-0123456789abcdef0`. */
        readonly volumeHandle: string;
        readonly attributes?: Readonly<Record<string, string>>;
      };
    };

export interface DatasetVolumeProps {
  /** Of the PersistentVolume, unique in the cluster. */
  readonly volume: string;
  /** Of the claim. */
  readonly claim: string;
  readonly namespace: string;
  readonly source: DatasetSource;
}

/** Says nothing where nothing is provisioned, and Kubernetes still wants a number. */
const SIZE = '1Gi';

/**
 * A volume with data that exists, and the one claim that may have it. It can only be read: the claim mounts nothing for
 * writing, and the nodes mount it read-only. Removing both leaves the data (`Retain`).
 */
export function datasetVolume(scope: Construct, { volume, claim, namespace, source }: DatasetVolumeProps): void {
  const spec = { accessModes: ['ReadOnlyMany'], volumeMode: 'Filesystem' };
  clusterObject(scope, `dataset-${claim}-volume`, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volume, annotations: ASK_BEFORE_REMOVAL },
    spec: {
      ...spec,
      capacity: { storage: SIZE },
      persistentVolumeReclaimPolicy: 'Retain',
      // Of nobody else: without it, any claim of the cluster that fits could take the volume.
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claim, namespace },
      mountOptions: ['ro'],
      ...('nfs' in source
        ? { nfs: { ...source.nfs, readOnly: true } }
        : {
            csi: {
              driver: source.csi.driver,
              volumeHandle: source.csi.volumeHandle,
              readOnly: true,
              ...(source.csi.attributes && { volumeAttributes: { ...source.csi.attributes } }),
            },
          }),
    },
  } satisfies PersistentVolume);
  new ApiObject(scope, `dataset-${claim}-claim`, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: claim, annotations: ASK_BEFORE_REMOVAL },
    // Of no class: without saying so it would be of the default one, which the volume is not.
    spec: { ...spec, storageClassName: '', resources: { requests: { storage: SIZE } }, volumeName: volume },
  } satisfies PersistentVolumeClaim);
}
