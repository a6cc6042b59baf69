import { contract } from '../graph/contract.ts';

/** Port that every server of a notebook answers at, whatever runs in it. */
export const NOTEBOOK_PORT = { name: 'notebook', port: 8888 } as const;

/** Labels of the volume that a user's notebooks keep their home in, beside the user's own name; backups select by them. */
export const HOME_LABELS = { 'keelson.dev/volume': 'notebook-home' } as const;

/** Label of a notebook's pods and volumes whose value is the user's name in a form that labels can have. */
export const NOTEBOOK_USER = 'hub.jupyter.org/username';

/** Key in a workspace's `secrets` ConfigMap: a JSON object of variable names to `{name, key}` of a Secret. */
export const WORKSPACE_SECRETS_KEY = 'secrets.json';

/** Data that pods of a team read and never write. */
export interface Dataset {
  readonly name: string;
  /** PersistentVolumeClaim in the team's namespace. */
  readonly claim: string;
  /** Where it appears in pods: `/mnt/datasets/imagenet`. */
  readonly path: string;
  /** Directory of the volume. Default: all of it. */
  readonly subPath?: string;
}

/** An image that only this team has, among those that its notebooks may run. */
export interface TeamImage {
  /** As people choose it. */
  readonly displayName: string;
  /** By digest: `registry.example.com/vision/notebook@sha256:…`. It starts a Jupyter server on {@link NOTEBOOK_PORT}. */
  readonly reference: string;
}

export interface TeamWorkspaceAsk {
  /** Kubernetes quantities of the smallest pod that is to be started there. */
  readonly least: { readonly cpu: string; readonly memory: string };
}

/** A team's namespace, and what may be started in it for whom. */
export interface TeamWorkspaceHandle {
  /** As its file is called: `vision`. */
  readonly team: string;
  readonly displayName: string;
  readonly namespace: string;
  /** Labels that a pod carries to belong to the team: its network policy selects by them. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** Who belongs to the team, by name or by a group that the identity provider says. Without any, nobody does. */
  readonly members: {
    readonly users: readonly string[];
    readonly groups: readonly string[];
  };
  /** What one user may have at once. Absent: the quota alone decides. */
  readonly limits: {
    readonly notebooks?: number;
    readonly gpus?: number;
  };
  /** ResourceQuota of the namespace: what is left of it is shown. */
  readonly quota: string;
  readonly sharedVolume?: { readonly claim: string; readonly path: string };
  readonly datasets: readonly Dataset[];
  /** Profiles of the notebooks' catalogue that the team may choose, by key. Absent: every one. */
  readonly profiles?: readonly string[];
  /** Images of its own. */
  readonly images: readonly TeamImage[];
  /** ConfigMap whose keys are environment variables with the platform's addresses. */
  readonly variables: string;
  /** ConfigMap that says, under {@link WORKSPACE_SECRETS_KEY}, which environment variables come from which Secrets. */
  readonly secrets: string;
  /** ServiceAccount of the team's pods, with the team's identity in the cloud. Default: the namespace's own. */
  readonly serviceAccount?: string;
}

/** A place where pods of people run. Its pods answer at {@link NOTEBOOK_PORT}. */
export const teamWorkspace = contract<TeamWorkspaceAsk, TeamWorkspaceHandle>(
  'team-workspace',
  'a namespace for notebooks',
);
