import { Construct } from 'constructs';
import type { Probe, VolumeMount } from '../../../imports/k8s.ts';
import { compareText } from '../../collections.ts';
import type { SecretRef } from '../../graph/credential.ts';
import { type Placement, type Resources, Workload } from '../workload/index.ts';
import {
  DATA_DIRECTORY,
  maxMemory,
  REDIS_PORT,
  type RedisEviction,
  type RedisFlavour,
  redisConfig,
  USERS_FILE,
} from './config.ts';
import {
  ADMIN_USER,
  credentialsVolume,
  keyPatternProblem,
  METRICS_USER,
  OWN_RULES,
  OWN_USERS_SCRIPT,
  PROBE_USER,
  type RedisUser,
  USERS_SCRIPT,
  userNameProblem,
  userRules,
} from './users.ts';

export interface RedisStoreProps {
  /** Name of the StatefulSet and of the Service that clients use; others begin with it. */
  readonly name: string;
  /** What happens when memory is full, and when the server restarts. */
  readonly flavour: RedisFlavour;
  /** Valkey with `valkey-server`, `valkey-cli` and a shell, as `valkey/valkey` has them. */
  readonly image: string;
  /** redis_exporter. */
  readonly exporterImage: string;
  /** The memory limit decides what keys may take: 80 % of it in a cache, 60 % in a durable store. At least 32Mi. */
  readonly resources: Resources;
  /** Which keys a full cache drops. Only for `cache`. Default `allkeys-lru`. */
  readonly eviction?: RedisEviction;
  /** Volume of the log. Only for `durable`, which needs it: best twice the memory and more. */
  readonly storage?: string;
  /** Default: the cluster's default class. */
  readonly storageClass?: string;
  readonly users: readonly RedisUser[];
  /** Password of the administrator, who makes the other users. */
  readonly adminPassword: SecretRef;
  /** Password of the exporter. */
  readonly metricsPassword: SecretRef;
  readonly placement?: Placement;
}

/** Where redis_exporter is scraped. */
export const REDIS_METRICS_PORT = { name: 'metrics', port: 9121 } as const;

/** Of Valkey's image on Debian. Source: valkey-container, 9.1/debian/Dockerfile. */
const USER = 999;

/**
 * A key-value store that speaks Redis' protocol: one Valkey, whose users are those that are named and nobody else.
 *
 * One server has no second that could take over: while its pod moves or restarts, nobody is served, for seconds. What
 * asked for a `durable` store finds everything again that was written a second before.
 *
 * The server knows its own users when it starts; a pod beside it makes the others, and follows their Secrets. So nobody
 * is disconnected because somebody else comes, leaves or has a new password. That of the exporter or the administrator
 * is taken at the next start: `kubectl rollout restart`.
 */
export class RedisStore extends Construct {
  constructor(scope: Construct, id: string, props: RedisStoreProps) {
    super(scope, id);
    refuse(props);
    const { name, flavour, image, resources } = props;
    const durable = flavour === 'durable';
    const data = { name: 'data', mountPath: DATA_DIRECTORY };
    const credentials = { name: 'credentials', mountPath: '/credentials', readOnly: true };
    const headless = `${name}-headless`;

    new Workload(this, 'server', {
      name,
      role: 'server',
      ...props.placement,
      user: USER,
      group: USER,
      // It writes what it has not written yet, and waits for the disk.
      ...(durable && { terminationGracePeriodSeconds: 60 }),
      volumes: [
        credentialsVolume(credentials.name, [
          { name: ADMIN_USER, passwords: [props.adminPassword] },
          { name: METRICS_USER, passwords: [props.metricsPassword] },
        ]),
        ...(durable ? [] : [{ name: data.name, emptyDir: { sizeLimit: '16Mi' } }]),
      ],
      config: [
        {
          name: `${name}-config`,
          path: '/config',
          containers: ['users', 'valkey'],
          files: {
            'valkey.conf': redisConfig(
              flavour,
              resources.memoryLimit ?? resources.memory,
              props.eviction ?? 'allkeys-lru',
            ),
            rules: OWN_RULES,
            'users.sh': OWN_USERS_SCRIPT,
          },
        },
      ],
      initContainers: [
        {
          name: 'users',
          image,
          command: ['sh', '/config/users.sh'],
          env: { RULES: '/config/rules', CREDENTIALS: credentials.mountPath, USERS: USERS_FILE },
          resources: { cpu: '10m', memory: '32Mi' },
          mounts: [data, credentials],
        },
      ],
      containers: [
        {
          name: 'valkey',
          image,
          command: ['valkey-server', '/config/valkey.conf'],
          ports: [REDIS_PORT],
          resources,
          mounts: [data],
          probes: {
            // A log of some gigabytes takes minutes to read.
            startup: { ...ANSWERS, periodSeconds: 2, failureThreshold: 450 },
            readiness: { ...ANSWERS, periodSeconds: 10, failureThreshold: 3 },
            // Not whether it answers: a slow script must not become an outage.
            liveness: {
              tcpSocket: { port: REDIS_PORT.name },
              periodSeconds: 20,
              timeoutSeconds: 5,
              failureThreshold: 6,
            },
          },
        },
        {
          name: 'metrics',
          image: props.exporterImage,
          command: ['/redis_exporter'],
          env: {
            REDIS_ADDR: `redis://127.0.0.1:${REDIS_PORT.port}`,
            REDIS_USER: METRICS_USER,
            REDIS_PASSWORD: props.metricsPassword,
            // Would tell the scraper everything that is configured, and wants a right for it.
            REDIS_EXPORTER_CONFIG_COMMAND: '-',
            REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `:${REDIS_METRICS_PORT.port}`,
          },
          ports: [REDIS_METRICS_PORT],
          resources: { cpu: '10m', memory: '64Mi' },
          probes: { readiness: { httpGet: { path: '/health', port: REDIS_METRICS_PORT.name }, periodSeconds: 10 } },
        },
      ],
      services: [{ ports: [REDIS_PORT] }, { name: headless, ports: [REDIS_PORT], headless: true }],
      stateful: {
        service: headless,
        ...(durable && {
          claims: [
            {
              name: data.name,
              size: props.storage ?? '',
              ...(props.storageClass !== undefined && { storageClass: props.storageClass }),
            },
          ],
        }),
      },
    });
    this.#users(props, credentials);
  }

  #users({ name, image, users, adminPassword, placement }: RedisStoreProps, credentials: VolumeMount): void {
    const applied = '/tmp/applied';
    new Workload(this, 'users', {
      name: `${name}-users`,
      component: name,
      role: 'users',
      serviceAccount: name,
      ...placement,
      user: USER,
      group: USER,
      volumes:
        users.length > 0
          ? [
              credentialsVolume(
                credentials.name,
                [...users].sort((a, b) => compareText(a.name, b.name)),
              ),
            ]
          : [],
      config: [
        { name: `${name}-users`, path: '/config', files: { rules: userRules(users), 'users.sh': USERS_SCRIPT } },
      ],
      containers: [
        {
          name: 'users',
          image,
          command: ['sh', '/config/users.sh'],
          env: {
            STORE: name,
            REDISCLI_AUTH: adminPassword,
            RULES: '/config/rules',
            CREDENTIALS: credentials.mountPath,
            APPLIED: applied,
            PAUSE: '10',
          },
          resources: { cpu: '10m', memory: '32Mi' },
          mounts: users.length > 0 ? [credentials] : [],
          scratch: [{ path: '/tmp', sizeLimit: '1Mi' }],
          probes: { readiness: { exec: { command: ['test', '-e', applied] }, periodSeconds: 5 } },
        },
      ],
    });
  }
}

/** While it reads its log it says that it does, which is no PONG. No password is needed, so none is on a command line. */
const ANSWERS: Probe = {
  exec: {
    command: [
      'sh',
      '-c',
      `[ "$(REDISCLI_AUTH=none valkey-cli -p ${REDIS_PORT.port} --user ${PROBE_USER} --no-auth-warning ping)" = PONG ]`,
    ],
  },
  timeoutSeconds: 5,
};

function refuse({ name, flavour, eviction, storage, storageClass, resources, users }: RedisStoreProps): void {
  const say = (what: string): never => {
    throw new Error(`${name}: ${what}`);
  };
  if (flavour === 'durable') {
    if (storage === undefined) say('a durable store has no storage; say how large its volume is');
    if (eviction !== undefined) say(`eviction is "${eviction}", but a durable store never evicts; leave it out`);
  } else if (storage !== undefined || storageClass !== undefined) {
    say('a cache keeps nothing on disk; leave storage and storageClass out, or make it durable');
  }
  const memory = resources.memoryLimit ?? resources.memory;
  if (maxMemory(flavour, memory) < 16 * 2 ** 20)
    say(`its memory of ${memory} leaves no room for keys; give it 32Mi or more`);
  for (const [index, user] of users.entries()) {
    const problem = [userNameProblem(user.name), ...user.keys.map(keyPatternProblem)].find((one) => one !== undefined);
    if (problem !== undefined) say(problem);
    if (users.slice(0, index).some((other) => other.name === user.name)) {
      say(`two users are called "${user.name}"; give one user all its passwords and keys`);
    }
  }
}
