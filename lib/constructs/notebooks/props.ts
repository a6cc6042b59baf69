import type { OidcHandle } from '../../contracts/oidc.ts';
import type { PostgresHandle } from '../../contracts/postgres.ts';
import type { TeamWorkspaceHandle } from '../../contracts/team-workspace.ts';
import type { SecretRef } from '../../graph/credential.ts';
import type { GpuRequest, Placement, Resources } from '../workload/index.ts';

/** One version of an image that a user may choose. */
export interface NotebookImage {
  /** In addresses and in what the hub remembers of a server: `2026-08-10`. */
  readonly key: string;
  /** As people choose it. */
  readonly displayName: string;
  /** Starts with `jupyterhub-singleuser` in its `PATH`, as every image of Jupyter's docker-stacks does. */
  readonly reference: string;
}

/** What runs in a notebook, apart from how much of it. */
export interface NotebookProfile {
  /** Unique in the catalogue; what teams allow by. */
  readonly key: string;
  readonly displayName: string;
  readonly description: string;
  /** The first is the default. */
  readonly images: readonly [NotebookImage, ...NotebookImage[]];
  /** Keys of sizes; the first in the order of the hub's `sizes` is the default. */
  readonly sizes: readonly string[];
  /** Page on which the server opens, below its own address. Default `/lab`. */
  readonly url?: string;
  /** Directory of the user's files in the image. Default `/home/jovyan`. */
  readonly home?: string;
  /** Who the image runs as. Default 1000 and 100, `jovyan` and `users` of docker-stacks. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** How much one server has. */
export interface NotebookSize {
  readonly key: string;
  readonly displayName: string;
  /** What it asks for; more is used where the node has it idle. */
  readonly cpu: string;
  /** What it asks for and is limited to. */
  readonly memory: string;
  /** Default: no limit. */
  readonly cpuLimit?: string;
  readonly gpu?: GpuRequest;
  /** Default: any node. */
  readonly placement?: Placement;
}

/** When a server ends, in seconds. 0: never for this reason. */
export interface NotebookLimits {
  /** After so long without use: no cell runs, nobody opens or saves anything. A browser that is only open is no use. */
  readonly idle: number;
  /** After so long, whatever it does. */
  readonly maxAge: number;
}

export interface JupyterHubProps {
  /** Of the hub's objects and Service; those of the proxy end in `-proxy`. Default `jupyterhub`. */
  readonly name?: string;
  /** JupyterHub with KubeSpawner, OAuthenticator and psycopg2: `quay.io/jupyterhub/k8s-hub`. */
  readonly hubImage: string;
  /** `quay.io/jupyterhub/configurable-http-proxy`. */
  readonly proxyImage: string;
  /** Users, servers, tokens. Its user owns it: the hub creates its tables and brings them up to date when it starts. */
  readonly database: PostgresHandle;
  readonly oidc: OidcHandle;
  /** 64 hex digits each. With another cookie secret everybody signs in again. */
  readonly cookieSecret: SecretRef;
  /** Encrypts what the identity provider handed out. With another one everybody signs in again. */
  readonly cryptKey: SecretRef;
  /** Who knows it may change where the proxy sends requests. */
  readonly proxyToken: SecretRef;
  /** Where browsers reach the hub, without a slash at the end. Default: whatever address they used. */
  readonly publicUrl?: string;
  /** Whose notebooks run where. Only members of one of these, and administrators, may sign in. */
  readonly workspaces: readonly TeamWorkspaceHandle[];
  /** The catalogue. The first is the default. */
  readonly profiles: readonly NotebookProfile[];
  readonly sizes: readonly NotebookSize[];
  /** Groups of the identity provider whose members may see and stop everybody's servers. Default: nobody may. */
  readonly adminGroups?: readonly string[];
  /** Default: without use 1 h with a GPU and 4 h without; at most 24 h and 7 days old. */
  readonly culling?: { readonly cpu: NotebookLimits; readonly gpu: NotebookLimits };
  /** Seconds before its end at which a server says so. Default 900. */
  readonly warning?: number;
  /** Servers with a name of their own that a user may have beside the one without, running or not. Default 4. */
  readonly namedServers?: number;
  /** Seconds a server may take to start; images are large, and nodes with GPUs take minutes to come. Default 1200. */
  readonly startTimeout?: number;
  /** Home of each server. Default 10Gi of the cluster's default class. */
  readonly home?: { readonly size: string; readonly storageClass?: string };
  /** Whether Prometheus asks hub and keeper for metrics. Default true. */
  readonly monitored?: boolean;
  /** A line at the top of the hub's pages. Default: none. */
  readonly announcement?: string;
  /** Default 200m CPU, 512Mi memory; a thousand users take about 1Gi. */
  readonly hubResources?: Partial<Resources>;
  /** Default 100m CPU, 256Mi memory. */
  readonly proxyResources?: Partial<Resources>;
}
