import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { CronJob, Job, JobSpec } from '../../../imports/k8s.ts';
import { annotated, syncWave } from './argo-cd.ts';
import { checksum } from './checksum.ts';
import { podDependencies, podTemplate } from './pod.ts';
import type { ContainerProps, Identity, PodProps } from './props.ts';

export interface TaskProps extends Identity, PodProps {
  readonly containers: readonly [ContainerProps, ...ContainerProps[]];
  /** How often a failed pod is tried again; the wait between tries doubles up to six minutes. Default 20, about an hour and a half. */
  readonly retries?: number;
  /** Seconds after which the task has failed, retries included. Default: no limit. */
  readonly deadlineSeconds?: number;
  /** Exit codes by which a program says that another try would end the same. Default: none. */
  readonly finalExitCodes?: readonly number[];
  /** Argo CD sync wave: later waves start when the task has succeeded. Default: none, that is wave 0. */
  readonly wave?: number;
}

/**
 * A program that runs once for every change of what it does: a Job.
 *
 * A Job cannot be changed, so its name ends in a digest of its content. A change gives a new Job, which Argo CD runs,
 * and the old one is pruned. The program has to be safe to run again.
 *
 * Why not an Argo CD hook: hooks are not compared with the cluster, so a change to one alone would never be synced.
 * Why not `Force=true,Replace=true` under a fixed name: a server-side diff of an immutable field is an error, and the
 * application stays in "Unknown". Why no `ttlSecondsAfterFinished`: self-heal would start the Job again each time
 * Kubernetes had removed it.
 */
export class Task extends Construct {
  constructor(scope: Construct, id: string, props: TaskProps) {
    super(scope, id);
    podDependencies(this, props, props);
    const spec = jobSpec(props, props.retries ?? 20);
    const name = `${props.name}-${checksum(spec)}`;
    if (name.length > 63)
      throw new Error(`${props.name}: name of a task is ${props.name.length} characters long; at most 52 fit`);
    new ApiObject(this, 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: annotated(name, syncWave(props.wave)),
      spec,
    } satisfies Job);
  }
}

export interface ScheduledTaskProps extends Omit<TaskProps, 'wave'> {
  /** Five cron fields. */
  readonly schedule: string;
  /** IANA name. Default `Etc/UTC`. */
  readonly timeZone?: string;
}

/** A program that runs by the clock, never twice at a time: a CronJob. Three failed and one successful run are kept to look at. */
export class ScheduledTask extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledTaskProps) {
    super(scope, id);
    if (props.name.length > 52)
      throw new Error(
        `${props.name}: name of a scheduled task is ${props.name.length} characters long; at most 52 fit`,
      );
    podDependencies(this, props, props);
    new ApiObject(this, 'cron-job', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: props.name },
      spec: {
        schedule: props.schedule,
        timeZone: props.timeZone ?? 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        // Without it, a controller that was down through 100 starts never starts the task again.
        startingDeadlineSeconds: 600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: { spec: jobSpec(props, props.retries ?? 3) },
      },
    } satisfies CronJob);
  }
}

function jobSpec(props: TaskProps | ScheduledTaskProps, retries: number): JobSpec {
  return {
    backoffLimit: retries,
    ...(props.deadlineSeconds !== undefined && { activeDeadlineSeconds: props.deadlineSeconds }),
    // A pod that lost its node did not fail.
    podFailurePolicy: {
      rules: [
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ...(props.finalExitCodes
          ? [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [...props.finalExitCodes] } } as const]
          : []),
      ],
    },
    template: podTemplate(props, props, { containers: props.containers, restartPolicy: 'Never' }),
  };
}
