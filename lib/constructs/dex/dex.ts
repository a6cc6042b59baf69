import { Construct } from 'constructs';
import type { PostgresHandle } from '../../contracts/postgres.ts';
import { type Resources, Workload } from '../workload/index.ts';
import { yamlText } from '../yaml-text.ts';
import { type DexClient, type DexLifetimes, type DexStaticUser, dexConfig } from './config.ts';
import { connectorSecret, secretFiles } from './connector-config.ts';
import type { DexConnector } from './connectors.ts';
import { DEX_PORT, DEX_TELEMETRY_PORT } from './ports.ts';
import { clientSecretVariable, connectorSecretVariable, variables } from './variables.ts';

export interface DexProps {
  /** Of all objects and of the Service. Default `dex`. */
  readonly name?: string;
  /** Dex of upstream, not the variant `distroless`. */
  readonly image: string;
  /**
   * URL at which browsers reach it, without a slash at the end. It is written into every token: with another, clients
   * take none.
   */
  readonly issuer: string;
  /** Signing keys, refresh tokens and sign-ins that are under way. Its user owns it: Dex makes its tables. */
  readonly database: PostgresHandle;
  readonly clients: readonly DexClient[];
  /** At least one, or a static user. */
  readonly connectors: readonly DexConnector[];
  readonly staticUsers?: readonly DexStaticUser[];
  readonly lifetimes?: DexLifetimes;
  /** Default 2. */
  readonly replicas?: number;
  /** Most database connections of one replica. Default 5. */
  readonly connectionsPerReplica?: number;
  /** Default 100m and 128Mi. */
  readonly resources?: Partial<Resources>;
}

/** As in the image. */
const USER = { user: 1001, group: 1001 } as const;

const CONFIG = '/etc/dex';
const CONFIG_FILE = 'config.yaml';
const DATABASE = '/etc/dex-database';
const AUTHORITY_FILE = 'authority.pem';

/** Built into Dex beside its connectors. */
const PASSWORD_DATABASE = 'local';

export const DEX_CONNECTIONS_PER_REPLICA = 5;

/** Most connections to the database at once: a rollout starts one more replica. */
export const dexConnections = (replicas: number): number => (replicas + 1) * DEX_CONNECTIONS_PER_REPLICA;

/**
 * Dex: an OpenID Connect provider that finds out who people are from others. As many replicas as wanted; what they have
 * to remember is in PostgreSQL.
 */
export class Dex extends Construct {
  constructor(scope: Construct, id: string, props: DexProps) {
    super(scope, id);
    const name = props.name ?? 'dex';
    const { database, clients, connectors, staticUsers = [] } = props;
    refuse(name, props);

    const authority = database.sslMode === 'verify-full' ? database.authority : undefined;
    const config = dexConfig({
      issuer: props.issuer,
      database,
      authorityFile: authority === undefined ? undefined : `${DATABASE}/${AUTHORITY_FILE}`,
      connections: props.connectionsPerReplica ?? DEX_CONNECTIONS_PER_REPLICA,
      clients,
      connectors,
      staticUsers,
      lifetimes: props.lifetimes ?? {},
    });
    const secrets = [
      ...clients.map((client) => [clientSecretVariable(client.id), client.secret] as const),
      ...connectors.flatMap((connector) => {
        const secret = connectorSecret(connector);
        return secret ? [[connectorSecretVariable(connector.id), secret] as const] : [];
      }),
    ];
    const files = secretFiles(connectors);
    const health = (path: string) => ({ httpGet: { path, port: DEX_TELEMETRY_PORT.port } });

    new Workload(this, 'server', {
      name,
      role: 'server',
      ...USER,
      replicas: props.replicas ?? 2,
      services: [{ ports: [DEX_PORT] }],
      config: [
        { name: `${name}-config`, path: CONFIG, files: { [CONFIG_FILE]: yamlText(config) } },
        ...(authority === undefined
          ? []
          : [{ name: `${name}-database`, path: DATABASE, files: { [AUTHORITY_FILE]: authority } }]),
      ],
      volumes: files.map(({ connector, secret, file }) => ({
        name: `google-${connector}`,
        secret: { secretName: secret.name, defaultMode: 0o440, items: [{ key: secret.key, path: file }] },
      })),
      containers: [
        {
          name: 'dex',
          image: props.image,
          // Not through the image's entry point, which would take the file for a template and write what comes out.
          command: ['/usr/local/bin/dex'],
          args: ['serve', `${CONFIG}/${CONFIG_FILE}`],
          env: variables(database.password, secrets),
          ports: [DEX_PORT, DEX_TELEMETRY_PORT],
          resources: { cpu: '100m', memory: '128Mi', ...props.resources },
          mounts: files.map(({ connector, directory }) => ({
            name: `google-${connector}`,
            mountPath: directory,
            readOnly: true,
          })),
          probes: {
            // Its tables are made, and providers are asked for what they are, before it listens.
            startup: { ...health('/healthz/live'), periodSeconds: 2, failureThreshold: 60 },
            // Writes to the database and reads back, every 15 s.
            readiness: { ...health('/healthz/ready'), periodSeconds: 5, timeoutSeconds: 5 },
            liveness: { ...health('/healthz/live'), periodSeconds: 20, timeoutSeconds: 5 },
          },
          // Until the endpoints have lost the pod, requests still come.
          lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
        },
      ],
    });
  }
}

function refuse(
  name: string,
  { issuer, clients, connectors, staticUsers = [], connectionsPerReplica }: DexProps,
): void {
  if (!URL.canParse(issuer) || !/^https?:\/\/[^?#]*[^/?#]$/.test(issuer)) {
    throw new Error(
      `${name}: the issuer "${issuer}" is not one; write a URL without a slash at the end, like https://dex.example.com`,
    );
  }
  if (connectors.length === 0 && staticUsers.length === 0) {
    throw new Error(`${name}: there is no connector and no static user, so nobody could sign in; give it a connector`);
  }
  if (connectionsPerReplica !== undefined && connectionsPerReplica < 1) {
    throw new Error(`${name}: connectionsPerReplica is ${connectionsPerReplica}; a replica needs at least 1`);
  }
  refuseTwice(name, 'connector', connectors);
  refuseTwice(name, 'client', clients);
  if (connectors.some(({ id }) => id === PASSWORD_DATABASE)) {
    throw new Error(
      `${name}: a connector is called "${PASSWORD_DATABASE}", which is Dex's own for static users; give it another id`,
    );
  }
}

function refuseTwice(name: string, what: string, all: readonly { readonly id: string }[]): void {
  const ids = all.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw new Error(`${name}: two ${what}s are called "${twice}"; give each an id of its own`);
  }
}
