import { HOME_LABELS, NOTEBOOK_PORT, WORKSPACE_SECRETS_KEY } from '../../contracts/team-workspace.ts';
import { databaseUrl, ENGINE } from './database.ts';
import { HUB_METRICS_PORT, HUB_PORT, PROXY_API_PORT } from './ports.ts';
import type { JupyterHubProps, NotebookProfile, NotebookSize } from './props.ts';

/** Directory where servers of notebooks find what ends them in time. */
export const SESSION_PATH = '/etc/keelson';

const CULLING = { cpu: { idle: 4 * 3600, maxAge: 7 * 86400 }, gpu: { idle: 3600, maxAge: 86400 } } as const;

/** Of every image that says nothing else: those of Jupyter's docker-stacks. */
const STACK = { url: '/lab', home: '/home/jovyan', user: { uid: 1000, gid: 100 } } as const;

interface Names {
  readonly hubHost: string;
  readonly proxyHost: string;
  /** ConfigMap in each team's namespace. */
  readonly session: string;
}

/** What the hub's Python reads: `settings.json`. */
export function hubSettings(props: JupyterHubProps, { hubHost, proxyHost, session }: Names): object {
  const { oidc, publicUrl, home } = props;
  return {
    hub: {
      port: HUB_PORT.port,
      connectUrl: `http://${hubHost}:${HUB_PORT.port}`,
      proxyApiUrl: `http://${proxyHost}:${PROXY_API_PORT.port}`,
      ...(publicUrl !== undefined && { publicUrl: `${publicUrl}/` }),
    },
    database: { url: databaseUrl(props.database), engine: ENGINE },
    oidc: {
      title: 'the platform',
      clientId: oidc.clientId,
      authorizeUrl: oidc.endpoints.authorization,
      tokenUrl: oidc.endpoints.token,
      userinfoUrl: oidc.endpoints.userinfo,
      ...(oidc.endpoints.endSession !== undefined && { logoutUrl: oidc.endpoints.endSession }),
      ...(publicUrl !== undefined && { callbackUrl: `${publicUrl}${CALLBACK_PATH}` }),
      scopes: oidc.scopes,
      usernameClaim: oidc.usernameClaim,
      ...(oidc.groupsClaim !== undefined && { groupsClaim: oidc.groupsClaim }),
    },
    adminGroups: props.adminGroups ?? [],
    teams: props.workspaces,
    profiles: props.profiles.map((profile) => profileSettings(profile, props.sizes)),
    ownImages: STACK,
    sizes: props.sizes.map(sizeSettings),
    culling: { ...(props.culling ?? CULLING), warning: props.warning ?? 900 },
    keeper: { port: HUB_METRICS_PORT.port, every: 60 },
    limits: { servers: props.namedServers ?? 4 },
    startTimeout: props.startTimeout ?? 1200,
    storage: {
      size: home?.size ?? '10Gi',
      labels: HOME_LABELS,
      ...(home?.storageClass !== undefined && { class: home.storageClass }),
    },
    session: { configMap: session, path: SESSION_PATH },
    labels: { 'app.kubernetes.io/part-of': 'keelson' },
    port: NOTEBOOK_PORT.port,
    secretsKey: WORKSPACE_SECRETS_KEY,
    ...(props.announcement !== undefined && { announcement: props.announcement }),
  };
}

/** Where the identity provider sends browsers back to. Source: OAuthenticator docs. */
export const CALLBACK_PATH = '/hub/oauth_callback';

function profileSettings(profile: NotebookProfile, sizes: readonly NotebookSize[]) {
  const unknown = profile.sizes.find((key) => !sizes.some((size) => size.key === key));
  if (unknown !== undefined || profile.sizes.length === 0) {
    throw new Error(
      `profile "${profile.key}" has ${unknown === undefined ? 'no size' : `a size "${unknown}" that there is not`}; there is ${sizes.map(({ key }) => key).join(', ') || 'none'}`,
    );
  }
  return { ...STACK, ...profile };
}

const sizeSettings = ({ key, displayName, cpu, memory, cpuLimit, gpu, placement }: NotebookSize) => ({
  key,
  displayName,
  cpu,
  memory,
  ...(cpuLimit !== undefined && { cpuLimit }),
  devices: gpu ? { [gpu.resource]: gpu.count } : {},
  nodes: placement?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [],
  tolerations: placement?.tolerations ?? [],
});
