import { z } from 'zod';
import { cron, duration, durationSeconds, kubernetesName, parseQuantity } from '../../config/scalars.ts';
import {
  entrypointProblem,
  envVarsProblem,
  RAY_NAME_LIMITS,
  RayJob,
  runtimeEnvProblem,
  SCHEDULE_RUNNER_RESOURCES,
  SCHEDULED_RAY_JOB_NAME_LIMIT,
  ScheduledRayJob,
  SUBMITTER_RESOURCES,
} from '../../constructs/ray/index.ts';
import type { Origin } from '../../graph/component.ts';
import type { PodDemand } from '../../graph/demand.ts';
import type { AnyComponent, KindProblem, TeamContext } from '../component.ts';
import { defineComponent, defineTeamKind } from '../component.ts';
import { bindingsOf, imagesOf, RAY_PEERS, rayAmbient, rayNeeds, rayPods, templateOf } from './cluster-props.ts';
import { fitProblems, nameProblems, podsOf } from './fit.ts';
import { clusterShape, namedList, rayName, runtimeEnv } from './settings.ts';

const wholeSeconds = (description: string) =>
  duration
    .refine((text) => durationSeconds(text) >= 1 && Number.isInteger(durationSeconds(text)), {
      error: 'is not a number of whole seconds; write it like 90s or 2h',
    })
    .describe(description);

const job = z
  .strictObject({
    name: rayName.describe('Name of the job, unique in the team. A job runs once under its name.'),
    entrypoint: z
      .string()
      .regex(/\S/, { error: 'is empty; write the command that Ray runs' })
      .describe('Command that Ray runs, without operators of a shell: python train.py --epochs 10.'),
    runtimeEnv: runtimeEnv(envVarsProblem).optional(),
    ...clusterShape,
    submission: z
      .enum(['pod', 'operator'])
      .default('pod')
      .describe('Who hands the job to its cluster: a pod, which shows its log (pod, the default), or the operator.'),
    keepFor: duration.default('0s').describe('How long the cluster stays after the job, to look at. Default 0s.'),
    retries: z.int().min(0).max(100).default(0).describe('How often a failed job is tried again. Default 0.'),
    deadline: wholeSeconds(
      'How long the job may take. Default: as long as it takes; 24h a try with a schedule.',
    ).optional(),
    startDeadline: wholeSeconds(
      'How long it may take until its cluster is there and the job runs. Default: as long as it takes.',
    ).optional(),
    queue: kubernetesName
      .optional()
      .describe('LocalQueue of Kueue in the namespace of the team, which starts the job when it fits. Default: none.'),
    schedule: cron
      .optional()
      .describe('When to run it, again and again: five cron fields, UTC. Default: once, when it is synced.'),
  })
  .superRefine(({ entrypoint, runtimeEnv, submission, queue, workerGroups }, context) => {
    const say = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (submission === 'pod') {
      const ofEntrypoint = entrypointProblem(entrypoint);
      if (ofEntrypoint !== undefined) say(['entrypoint'], ofEntrypoint);
      const ofRuntimeEnv = runtimeEnv && runtimeEnvProblem(runtimeEnv);
      if (ofRuntimeEnv !== undefined) say(['runtimeEnv'], ofRuntimeEnv);
    }
    for (const [index, { min, max }] of workerGroups.entries()) {
      if (queue === undefined || min === max) continue;
      say(
        ['workerGroups', index, 'max'],
        `is above min, so that the group is autoscaled, which the queue "${queue}" cannot count; set min to ${max}, too, or leave out queue`,
      );
    }
  });

type Job = z.output<typeof job>;

/** Programs that a team runs on clusters made for them. */
export const rayJobsTeamKind = defineTeamKind({
  name: 'rayJobs',
  summary: 'Programs that the team runs on Ray clusters of their own, once or by the clock.',
  settings: namedList(job, 'Ray jobs'),
  *problems(jobs, team): Generator<KindProblem> {
    for (const [index, one] of jobs.entries()) {
      const limit = one.schedule === undefined ? RAY_NAME_LIMITS.RayJob : SCHEDULED_RAY_JOB_NAME_LIMIT;
      yield* nameProblems(nameOf(one, team), limit, [index]);
      yield* fitProblems(one, team.environment, [index]);
    }
  },
  components: (jobs, team, origin) =>
    jobs.map((one, index) => rayJob(one, team, { file: origin.file, path: [...origin.path, index] })),
});

const nameOf = ({ name }: Pick<Job, 'name'>, team: TeamContext): string => `${team.name}-${name}`;

function rayJob(settings: Job, team: TeamContext, origin: Origin): AnyComponent {
  const name = nameOf(settings, team);
  const template = templateOf(settings, team);
  const { schedule } = settings;
  return defineComponent({
    name,
    layer: 'teams',
    namespace: team.namespace,
    summary: `Ray job ${settings.name} of team ${team.name}${schedule === undefined ? '' : `, at ${schedule}`}.`,
    version: template.rayVersion,
    origin,
    needs: rayNeeds(settings),
    offers: {},
    credentials: {},
    peers: RAY_PEERS,
    ...rayPods('RayJob', name, settings),
    operators: ['kuberay'],
    demand: { always: [...podsOf(settings, team.environment), ...companions(settings)] },
    images: imagesOf(settings),
    ...rayAmbient(settings, schedule === undefined ? {} : { apiServer: 'makes a RayJob by the clock' }),
    build(chart, { needs }) {
      const props = {
        name,
        ...template,
        ...bindingsOf(needs),
        entrypoint: settings.entrypoint,
        ...(settings.runtimeEnv && { runtimeEnv: settings.runtimeEnv }),
        submissionMode: settings.submission === 'pod' ? ('K8sJobMode' as const) : ('HTTPMode' as const),
        ttlSecondsAfterFinished: durationSeconds(settings.keepFor),
        backoffLimit: settings.retries,
        ...(settings.deadline !== undefined && { activeDeadlineSeconds: durationSeconds(settings.deadline) }),
        ...(settings.startDeadline !== undefined && {
          preRunningDeadlineSeconds: durationSeconds(settings.startDeadline),
        }),
        ...(settings.queue !== undefined && { queue: settings.queue }),
      };
      if (schedule === undefined) new RayJob(chart, 'job', props);
      else new ScheduledRayJob(chart, 'job', { ...props, schedule });
    },
  });
}

/** Pods beside the cluster's: the one that submits the job, and the one that makes it by the clock. */
function companions({ submission, schedule }: Job): readonly PodDemand[] {
  const pod = (what: string, { cpu, memory }: { readonly cpu: string; readonly memory: string }): PodDemand => ({
    what,
    count: 1,
    requests: { cpu: parseQuantity(cpu), memory: parseQuantity(memory) },
  });
  return [
    ...(submission === 'pod' ? [pod('submitter', SUBMITTER_RESOURCES)] : []),
    ...(schedule === undefined ? [] : [pod('schedule', SCHEDULE_RUNNER_RESOURCES)]),
  ];
}
