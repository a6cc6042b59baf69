import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Role, RoleBinding, ServiceAccount } from '../../../imports/k8s.ts';
import { type Resources, ScheduledTask } from '../workload/index.ts';
import { type OwnClusterJobProps, rayJobLabels, rayJobSpec, type SharedClusterJobProps } from './job-spec.ts';
import { RAY_NAME_LIMITS } from './names.ts';
import { podIdentity, RAY_USER } from './pods.ts';
import { rayServiceAccount } from './ray-cluster.ts';
import { RAY_JOB_DIRECTORY, RAY_JOB_FAILED, RAY_JOB_FILE, RUN_SCRIPT, RUN_SCRIPT_FILE } from './run-ray-job.ts';

interface Schedule {
  /** Five cron fields. */
  readonly schedule: string;
  /** IANA name. Default `Etc/UTC`. */
  readonly timeZone?: string;
}

/**
 * `activeDeadlineSeconds`: default a day, unlike that of a RayJob without a schedule. A run that never ends would hold
 * back all others.
 */
export type ScheduledRayJobProps = (Omit<OwnClusterJobProps, 'wave'> | Omit<SharedClusterJobProps, 'wave'>) & Schedule;

/** What a CronJob appends to the name of a Job: a dash and minutes since 1970, eight digits until the year 2160. */
const SUFFIX = 9;

/** Most characters in the name of a scheduled job. */
export const SCHEDULED_RAY_JOB_NAME_LIMIT = RAY_NAME_LIMITS.RayJob - SUFFIX;

/** Of the pod that makes RayJobs by the clock. */
export const SCHEDULE_RUNNER_RESOURCES: Resources = { cpu: '10m', memory: '64Mi' };

const DAY = 24 * 60 * 60;
/** Seconds in which KubeRay removes the cluster of a try. */
const SLACK = 600;

/** Seconds after which a run has certainly gone wrong, whatever KubeRay does about it. */
function longestRun(props: ScheduledRayJobProps): number {
  const own = props.cluster === undefined;
  const tries = own ? (props.backoffLimit ?? 0) + 1 : 1;
  const each = (props.activeDeadlineSeconds ?? DAY) + (props.preRunningDeadlineSeconds ?? 0) + SLACK;
  // Nobody knows how long a queue is.
  const queued = own && props.queue !== undefined ? DAY : 0;
  return tries * each + queued;
}

/**
 * A RayJob by the clock: a CronJob whose pod makes a RayJob and stays until that has ended.
 *
 * It stays so that the CronJob knows: a run that lasts too long holds back the next one (`Forbid`), a RayJob that fails
 * is a Job that fails, and the last three that failed are kept with the one that last succeeded, and removed with it.
 * A run ends: when its RayJob has neither succeeded nor failed after `activeDeadlineSeconds` and
 * `preRunningDeadlineSeconds` of every try, and a day more for a queue, the pod deletes it, and the run has failed.
 * Without the former a try may take a day.
 *
 * The pod costs next to nothing and may make, read and delete RayJobs, no more. `kubectl create job --from=cronjob/<name> <run>`
 * runs it now; deleting a Job stops its RayJob.
 *
 * KubeRay's RayCronJob does not do: it is behind a feature gate, in alpha.
 */
export class ScheduledRayJob extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledRayJobProps) {
    super(scope, id);
    const runner = `${props.name}-schedule`;
    const { identity, podLabels } = podIdentity(
      'RayJob',
      { name: props.name, ...(props.podLabels && { podLabels: props.podLabels }) },
      'schedule',
    );
    const labels = { ...podLabels, ...rayJobLabels(props) };
    const job = {
      apiVersion: 'ray.io/v1',
      kind: 'RayJob',
      metadata: { ...(Object.keys(labels).length > 0 && { labels }) },
      spec: rayJobSpec(props, SUFFIX),
    };
    new ScheduledTask(this, 'schedule', {
      ...identity,
      ...RAY_USER,
      serviceAccount: runner,
      podLabels,
      kubernetesApi: true,
      schedule: props.schedule,
      ...(props.timeZone !== undefined && { timeZone: props.timeZone }),
      finalExitCodes: [RAY_JOB_FAILED],
      // For pods that cannot even start. Those that can are given the time to end the RayJob first.
      deadlineSeconds: longestRun(props) + SLACK,
      config: [
        {
          name: runner,
          path: RAY_JOB_DIRECTORY,
          files: { [RUN_SCRIPT_FILE]: RUN_SCRIPT, [RAY_JOB_FILE]: `${JSON.stringify(job, null, 2)}\n` },
        },
      ],
      containers: [
        {
          name: 'run',
          image: props.image,
          command: ['python', `${RAY_JOB_DIRECTORY}/${RUN_SCRIPT_FILE}`, `${RAY_JOB_DIRECTORY}/${RAY_JOB_FILE}`],
          env: {
            JOB_NAME: { podField: "metadata.labels['batch.kubernetes.io/job-name']" },
            JOB_UID: { podField: "metadata.labels['batch.kubernetes.io/controller-uid']" },
            DEADLINE_SECONDS: String(longestRun(props)),
            NVIDIA_VISIBLE_DEVICES: 'void',
          },
          resources: SCHEDULE_RUNNER_RESOURCES,
        },
      ],
    });
    this.#rights(runner);
    rayServiceAccount(this, 'RayJob', props);
  }

  #rights(name: string): void {
    new ApiObject(this, 'schedule-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name },
      automountServiceAccountToken: false,
    } satisfies ServiceAccount);
    new ApiObject(this, 'schedule-role', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name },
      rules: [{ apiGroups: ['ray.io'], resources: ['rayjobs'], verbs: ['create', 'get', 'delete'] }],
    } satisfies Role);
    new ApiObject(this, 'schedule-binding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name }],
    } satisfies RoleBinding);
  }
}
