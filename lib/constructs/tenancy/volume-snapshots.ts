import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Role, RoleBinding } from '../../../imports/k8s.ts';
import { type Resources, ScheduledTask } from '../workload/index.ts';
import {
  SNAPSHOTS_DIRECTORY,
  SNAPSHOTS_SCRIPT,
  SNAPSHOTS_SCRIPT_FILE,
  SNAPSHOTS_TASK_FILE,
  type SnapshotsTask,
} from './take-snapshots.ts';

export interface VolumeSnapshotsProps {
  /** Of the CronJob, its ServiceAccount and its role; at most 52 characters. */
  readonly name: string;
  /** With Python 3.8 or newer: nothing else is used of it. */
  readonly image: string;
  /** Namespace of the volumes, where the snapshots are made. */
  readonly of: string;
  /** Namespace that the pod runs in, the chart's: another one, so that who may run pods beside the volumes cannot be it. */
  readonly namespace: string;
  readonly volumes: readonly [
    {
      /** Labels that the claims carry. */
      readonly labels: Readonly<Record<string, string>>;
      /** VolumeSnapshotClass for them, of the driver that made them. */
      readonly snapshotClass: string;
    },
    ...{ readonly labels: Readonly<Record<string, string>>; readonly snapshotClass: string }[],
  ];
  /** Five cron fields. */
  readonly schedule: string;
  /** IANA name. Default `Etc/UTC`. */
  readonly timeZone?: string;
  /** Seconds after which a snapshot is removed. The last good one of a volume stays as long as the volume does. */
  readonly keepSeconds: number;
  /** Of pods and snapshots. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Of the pod that makes snapshots. */
export const SNAPSHOTS_RESOURCES: Resources = { cpu: '10m', memory: '64Mi' };

/**
 * Snapshots of volumes by the clock, and the removal of those that are old: a CronJob. The driver of the volumes has to be able to make
 * snapshots, and the snapshot controller to run in the cluster.
 *
 * Its pod may list the volumes, and make, list and remove snapshots, in the one namespace; it never sees what is in them.
 */
export class VolumeSnapshots extends Construct {
  constructor(scope: Construct, id: string, props: VolumeSnapshotsProps) {
    super(scope, id);
    const { name, of: target, namespace, labels = {} } = props;
    const task: SnapshotsTask = {
      namespace: target,
      schedule: name,
      labels,
      keep: props.keepSeconds,
      volumes: props.volumes.map(({ labels: carried, snapshotClass }) => ({
        selector: Object.entries(carried)
          .map(([key, value]) => `${key}=${value}`)
          .join(','),
        snapshotClass,
      })),
    };
    new ScheduledTask(this, 'schedule', {
      name,
      role: 'snapshots',
      user: 65532,
      group: 65532,
      podLabels: labels,
      kubernetesApi: true,
      schedule: props.schedule,
      ...(props.timeZone !== undefined && { timeZone: props.timeZone }),
      // The script waits an hour for the slowest; with its tries it must have ended before the next day.
      deadlineSeconds: 4 * 3600,
      config: [
        {
          name,
          path: SNAPSHOTS_DIRECTORY,
          files: {
            [SNAPSHOTS_SCRIPT_FILE]: SNAPSHOTS_SCRIPT,
            [SNAPSHOTS_TASK_FILE]: `${JSON.stringify(task, null, 2)}\n`,
          },
        },
      ],
      containers: [
        {
          name: 'take',
          image: props.image,
          command: [
            'python3',
            `${SNAPSHOTS_DIRECTORY}/${SNAPSHOTS_SCRIPT_FILE}`,
            `${SNAPSHOTS_DIRECTORY}/${SNAPSHOTS_TASK_FILE}`,
          ],
          env: { JOB_NAME: { podField: "metadata.labels['batch.kubernetes.io/job-name']" } },
          resources: SNAPSHOTS_RESOURCES,
        },
      ],
    });
    new ApiObject(this, 'role', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name, namespace: target },
      rules: [
        { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['list'] },
        {
          apiGroups: ['snapshot.storage.k8s.io'],
          resources: ['volumesnapshots'],
          verbs: ['create', 'list', 'delete'],
        },
      ],
    } satisfies Role);
    new ApiObject(this, 'binding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, namespace: target },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    } satisfies RoleBinding);
  }
}
