import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { LimitRange, PersistentVolumeClaim, ResourceQuota, ServiceAccount } from '../../../imports/k8s.ts';
import { ASK_BEFORE_REMOVAL } from '../../platform/protection.ts';
import { type DatasetSource, datasetVolume } from './datasets.ts';
import { hardLimits, limitRange, type TenantQuota } from './quota.ts';
import { TenantAccess, type TenantAccessProps } from './tenant-access.ts';

export interface TenancyProps {
  /** Of ResourceQuota and LimitRange. */
  readonly name: string;
  /** Namespace that it is about, which exists. */
  readonly namespace: string;
  readonly quota: TenantQuota;
  /** More than this no node has. Default: pods of any size are taken, and may wait for ever. */
  readonly largestPod?: { readonly memory: string };
  /** Who may do what. Those who are in several have the greatest. Default: nobody anything. */
  readonly access?: TenantAccessProps;
  /** Of what the tenant is billed for: its volumes. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A volume that many pods write at once. Default: none. */
  readonly sharedVolume?: {
    /** Name of the PersistentVolumeClaim. */
    readonly claim: string;
    readonly size: string;
    /** A class whose volumes can be mounted by many nodes (`ReadWriteMany`). */
    readonly storageClass: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /** Data that exists outside of the cluster, to be read. Default: none. */
  readonly datasets?: readonly { readonly claim: string; readonly source: DatasetSource }[];
  /** Who the tenant's pods are to a cloud. No right in the cluster goes with it, and no token. Default: none. */
  readonly serviceAccount?: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

/**
 * What makes a namespace the place of one tenant: a quota, limits, roles bound to people, a shared volume, data to read,
 * an identity. The namespace itself, with its labels and policies, is somebody else's.
 *
 * Nothing in it gives a right outside of the namespace, or the right to widen it.
 */
export class Tenancy extends Construct {
  constructor(scope: Construct, id: string, props: TenancyProps) {
    super(scope, id);
    const { name, quota, largestPod, access = {}, sharedVolume, datasets = [], serviceAccount } = props;
    new ApiObject(this, 'quota', {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name },
      spec: { hard: hardLimits(quota) },
    } satisfies ResourceQuota);
    new ApiObject(this, 'limits', {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name },
      spec: limitRange(largestPod),
    } satisfies LimitRange);
    new TenantAccess(this, 'access', access);
    if (serviceAccount) {
      const { annotations = {} } = serviceAccount;
      new ApiObject(this, 'service-account', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: serviceAccount.name, ...(Object.keys(annotations).length > 0 && { annotations }) },
        automountServiceAccountToken: false,
      } satisfies ServiceAccount);
    }
    if (sharedVolume) this.#sharedVolume(sharedVolume, props.labels ?? {});
    for (const { claim, source } of datasets) {
      datasetVolume(this, { volume: `${props.namespace}-${claim}`, claim, namespace: props.namespace, source });
    }
  }

  #sharedVolume(
    { claim, size, storageClass, labels, annotations }: NonNullable<TenancyProps['sharedVolume']>,
    ofTenant: Readonly<Record<string, string>>,
  ): void {
    const all = { ...ofTenant, ...labels };
    new ApiObject(this, 'shared-volume', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: claim,
        ...(Object.keys(all).length > 0 && { labels: all }),
        annotations: { ...ASK_BEFORE_REMOVAL, ...annotations },
      },
      spec: {
        accessModes: ['ReadWriteMany'],
        storageClassName: storageClass,
        resources: { requests: { storage: size } },
      },
    } satisfies PersistentVolumeClaim);
  }
}
