import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { RayClusterSpec } from '../../../imports/kuberay.ts';
import { leaveTo } from '../owned.ts';
import { annotated, syncWave } from '../workload/argo-cd.ts';
import { podDependencies } from '../workload/index.ts';
import { autoscaledFields, clusterSpec, isAutoscaled } from './cluster-spec.ts';
import type { RayKind } from './names.ts';
import { podIdentity, RAY_USER } from './pods.ts';
import type { RayTemplate } from './props.ts';

export interface RayClusterProps extends RayTemplate {
  /**
   * What happens to running pods when what they are made of changes. `recreate`: all are replaced at once, and what ran
   * on them is lost. `keep`: they stay as they are until somebody deletes them, and git says something else than the
   * cluster does. Numbers of workers are never a reason. Default `recreate`.
   */
  readonly onTemplateChange?: 'recreate' | 'keep';
}

/**
 * A cluster of Ray that stays: for notebooks, for jobs that share it, for programs that bring their own.
 *
 * Its pods are admitted under Pod Security `restricted`, those parts included that KubeRay adds to them. Who may reach
 * which port is not its business: a cluster alone in a namespace without NetworkPolicies has a token, which travels in
 * clear text.
 */
export class RayCluster extends Construct {
  constructor(scope: Construct, id: string, props: RayClusterProps) {
    super(scope, id);
    const spec: RayClusterSpec = {
      ...clusterSpec(props, { kind: 'RayCluster' }),
      upgradeStrategy: { type: props.onTemplateChange === 'keep' ? 'None' : 'Recreate' },
    };
    const cluster = new ApiObject(this, 'cluster', {
      apiVersion: 'ray.io/v1',
      kind: 'RayCluster',
      metadata: annotated(props.name, rayAnnotations(props)),
      spec,
    });
    leaveToAutoscaler(cluster, props, '.spec');
    rayServiceAccount(this, 'RayCluster', props);
  }
}

/**
 * Seconds for which KubeRay tries to remove what a cluster has left in its cache, before it lets the cluster go without:
 * one whose cache is gone would otherwise be there, and count against quotas, for good. It is KubeRay's own default,
 * written out so that it stays what it is.
 */
export const GCS_DELETION_TIMEOUT = 300;

/** Annotations that all three kinds have. KubeRay hands those of RayServices and RayJobs to the clusters it makes. */
export const rayAnnotations = ({ wave, gcsFaultTolerance }: RayTemplate) => ({
  ...syncWave(wave ?? (gcsFaultTolerance ? 1 : undefined)),
  ...(gcsFaultTolerance && { 'ray.io/gcs-ft-deletion-timeout': String(GCS_DELETION_TIMEOUT) }),
});

export function leaveToAutoscaler(object: ApiObject, props: RayTemplate, path: string): void {
  if (!isAutoscaled(props)) return;
  for (const field of autoscaledFields(path)) leaveTo(object, field, 'the autoscaler of Ray');
}

/** The pods' own account. The autoscaler's rights are bound to it by KubeRay. */
export function rayServiceAccount(
  scope: Construct,
  kind: RayKind,
  props: Pick<RayTemplate, 'name' | 'podLabels' | 'serviceAccount' | 'serviceAccountAnnotations' | 'bucket'>,
): void {
  podDependencies(scope, podIdentity(kind, props, 'ray').identity, RAY_USER);
}
