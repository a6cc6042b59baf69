import { Construct } from 'constructs';
import type { Port } from '../../graph/contract.ts';
import { serviceHost } from '../../graph/endpoint.ts';
import { type Claim, ScheduledTask, Task, Workload } from '../workload/index.ts';
import type { ContainerProps, Resources, ServiceContainerProps } from '../workload/props.ts';
import { bucketPolicy, lifecycleXml, refuseBadBuckets, type StoreBucket, type StoreKeys } from './bucket.ts';
import { credentialsVolume } from './credentials-volume.ts';
import { SEAWEEDFS_MAINTENANCE, SEAWEEDFS_PROVISION } from './seaweedfs-scripts.ts';

export interface SeaweedfsStoreProps {
  /** Name of the StatefulSet with the S3 gateway and of the Service that clients use; others begin with it. */
  readonly name: string;
  /** Namespace it lives in, which is part of the names its servers find each other by. */
  readonly namespace: string;
  readonly image: string;
  /** Servers that hold data. 1: one process does everything. From 2 on: masters and gateway of their own. Default 1. */
  readonly servers?: number;
  /** Copies of every object, each on another server. Default 2, with one server 1. */
  readonly copies?: 1 | 2 | 3;
  /** Size of each data server's volume. */
  readonly storage: string;
  /**
   * Size of the volume for names, dates and places of objects, which several servers keep apart from their content.
   * About 1 KiB an object, and more for objects above 8 MB. Default 10Gi.
   */
  readonly metadataStorage?: string;
  /** Default: the cluster's default class. */
  readonly storageClass?: string;
  /**
   * Content is kept in files of this size in MB, each of one bucket. A bucket takes one at its first object, so there
   * must be room for many. Default 1024.
   */
  readonly volumeSizeMb?: number;
  /** Of the gateway, or of the one server. */
  readonly resources: Resources;
  /** Of each data server, where there are several. Default: `resources`. */
  readonly dataResources?: Resources;
  /** The administrator, whom only the gateway and the bucket job know. */
  readonly admin: StoreKeys;
  readonly buckets: readonly StoreBucket[];
  /** When retentions are carried out and lost copies made again: five cron fields. Default: every hour. */
  readonly maintenance?: string;
}

const S3 = { name: 's3', port: 8333 } as const satisfies Port;
const S3_GRPC = { name: 's3-grpc', port: 18333 } as const satisfies Port;
const MASTER = { name: 'master', port: 9333 } as const satisfies Port;
const MASTER_GRPC = { name: 'master-grpc', port: 19333 } as const satisfies Port;
const VOLUME = { name: 'volume', port: 8080 } as const satisfies Port;
const VOLUME_GRPC = { name: 'volume-grpc', port: 18080 } as const satisfies Port;
const FILER = { name: 'filer', port: 8888 } as const satisfies Port;
const FILER_GRPC = { name: 'filer-grpc', port: 18888 } as const satisfies Port;
const METRICS = { name: 'metrics', port: 9327 } as const satisfies Port;

/** What clients open. */
export const SEAWEEDFS_PORT = S3;
/** Where every one of its servers is scraped. */
export const SEAWEEDFS_METRICS_PORT = METRICS;
/** What its servers and jobs open on each other. None of it asks who calls, so nobody else may. */
export const SEAWEEDFS_PEER_PORTS: readonly Port[] = [
  S3,
  S3_GRPC,
  MASTER,
  MASTER_GRPC,
  VOLUME,
  VOLUME_GRPC,
  FILER,
  FILER_GRPC,
];
/** SeaweedFS answers to every region; clients sign for this one. */
export const SEAWEEDFS_REGION = 'us-east-1';

/** The image's own user. */
const USER = 1000;
const MASTERS = 3;
const DATA = '/data';
const CONFIG = '/etc/seaweedfs';

/** The embedded store for metadata, said here because the image's own file could change. */
const FILER_TOML = `[leveldb2]\nenabled = true\ndir = "${DATA}/filerldb2"\n`;

/**
 * SeaweedFS with its S3 gateway, a job that makes buckets, users and retentions, and a schedule that carries them out.
 *
 * One server is one process on one volume. Several are three masters (which agree by Raft where things are), data
 * servers, and one gateway with the metadata on a volume of its own. The gateway is one on purpose: its embedded store
 * is exact, while two would tell each other of changes only after the fact, which conditional writes and reads after
 * writes cannot stand; and a shared one in PostgreSQL would have its backups in the store that cannot be read without
 * it. When its node fails the store pauses until the pod has started elsewhere; nothing is lost.
 *
 * The S3 gateway asks for signatures from the first second, because the administrator comes from its environment.
 */
export class SeaweedfsStore extends Construct {
  constructor(scope: Construct, id: string, props: SeaweedfsStoreProps) {
    super(scope, id);
    const { name, namespace, image, storage, buckets } = props;
    const servers = props.servers ?? 1;
    const copies = props.copies ?? (servers > 1 ? 2 : 1);
    if (copies > servers) {
      throw new Error(`${name}: ${copies} copies need ${copies} servers, but there are ${servers}`);
    }
    refuseBadBuckets(name, buckets);

    const several = servers > 1;
    const masters = several
      ? Array.from({ length: MASTERS }, (_, index) => member(`${name}-master`, index, namespace))
      : [member(name, 0, namespace)];
    const masterList = masters.map((host) => `${host}:${MASTER.port}`).join(',');
    const gateway = member(name, 0, namespace);
    const volumeSize = String(props.volumeSizeMb ?? 1024);
    // One digit each for other data centres, other racks, other servers.
    const replication = `00${copies - 1}`;
    const claim = (size: string): Claim => ({
      name: 'data',
      size,
      ...(props.storageClass !== undefined && { storageClass: props.storageClass }),
    });
    const filerConfig = { name: `${name}-filer`, path: CONFIG, files: { 'filer.toml': FILER_TOML } };
    const adminEnv = {
      AWS_ACCESS_KEY_ID: props.admin.accessKeyId,
      AWS_SECRET_ACCESS_KEY: props.admin.secretAccessKey,
    };

    if (!several) {
      new Workload(this, 'server', {
        ...server(props, name, 'server'),
        config: [filerConfig],
        containers: [
          weed(props, {
            args: [
              'server',
              `-dir=${DATA}`,
              ...addresses(name, namespace),
              '-master.peers=none',
              `-master.volumeSizeLimitMB=${volumeSize}`,
              `-master.defaultReplication=${replication}`,
              '-master.telemetry=false',
              '-volume.max=0',
              '-volume.minFreeSpace=5',
              '-filer',
              ...s3Flags('-s3', 's3.'),
            ],
            env: { ...GROWTH, ...adminEnv },
            ports: [S3, S3_GRPC, MASTER, MASTER_GRPC, VOLUME, VOLUME_GRPC, FILER, FILER_GRPC, METRICS],
            health: S3,
          }),
        ],
        services: [{ ports: [S3] }, headless(name, [S3, MASTER, VOLUME, FILER])],
        stateful: { service: `${name}-headless`, claims: [claim(storage)] },
      });
    } else {
      new Workload(this, 'gateway', {
        ...server(props, name, 'gateway'),
        config: [filerConfig],
        containers: [
          weed(props, {
            args: [
              'filer',
              ...addresses(name, namespace),
              `-master=${masterList}`,
              `-defaultReplicaPlacement=${replication}`,
              ...s3Flags('-s3', 's3.'),
            ],
            env: adminEnv,
            ports: [S3, S3_GRPC, FILER, FILER_GRPC, METRICS],
            health: S3,
          }),
        ],
        services: [{ ports: [S3] }, headless(name, [S3, FILER])],
        stateful: { service: `${name}-headless`, claims: [claim(props.metadataStorage ?? '10Gi')] },
      });
      new Workload(this, 'master', {
        ...server(props, `${name}-master`, 'master'),
        serviceAccount: name,
        replicas: MASTERS,
        spread: 'require',
        containers: [
          weed(props, {
            args: [
              'master',
              `-mdir=${DATA}`,
              ...addresses(`${name}-master`, namespace),
              `-peers=${masterList}`,
              `-volumeSizeLimitMB=${volumeSize}`,
              `-defaultReplication=${replication}`,
              '-telemetry=false',
            ],
            env: GROWTH,
            ports: [MASTER, MASTER_GRPC, METRICS],
            health: MASTER,
            resources: { cpu: '50m', memory: '256Mi' },
          }),
        ],
        services: [headless(`${name}-master`, [MASTER])],
        stateful: { service: `${name}-master-headless`, podManagement: 'Parallel', claims: [claim('1Gi')] },
      });
      new Workload(this, 'volume', {
        ...server(props, `${name}-volume`, 'volume'),
        serviceAccount: name,
        replicas: servers,
        spread: 'require',
        containers: [
          weed(props, {
            args: [
              'volume',
              `-dir=${DATA}`,
              ...addresses(`${name}-volume`, namespace),
              `-master=${masterList}`,
              '-max=0',
              '-minFreeSpace=5',
            ],
            ports: [VOLUME, VOLUME_GRPC, METRICS],
            health: VOLUME,
            resources: props.dataResources ?? props.resources,
          }),
        ],
        services: [headless(`${name}-volume`, [VOLUME])],
        stateful: { service: `${name}-volume-headless`, podManagement: 'Parallel', claims: [claim(storage)] },
      });
    }

    const shell = { MASTER: masterList, FILER: `${gateway}:${FILER.port}`, HOME: '/tmp' };
    const scratch = [{ path: '/tmp', sizeLimit: '64Mi', medium: 'Memory' }] as const;
    new Task(this, 'buckets', {
      name: `${name}-buckets`,
      component: name,
      role: 'buckets',
      serviceAccount: name,
      user: USER,
      group: USER,
      volumes: [credentialsVolume('credentials', buckets)],
      config: [
        {
          name: `${name}-buckets`,
          path: '/asked',
          files: {
            'provision.sh': SEAWEEDFS_PROVISION,
            buckets: buckets.map((bucket) => `${bucket.name}\n`).join(''),
            ...Object.fromEntries(
              buckets.flatMap(({ name: bucket, expire = [] }) => [
                [`${bucket}.policy.json`, `${JSON.stringify(bucketPolicy(bucket), null, 2)}\n`],
                ...(expire.length > 0 ? [[`${bucket}.lifecycle.xml`, lifecycleXml(expire)]] : []),
              ]),
            ),
          },
        },
      ],
      containers: [
        {
          name: 'buckets',
          image,
          command: ['sh', '/asked/provision.sh'],
          env: {
            ...shell,
            STORE_URL: `http://${serviceHost({ service: name, namespace })}:${S3.port}`,
            ADMIN_ACCESS_KEY_ID: props.admin.accessKeyId,
            ADMIN_SECRET_ACCESS_KEY: props.admin.secretAccessKey,
            ASKED: '/asked',
            CREDENTIALS: '/credentials',
            WORK: '/tmp',
            // Times 5 seconds: long enough for volumes to be made and masters to agree.
            ATTEMPTS: '60',
          },
          resources: { cpu: '50m', memory: '128Mi' },
          mounts: [{ name: 'credentials', mountPath: '/credentials', readOnly: true }],
          scratch,
        },
      ],
    });

    new ScheduledTask(this, 'maintenance', {
      name: `${name}-maintenance`,
      component: name,
      role: 'maintenance',
      serviceAccount: name,
      schedule: props.maintenance ?? '17 * * * *',
      retries: 1,
      user: USER,
      group: USER,
      config: [{ name: `${name}-maintenance`, path: '/maintenance', files: { 'maintain.sh': SEAWEEDFS_MAINTENANCE } }],
      containers: [
        {
          name: 'maintenance',
          image,
          command: ['sh', '/maintenance/maintain.sh'],
          env: {
            ...shell,
            S3_GRPC: `${gateway}:${S3_GRPC.port}`,
            COPIES: String(copies),
            // A run that does not finish is taken up again by the next where it stopped.
            RUNTIME: '45m',
            TIMEOUT: '3300',
          },
          resources: { cpu: '50m', memory: '256Mi' },
          scratch,
        },
      ],
    });
  }
}

/** Each collection (bucket) starts with one file for its content. The default of 7 fills a small disk with nothing. */
const GROWTH = {
  WEED_MASTER_VOLUME_GROWTH_COPY_1: '1',
  WEED_MASTER_VOLUME_GROWTH_COPY_2: '1',
  WEED_MASTER_VOLUME_GROWTH_COPY_3: '1',
  WEED_MASTER_VOLUME_GROWTH_COPY_OTHER: '1',
} as const;

/** A server is known to the others by the stable name of its pod. */
const addresses = (workload: string, namespace: string): string[] => [
  `-ip=$(POD_NAME).${serviceHost({ service: `${workload}-headless`, namespace })}`,
  '-ip.bind=0.0.0.0',
  `-metricsPort=${METRICS.port}`,
];

const member = (workload: string, index: number, namespace: string): string =>
  `${workload}-${index}.${serviceHost({ service: `${workload}-headless`, namespace })}`;

/** The S3 gateway: no bucket appears by a misspelt upload or goes with what is in it, and no catalogue APIs run beside it. */
const s3Flags = (start: string, prefix: string): string[] => [
  start,
  `-${prefix}port=${S3.port}`,
  `-${prefix}autoCreateBucket=false`,
  `-${prefix}allowDeleteBucketNotEmpty=false`,
  `-${prefix}port.iceberg=0`,
  `-${prefix}port.lance=0`,
];

const headless = (workload: string, ports: readonly [Port, ...Port[]]) => ({
  name: `${workload}-headless`,
  ports,
  headless: true,
  publishNotReadyAddresses: true,
});

const server = (props: SeaweedfsStoreProps, name: string, role: string) => ({
  name,
  component: props.name,
  role,
  user: USER,
  group: USER,
  // A data server tells its master ten seconds before it goes.
  terminationGracePeriodSeconds: 60,
});

function weed(
  { image, resources }: SeaweedfsStoreProps,
  options: {
    readonly args: readonly string[];
    readonly ports: ContainerProps['ports'] & {};
    /** Port that tells whether the server is well. */
    readonly health: Port;
    readonly env?: ContainerProps['env'];
    readonly resources?: Resources;
  },
): ServiceContainerProps {
  const probe = { httpGet: { path: '/healthz', port: options.health.name } };
  return {
    name: 'seaweedfs',
    image,
    command: ['weed'],
    args: [`-config_dir=${CONFIG}`, '-logtostderr=true', ...options.args],
    env: { POD_NAME: { podField: 'metadata.name' }, ...options.env, HOME: '/tmp' },
    ports: options.ports,
    resources: options.resources ?? resources,
    mounts: [{ name: 'data', mountPath: DATA }],
    scratch: [{ path: '/tmp' }],
    probes: {
      startup: { ...probe, periodSeconds: 5, failureThreshold: 60 },
      readiness: { ...probe, periodSeconds: 10, timeoutSeconds: 5 },
      liveness: { ...probe, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5 },
    },
  };
}
