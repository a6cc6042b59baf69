import type { EnvValue, GpuRequest } from '../workload/index.ts';
import type { Placement } from '../workload/placement.ts';

export interface KubeflowNotebookProps {
  /** Of the Notebook, its pod's one container and its Service; at most 52 characters. */
  readonly name: string;
  /** Where the Notebook is. The controller makes the path of it under which the server answers. */
  readonly namespace: string;
  /**
   * A server that answers on port 8888 below the path in `NB_PREFIX`, as Kubeflow's images do
   * (`ghcr.io/kubeflow/notebooks/notebook-servers/*`). It asks nobody who they are: who reaches it is in.
   */
  readonly image: string;
  readonly cpu: string;
  /** Asked for and limited to. */
  readonly memory: string;
  readonly gpu?: GpuRequest;
  /** Default: any node. */
  readonly placement?: Placement;
  /**
   * Ids the server runs with. Default: those that Kubeflow's images are made for, user 1000 of group 0, which owns what
   * they write outside of the home. Source: kubeflow/notebooks, example-notebook-servers/base/Dockerfile.
   */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Group that owns the files of volumes. Default 100, `users` in Kubeflow's images. */
  readonly fsGroup?: number;
  /** The volume of the user's files. Default: none, and files are gone with the pod. */
  readonly home?: NotebookHome;
  /** Memory behind `/dev/shm`, by which PyTorch's workers hand on data; it counts against `memory`. Default 1Gi. */
  readonly sharedMemory?: string;
  /** Volumes that are there already. Default: none. */
  readonly volumes?: readonly { readonly claim: string; readonly path: string; readonly readOnly?: boolean }[];
  readonly env?: Readonly<Record<string, EnvValue>>;
  /** Labels by which PodDefaults select the pod: each becomes `<name>: "true"`. Default: none. */
  readonly podDefaults?: readonly string[];
  /** Labels of the Notebook, which its pod and its home get too. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A ServiceAccount that is there already. No token of it is mounted. Default: one of its own, named `name`. */
  readonly serviceAccount?: string;
  /** Time between SIGTERM and SIGKILL. Default 30. */
  readonly terminationGracePeriodSeconds?: number;
}

export interface NotebookHome {
  /** How much it holds. It can grow, never shrink. */
  readonly size: string;
  /** Default: the cluster's own. */
  readonly storageClass?: string;
  /** Default `/home/jovyan`. */
  readonly path?: string;
  /** Of the volume alone, for backups and bills. Default: none. */
  readonly labels?: Readonly<Record<string, string>>;
}
