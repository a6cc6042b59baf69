import type { PodTemplateSpec } from '../../../imports/k8s.ts';
import type { RayJobSpec } from '../../../imports/kuberay.ts';
import { podTemplate, type Resources } from '../workload/index.ts';
import { type Json, yamlText } from '../yaml-text.ts';
import { clusterSpec, isAutoscaled, refuseName } from './cluster-spec.ts';
import { SUBMITTER_RESOURCES } from './overhead.ts';
import { podIdentity, RAY_USER } from './pods.ts';
import type { RayTemplate } from './props.ts';
import { envVarsProblem } from './runtime-env.ts';

interface JobProps {
  /**
   * Command that Ray runs, without a shell's operators: `python /home/ray/app/train.py --epochs 10`. What needs more
   * belongs in a script.
   */
  readonly entrypoint: string;
  /** Source: Ray docs, Runtime Environments. */
  readonly runtimeEnv?: { readonly [key: string]: Json };
  /** What the entrypoint itself takes of a node. With either it runs on a worker. Default: nothing, on the head. */
  readonly entrypointNumCpus?: number;
  readonly entrypointNumGpus?: number;
  /**
   * `K8sJobMode`: a pod submits the job and shows its log. `HTTPMode`: KubeRay submits it, and no pod is needed.
   * Default `K8sJobMode`.
   *
   * KubeRay's `SidecarMode` is not offered: version 1.6 gives its container no security context, so that namespaces
   * under Pod Security `restricted` refuse the head. Nor is `InteractiveMode`, which waits for a person.
   */
  readonly submissionMode?: 'K8sJobMode' | 'HTTPMode';
  /** Of the pod that submits. Default `SUBMITTER_RESOURCES`. */
  readonly submitter?: Resources;
  /** Seconds after which a job that has not ended has failed. Default: no limit. */
  readonly activeDeadlineSeconds?: number;
  /** Seconds within which its cluster must be there and the job run, or it has failed. Waiting in a queue does not count. Default: no limit. */
  readonly preRunningDeadlineSeconds?: number;
}

/** A job on a cluster that is made for it, and removed after it. */
export interface OwnClusterJobProps extends JobProps, RayTemplate {
  readonly cluster?: undefined;
  /** Seconds for which the cluster is kept after the job, to look at its dashboard. Default 0. */
  readonly ttlSecondsAfterFinished?: number;
  /** How often a failed job is tried again, each time on a new cluster. Default 0. */
  readonly backoffLimit?: number;
  /** LocalQueue of Kueue, which starts the job when its cluster fits. Not with groups that are autoscaled. */
  readonly queue?: string;
}

/** A job on a cluster that is there, and stays. */
export interface SharedClusterJobProps
  extends JobProps,
    Pick<RayTemplate, 'name' | 'image' | 'podLabels' | 'serviceAccount' | 'serviceAccountAnnotations' | 'wave'> {
  /** Name of a RayCluster in the same namespace. */
  readonly cluster: string;
}

export type RayJobProps = OwnClusterJobProps | SharedClusterJobProps;

/**
 * Of an entrypoint that a shell takes for itself, in quotes too: the pod's bash removes them, and Ray puts them back for
 * the head's shell only around words with spaces.
 */
const SHELL = /[;&|<>`$\\()*?#~!\n]/;
/** Bash makes two words of `{a,b}`; the head's shell does not. */
const UNQUOTED = /[{}]/;
/** A stretch in quotes, or without any. */
const STRETCH = /"([^"]*)"|'([^']*)'|[^"']+|["']/g;

/** @param room characters that something appends to the name. */
export function rayJobSpec(props: RayJobProps, room = 0): RayJobSpec {
  refuse(props, room);
  const mode = props.submissionMode ?? 'K8sJobMode';
  return {
    entrypoint: props.entrypoint.trim(),
    ...(props.runtimeEnv && { runtimeEnvYAML: yamlText(props.runtimeEnv) }),
    ...(props.entrypointNumCpus !== undefined && { entrypointNumCpus: props.entrypointNumCpus }),
    ...(props.entrypointNumGpus !== undefined && { entrypointNumGpus: props.entrypointNumGpus }),
    submissionMode: mode,
    ...(mode === 'K8sJobMode' && { submitterPodTemplate: submitterTemplate(props) }),
    ...(props.activeDeadlineSeconds !== undefined && { activeDeadlineSeconds: props.activeDeadlineSeconds }),
    ...(props.preRunningDeadlineSeconds !== undefined && {
      preRunningDeadlineSeconds: props.preRunningDeadlineSeconds,
    }),
    ...(props.cluster === undefined
      ? {
          // Otherwise the cluster, and its GPUs, would be kept for good.
          shutdownAfterJobFinishes: true,
          ttlSecondsAfterFinished: props.ttlSecondsAfterFinished ?? 0,
          backoffLimit: props.backoffLimit ?? 0,
          rayClusterSpec: clusterSpec(props, { kind: 'RayJob' }),
        }
      : { clusterSelector: { 'ray.io/cluster': props.cluster } }),
  };
}

/** Labels of the RayJob itself, where Kueue looks for its queue. */
export const rayJobLabels = (props: RayJobProps): Readonly<Record<string, string>> =>
  props.cluster === undefined && props.queue !== undefined ? { 'kueue.x-k8s.io/queue-name': props.queue } : {};

function submitterTemplate(props: RayJobProps): PodTemplateSpec {
  const { identity, podLabels } = podIdentity('RayJob', props, 'submitter');
  return podTemplate(
    { ...identity, serviceAccount: identity.serviceAccount ?? props.name },
    { ...RAY_USER, podLabels },
    {
      restartPolicy: 'Never',
      containers: [
        {
          // KubeRay writes its command and, for a cluster with a token, the token.
          name: 'ray-job-submitter',
          image: props.image,
          env: { HOME: '/tmp', RAY_USAGE_STATS_ENABLED: '0' },
          resources: props.submitter ?? SUBMITTER_RESOURCES,
          scratch: [{ path: '/tmp' }],
        },
      ],
    },
  );
}

/** Why a pod cannot submit an entrypoint: KubeRay writes its text as it is into a line for bash. */
export function entrypointProblem(entrypoint: string): string | undefined {
  // KubeRay does so too: a block of YAML ends in a newline.
  const line = entrypoint.trim();
  const forShell = (operator: string) =>
    `has ${JSON.stringify(operator)}, which the shell of the submitting pod would take for itself`;
  const operator = SHELL.exec(line)?.[0];
  if (operator !== undefined) return forShell(operator);
  for (const [stretch, double, single] of line.matchAll(STRETCH)) {
    if (double?.includes("'"))
      return 'has a single quote between double quotes, which the shell of the head would take for its own';
    if (double !== undefined || single !== undefined) continue;
    if (stretch === '"' || stretch === "'") return `has a quote ${stretch} without its other half`;
    const brace = UNQUOTED.exec(stretch)?.[0];
    if (brace !== undefined) return `${forShell(brace)} unless it is in quotes`;
  }
  return undefined;
}

/** Why a pod cannot submit a runtime environment. */
export const runtimeEnvProblem = (runtimeEnv: { readonly [key: string]: Json }): string | undefined =>
  /[$`]/.test(yamlText(runtimeEnv))
    ? 'has a "$" or a backquote, which the shell of the submitting pod would replace'
    : undefined;

function refuse(props: RayJobProps, room: number): void {
  const { name, entrypoint, submissionMode = 'K8sJobMode' } = props;
  refuseName(name, 'RayJob', room);
  if (entrypoint.trim() === '') throw new Error(`${name}: entrypoint is empty; write the command that Ray runs`);
  const ofVariables = props.runtimeEnv && envVarsProblem(props.runtimeEnv);
  if (ofVariables !== undefined) throw new Error(`${name}: runtimeEnv ${ofVariables}`);
  if (submissionMode === 'K8sJobMode') {
    const ofEntrypoint = entrypointProblem(entrypoint);
    if (ofEntrypoint !== undefined) {
      throw new Error(
        `${name}: entrypoint ${ofEntrypoint}; put the command into a script, or use submissionMode HTTPMode`,
      );
    }
    const ofRuntimeEnv = props.runtimeEnv && runtimeEnvProblem(props.runtimeEnv);
    if (ofRuntimeEnv !== undefined) {
      throw new Error(
        `${name}: runtimeEnv ${ofRuntimeEnv}; give the value as env of head and workers, or use submissionMode HTTPMode`,
      );
    }
  }
  for (const field of ['activeDeadlineSeconds', 'preRunningDeadlineSeconds'] as const) {
    const seconds = props[field];
    if (seconds !== undefined && !(Number.isInteger(seconds) && seconds > 0)) {
      throw new Error(`${name}: ${field} is ${seconds}; it is a whole number of seconds, at least 1`);
    }
  }
  if (props.cluster !== undefined) return;
  if (props.queue !== undefined && isAutoscaled(props)) {
    throw new Error(
      `${name}: the job waits in queue "${props.queue}", but its cluster is autoscaled, which Kueue cannot count; give every worker group a fixed number of replicas`,
    );
  }
}
