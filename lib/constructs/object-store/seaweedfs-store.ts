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
  /** Servers that hold data. 1: one pod does everything. From 2 on: masters and gateway of their own. Default 1. */
  readonly servers?: number;
  /** Copies of every object, each on another server: 1 to 3. Default 2, with one server 1. */
  readonly copies?: number;
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
  /** Of the gateway. */
  readonly resources: Resources;
  /** Of each data server. Default: `resources`. */
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
const GATEWAY_METRICS = { name: 'metrics', port: 9327 } as const satisfies Port;
const MASTER_METRICS = { name: 'metrics-master', port: 9328 } as const satisfies Port;
const VOLUME_METRICS = { name: 'metrics-volume', port: 9329 } as const satisfies Port;

/** What clients open. */
export const SEAWEEDFS_PORT = S3;
/** Where its gateway, masters and data servers are scraped. */
export const SEAWEEDFS_METRICS_PORTS = [GATEWAY_METRICS, MASTER_METRICS, VOLUME_METRICS] as const;
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
 * It is made of masters, which know where things are; data servers; and a gateway, which speaks S3 and keeps names,
 * dates and places of objects. One server is one pod with all three on one volume. Several are three masters, which
 * agree by Raft, data servers, and one gateway with a volume of its own. The gateway is one on purpose: its embedded
 * store is exact, while two would tell each other of changes only after the fact, which conditional writes and reads
 * after writes cannot stand; and a shared one in PostgreSQL would have its backups in the store that cannot be read
 * without it. When its node fails the store pauses until the pod has started elsewhere; nothing is lost.
 *
 * Why not \`weed server\`, which runs all three in one process: told to stop, it stops its data server first, and its
 * gateway then waits for that one for ever, until it is killed with changes in memory. Seen with 4.48.
 *
 * The bucket job runs when what is asked changes. A key that changed in its Secret changes nothing that is asked: delete
 * the job, and Argo CD makes it again.
 *
 * The S3 gateway asks for signatures from the first second, because the administrator comes from its environment.
 */
export class SeaweedfsStore extends Construct {
  constructor(scope: Construct, id: string, props: SeaweedfsStoreProps) {
    super(scope, id);
    const { name, namespace, image, storage, buckets } = props;
    const servers = props.servers ?? 1;
    const copies = props.copies ?? (servers > 1 ? 2 : 1);
    if (copies > Math.min(servers, 3)) {
      throw new Error(
        `${name}: ${copies} copies of each object; there can be 3, and no more than servers, which are ${servers}`,
      );
    }
    refuseBadBuckets(name, buckets);

    const several = servers > 1;
    const master = several ? `${name}-master` : name;
    const volume = several ? `${name}-volume` : name;
    const masters = Array.from({ length: several ? MASTERS : 1 }, (_, index) => member(master, index, namespace));
    const masterList = masters.map((host) => `${host}:${MASTER.port}`).join(',');
    const gateway = member(name, 0, namespace);
    // One digit each for other data centres, other racks, other servers.
    const replication = `00${copies - 1}`;
    const claim = (size: string): Claim => ({
      name: 'data',
      size,
      ...(props.storageClass !== undefined && { storageClass: props.storageClass }),
    });

    const masterContainer = weed(props, {
      name: 'master',
      args: [
        'master',
        `-mdir=${DATA}`,
        ...addresses(master, namespace, MASTER_METRICS),
        `-peers=${several ? masterList : 'none'}`,
        `-volumeSizeLimitMB=${props.volumeSizeMb ?? 1024}`,
        `-defaultReplication=${replication}`,
        '-telemetry=false',
      ],
      env: GROWTH,
      ports: [MASTER, MASTER_GRPC, MASTER_METRICS],
      health: MASTER,
      resources: { cpu: '50m', memory: '256Mi' },
      shares: !several,
    });
    const volumeContainer = weed(props, {
      name: 'volume',
      args: [
        'volume',
        `-dir=${DATA}`,
        ...addresses(volume, namespace, VOLUME_METRICS),
        `-master=${masterList}`,
        '-max=0',
        '-minFreeSpace=5',
      ],
      ports: [VOLUME, VOLUME_GRPC, VOLUME_METRICS],
      health: VOLUME,
      resources: props.dataResources ?? props.resources,
      shares: !several,
    });
    const gatewayContainer = weed(props, {
      name: 'gateway',
      args: [
        'filer',
        ...addresses(name, namespace, GATEWAY_METRICS),
        `-master=${masterList}`,
        `-defaultReplicaPlacement=${replication}`,
        '-s3',
        `-s3.port=${S3.port}`,
        // No bucket appears by a misspelt upload, none goes with what is in it, and no catalogue APIs run beside it.
        '-s3.autoCreateBucket=false',
        '-s3.allowDeleteBucketNotEmpty=false',
        '-s3.port.iceberg=0',
        '-s3.port.lance=0',
      ],
      env: {
        AWS_ACCESS_KEY_ID: props.admin.accessKeyId,
        AWS_SECRET_ACCESS_KEY: props.admin.secretAccessKey,
      },
      ports: [S3, S3_GRPC, FILER, FILER_GRPC, GATEWAY_METRICS],
      health: S3,
      shares: !several,
    });
    const filerConfig = {
      name: `${name}-filer`,
      path: CONFIG,
      files: { 'filer.toml': FILER_TOML },
      containers: ['gateway'],
    };

    if (!several) {
      new Workload(this, 'server', {
        ...server(props, name, 'server'),
        config: [filerConfig],
        containers: [
          gatewayContainer,
          // They outlive the gateway, which writes to them as it ends.
          { ...masterContainer, lifecycle: STOP_LATER },
          { ...volumeContainer, lifecycle: STOP_LATER },
        ],
        services: [{ ports: [S3] }, headless(name, [S3, S3_GRPC, MASTER, VOLUME, FILER])],
        stateful: { service: `${name}-headless`, claims: [claim(storage)] },
      });
    } else {
      new Workload(this, 'gateway', {
        ...server(props, name, 'gateway'),
        config: [filerConfig],
        containers: [gatewayContainer],
        services: [{ ports: [S3] }, headless(name, [S3, S3_GRPC, FILER])],
        stateful: { service: `${name}-headless`, claims: [claim(props.metadataStorage ?? '10Gi')] },
      });
      new Workload(this, 'master', {
        ...server(props, master, 'master'),
        serviceAccount: name,
        replicas: MASTERS,
        spread: 'require',
        containers: [masterContainer],
        services: [headless(master, [MASTER])],
        stateful: { service: `${master}-headless`, podManagement: 'Parallel', claims: [claim('1Gi')] },
      });
      new Workload(this, 'volume', {
        ...server(props, volume, 'volume'),
        serviceAccount: name,
        replicas: servers,
        spread: 'require',
        containers: [volumeContainer],
        services: [headless(volume, [VOLUME])],
        stateful: { service: `${volume}-headless`, podManagement: 'Parallel', claims: [claim(storage)] },
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

/**
 * Runs on for 25 seconds after the pod was told to stop: the gateway waits 15 for its callers before it writes what it
 * has in memory. A data server takes 10 more, all well within the pod's grace.
 */
const STOP_LATER = { preStop: { exec: { command: ['sleep', '25'] } } };

/** A server is known to the others by the stable name of its pod. */
const addresses = (workload: string, namespace: string, metrics: Port): string[] => [
  `-ip=$(POD_NAME).${serviceHost({ service: `${workload}-headless`, namespace })}`,
  '-ip.bind=0.0.0.0',
  `-metricsPort=${metrics.port}`,
];

const member = (workload: string, index: number, namespace: string): string =>
  `${workload}-${index}.${serviceHost({ service: `${workload}-headless`, namespace })}`;

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
    readonly name: string;
    readonly args: readonly string[];
    readonly ports: ContainerProps['ports'] & {};
    /** Port that tells whether the server is well. */
    readonly health: Port;
    readonly env?: ContainerProps['env'];
    readonly resources?: Resources;
    /** Whether other containers of the pod have their data on the same volume. */
    readonly shares: boolean;
  },
): ServiceContainerProps {
  const probe = { httpGet: { path: '/healthz', port: options.health.name } };
  return {
    name: options.name,
    image,
    command: ['weed'],
    args: [`-config_dir=${CONFIG}`, '-logtostderr=true', ...options.args],
    env: { POD_NAME: { podField: 'metadata.name' }, ...options.env, HOME: '/tmp' },
    ports: options.ports,
    resources: options.resources ?? resources,
    mounts: [{ name: 'data', mountPath: DATA, ...(options.shares && { subPath: options.name }) }],
    scratch: [{ path: '/tmp' }],
    probes: {
      startup: { ...probe, periodSeconds: 5, failureThreshold: 60 },
      readiness: { ...probe, periodSeconds: 10, timeoutSeconds: 5 },
      liveness: { ...probe, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5 },
    },
  };
}
