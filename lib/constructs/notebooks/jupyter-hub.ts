import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { ConfigMap } from '../../../imports/k8s.ts';
import type { Port } from '../../graph/contract.ts';
import { serviceHost } from '../../graph/endpoint.ts';
import { type Probes, Workload } from '../workload/index.ts';
import { HubAccess } from './access.ts';
import { databaseEnv, databaseFiles } from './database.ts';
import { HUB_FILES, SESSION_FILES } from './files.ts';
import { HUB_METRICS_PORT, HUB_PORT, PROXY_API_PORT, PROXY_PORT } from './ports.ts';
import type { JupyterHubProps } from './props.ts';
import { hubSettings } from './settings.ts';

const CONFIG = '/etc/jupyterhub';

/** `jovyan` of the hub's image. Source: zero-to-jupyterhub-k8s, images/hub/Dockerfile. */
const HUB_USER = { user: 1000, group: 1000 } as const;
/** `nobody`, as upstream's chart runs it. */
const PROXY_USER = { user: 65534, group: 65534 } as const;

/**
 * JupyterHub whose users' servers run in the namespaces of their teams: the hub, the proxy before it, and in each team's
 * namespace the rights that the hub needs there.
 *
 * Hub and proxy are one pod each and are replaced, not joined, by a new one: both keep in memory what a second one would
 * not know. Meanwhile nobody can sign in or start a server; with a new proxy, open notebooks connect again within half a
 * minute, when the hub has told it where they are.
 */
export class JupyterHub extends Construct {
  constructor(scope: Construct, id: string, props: JupyterHubProps) {
    super(scope, id);
    const name = props.name ?? 'jupyterhub';
    const { namespace } = Chart.of(this);
    if (namespace === undefined) {
      throw new Error(`${name}: its chart names no namespace, and notebooks in other namespaces have to find the hub`);
    }
    if (props.profiles.length === 0) throw new Error(`${name}: there is no profile, so nothing can be started`);
    const proxy = `${name}-proxy`;
    const session = `${name}-session`;
    const ports: readonly [Port, ...Port[]] = (props.monitored ?? true) ? [HUB_PORT, HUB_METRICS_PORT] : [HUB_PORT];
    const hubHost = serviceHost({ service: name, namespace });
    const settings = hubSettings(props, {
      hubHost,
      proxyHost: serviceHost({ service: proxy, namespace }),
      session,
    });

    new Workload(this, 'hub', {
      name,
      role: 'hub',
      ...HUB_USER,
      update: 'Recreate',
      // Without a team there is nothing it could do there.
      kubernetesApi: props.workspaces.length > 0,
      services: [{ ports }],
      config: [
        {
          name: `${name}-hub`,
          path: CONFIG,
          files: { ...HUB_FILES, 'settings.json': `${JSON.stringify(settings, undefined, 2)}\n` },
        },
        ...databaseFiles(name, props.database),
      ],
      containers: [
        {
          name: 'hub',
          image: props.hubImage,
          // Arguments, so that the image's own init stays in front and buries the keeper when it dies.
          args: ['jupyterhub', '--config', `${CONFIG}/jupyterhub_config.py`],
          env: {
            ...databaseEnv(props.database),
            COOKIE_SECRET: props.cookieSecret,
            JUPYTERHUB_CRYPT_KEY: props.cryptKey,
            CONFIGPROXY_AUTH_TOKEN: props.proxyToken,
            OIDC_CLIENT_SECRET: props.oidc.clientSecret,
            PYTHONUNBUFFERED: '1',
          },
          ports,
          resources: { cpu: '200m', memory: '512Mi', ...props.hubResources },
          scratch: [{ path: '/tmp' }, { path: '/srv/jupyterhub' }],
          probes: probes('/hub/health', HUB_PORT.name),
        },
      ],
    });

    new Workload(this, 'proxy', {
      name: proxy,
      component: name,
      role: 'proxy',
      ...PROXY_USER,
      update: 'Recreate',
      // Time for requests that are under way.
      terminationGracePeriodSeconds: 60,
      services: [{ ports: [PROXY_PORT, PROXY_API_PORT] }],
      containers: [
        {
          name: 'proxy',
          image: props.proxyImage,
          command: ['configurable-http-proxy'],
          args: [
            '--ip=',
            `--port=${PROXY_PORT.targetPort}`,
            '--api-ip=',
            `--api-port=${PROXY_API_PORT.port}`,
            `--default-target=http://${hubHost}:${HUB_PORT.port}`,
            `--error-target=http://${hubHost}:${HUB_PORT.port}/hub/error`,
            '--log-level=info',
          ],
          env: { CONFIGPROXY_AUTH_TOKEN: props.proxyToken },
          ports: [{ name: PROXY_PORT.name, port: PROXY_PORT.targetPort }, PROXY_API_PORT],
          resources: { cpu: '100m', memory: '256Mi', ...props.proxyResources },
          scratch: [{ path: '/tmp' }],
          probes: probes('/_chp_healthz', PROXY_PORT.name),
        },
      ],
    });

    for (const workspace of props.workspaces) {
      new HubAccess(this, `access-${workspace.team}`, { account: { name, namespace }, workspace });
      new ApiObject(this, `session-${workspace.team}`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: session, namespace: workspace.namespace },
        data: { ...SESSION_FILES },
      } satisfies ConfigMap);
    }
  }
}

/** Both answer as soon as they can do their work, and hang only when something is wrong with them. */
const probes = (path: string, port: string): Probes => ({
  startup: { httpGet: { path, port }, periodSeconds: 3, failureThreshold: 60 },
  readiness: { httpGet: { path, port }, periodSeconds: 5, timeoutSeconds: 5 },
  liveness: { httpGet: { path, port }, periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 6 },
});
