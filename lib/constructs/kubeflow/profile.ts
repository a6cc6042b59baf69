import { Construct } from 'constructs';
import type { Subject } from '../../../imports/k8s.ts';
import type { Profile } from '../../../imports/kubeflow.ts';
import { ASK_BEFORE_REMOVAL } from '../../platform/protection.ts';
import { clusterObject } from '../gateway/cluster-object.ts';

/** Annotation by which the profile controller knows whose a namespace is. */
const OWNER = 'owner';

export interface KubeflowProfileProps {
  /** The namespace, of which the Profile has the name. */
  readonly namespace: string;
  /** Who may do everything in it, as the API server knows them. */
  readonly owner: Subject;
  /** `spec.hard` of the ResourceQuota that the controller makes, beside any that is there. Default: none is made. */
  readonly quota?: Readonly<Record<string, string>>;
}

/**
 * What the rest of Kubeflow knows a team by. The namespace is somebody else's, and exists: the controller leaves one
 * alone that carries {@link ownerAnnotation}, puts accounts and bindings into it, and does not take it away with the
 * Profile. One that it had to make itself would go with the Profile, and all that is in it; so a person is asked before
 * that is removed. A KubeflowPodDefault beside it keeps it back until the namespace is there.
 * Source: kubeflow/dashboard v2.0.0, profile_controller.go.
 */
export class KubeflowProfile extends Construct {
  constructor(scope: Construct, id: string, { namespace, owner, quota = {} }: KubeflowProfileProps) {
    super(scope, id);
    clusterObject(this, 'profile', {
      apiVersion: 'kubeflow.org/v1',
      kind: 'Profile',
      metadata: { name: namespace, annotations: { ...ASK_BEFORE_REMOVAL } },
      spec: {
        owner: {
          kind: owner.kind,
          name: owner.name,
          ...(owner.apiGroup !== undefined && { apiGroup: owner.apiGroup }),
        },
        ...(Object.keys(quota).length > 0 && { resourceQuotaSpec: { hard: quota } }),
      },
    } satisfies Profile);
  }
}

/** What the namespace of a Profile carries, so that the controller takes it for the owner's. */
export const ownerAnnotation = ({ name }: Subject): Readonly<Record<string, string>> => ({ [OWNER]: name });
