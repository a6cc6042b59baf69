import type { Container, Probe, ResourceRequirements, Volume, VolumeMount } from '../../../imports/k8s.ts';
import type { SecretRef } from '../../graph/credential.ts';

/** A value of an environment variable: text, or a key of a declared Secret. */
export type EnvValue = string | SecretRef;

/** CPU and memory in Kubernetes quantities. Memory is limited to what is asked, CPU is not limited unless asked. */
export interface Resources {
  readonly cpu: string;
  readonly memory: string;
  /** Default: no CPU limit, so that idle CPU of the node can be used. */
  readonly cpuLimit?: string;
  /** Default: `memory`. */
  readonly memoryLimit?: string;
  /** Default: none asked for. */
  readonly ephemeralStorage?: string;
}

/** A container as every workload here writes it; what is left out gets the platform's defaults. */
export interface ContainerProps {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, EnvValue>>;
  readonly ports?: readonly { readonly name: string; readonly port: number; readonly protocol?: 'TCP' | 'UDP' }[];
  readonly resources: Resources;
  readonly mounts?: readonly VolumeMount[];
  /** Required of long-running containers; a task's containers have none. */
  readonly probes?: { readonly startup?: Probe; readonly readiness: Probe; readonly liveness?: Probe };
  readonly lifecycle?: Container['lifecycle'];
  /** Directories that the program writes; each becomes an emptyDir, since the root file system is read-only. */
  readonly scratch?: readonly { readonly path: string; readonly sizeLimit?: string }[];
}

export interface PodProps {
  /** User and group the containers run as. Both are never 0. */
  readonly user: number;
  readonly group: number;
  /** Group that owns mounted volumes. Default: `group`. */
  readonly fsGroup?: number;
  readonly containers: readonly [ContainerProps, ...ContainerProps[]];
  readonly initContainers?: readonly ContainerProps[];
  readonly volumes?: readonly Volume[];
  /** Whether the pods talk to the Kubernetes API. Default false: no token is mounted. */
  readonly kubernetesApi?: boolean;
  /** Labels on the pods beside the selector's, e.g. for workload identity. */
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly terminationGracePeriodSeconds?: number;
}

export type { ResourceRequirements };
