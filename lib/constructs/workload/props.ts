import type { Container, Probe, Volume, VolumeMount } from '../../../imports/k8s.ts';
import type { SecretRef } from '../../graph/credential.ts';
import type { Placement } from './placement.ts';

/** A value of an environment variable: text, a key of a declared Secret, or a field of the pod itself. */
export type EnvValue = string | SecretRef | PodField;

/** A fact of the pod that Kubernetes fills in, as `metadata.name` or `status.podIP`. Source: Kubernetes docs, Downward API. */
export interface PodField {
  readonly podField:
    | 'metadata.name'
    | 'metadata.namespace'
    | 'metadata.uid'
    | `metadata.labels['${string}']`
    | `metadata.annotations['${string}']`
    | 'spec.nodeName'
    | 'status.podIP'
    | 'status.hostIP';
}

/** CPU and memory in Kubernetes quantities. Memory is limited to what is asked, CPU is not limited unless asked. */
export interface Resources {
  readonly cpu: string;
  readonly memory: string;
  /** Default: no CPU limit, so that idle CPU of the node can be used. */
  readonly cpuLimit?: string;
  /** Default: `memory`. */
  readonly memoryLimit?: string;
  /** Asked for, and limited to unless there is another limit. Default: none. */
  readonly ephemeralStorage?: string;
  /** Default: `ephemeralStorage`. */
  readonly ephemeralStorageLimit?: string;
  /** Extended resources, asked for and limited to: `{'nvidia.com/gpu': '1'}`. */
  readonly devices?: Readonly<Record<string, string>>;
}

export interface ContainerPort {
  readonly name: string;
  readonly port: number;
  /** Default TCP. */
  readonly protocol?: 'TCP' | 'UDP';
}

export interface Probes {
  /** Holds back the others while a slow program starts. */
  readonly startup?: Probe;
  /** Whether requests may come. */
  readonly readiness: Probe;
  /** Whether the program must be killed. Leave it out where readiness is enough: a wrong one turns load into an outage. */
  readonly liveness?: Probe;
}

/** A directory that the program writes. It is empty when the pod starts and gone when it ends. */
export interface Scratch {
  readonly path: string;
  /** The pod is evicted when it writes more. Default 1Gi. */
  readonly sizeLimit?: string;
  /** `Memory` keeps the files in memory, where they count against the container's limit. Default: the node's disk. */
  readonly medium?: 'Memory';
}

/** A container as every workload here writes it; what is left out gets the platform's defaults. */
export interface ContainerProps {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** In the order given: a value may use an earlier one as `$(NAME)`. */
  readonly env?: Readonly<Record<string, EnvValue>>;
  readonly ports?: readonly ContainerPort[];
  readonly resources: Resources;
  readonly mounts?: readonly VolumeMount[];
  readonly lifecycle?: Container['lifecycle'];
  readonly workingDir?: string;
  /** The root file system is read-only; these directories are not. No two containers share one. */
  readonly scratch?: readonly Scratch[];
}

/** A container that runs until it is stopped, and therefore says whether it is well. */
export interface ServiceContainerProps extends ContainerProps {
  readonly probes: Probes;
}

/** A ConfigMap of text files, mounted into containers. Its content is part of the pod template: a change starts new pods. */
export interface ConfigFiles {
  /** Name of the ConfigMap. */
  readonly name: string;
  /** Path of a file below `path` to its content: `app.ini`, `conf.d/extra.ini`. */
  readonly files: Readonly<Record<string, string>>;
  /** Directory where the files appear. */
  readonly path: string;
  /** Containers, init containers too, that see them. Default: every one. */
  readonly containers?: readonly string[];
}

/** What any pod here has, whoever creates it. */
export interface PodProps extends Placement {
  /** User and group the containers run as. Both are never 0. */
  readonly user: number;
  readonly group: number;
  /** Group that owns mounted volumes. Default: `group`. */
  readonly fsGroup?: number;
  readonly initContainers?: readonly ContainerProps[];
  readonly volumes?: readonly Volume[];
  readonly config?: readonly ConfigFiles[];
  /** Whether the pods talk to the Kubernetes API. Default false: no token is mounted. */
  readonly kubernetesApi?: boolean;
  /** Labels on the pods beside the selector's, e.g. for workload identity. */
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly priorityClassName?: string;
  /** Time between SIGTERM and SIGKILL. Default 30. */
  readonly terminationGracePeriodSeconds?: number;
}

/** Who a workload is: in labels, and to the Kubernetes API and the cloud. */
export interface Identity {
  /** Name of the object, and of what belongs to it unless that has a name of its own. */
  readonly name: string;
  /** Component it is part of, `app.kubernetes.io/name` of its pods. Default: `name`. */
  readonly component?: string;
  /** What it does in the component, `app.kubernetes.io/component` of its pods: `server`, `gc`. */
  readonly role: string;
  /** A ServiceAccount that another workload of the component makes. Default: its own, named `name`. */
  readonly serviceAccount?: string;
  /** On its own ServiceAccount, e.g. the cloud role it may take on. */
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
}
