import { Construct } from 'constructs';
import { serviceHost } from '../../graph/endpoint.ts';
import { type Claim, Workload } from '../workload/index.ts';
import type { Resources } from '../workload/props.ts';
import { refuseBadBuckets, type StoreBucket, type StoreKeys } from './bucket.ts';
import { bucketJob, maintenanceJob } from './seaweedfs-jobs.ts';
import {
  FILER,
  FILER_GRPC,
  GATEWAY_METRICS,
  MASTER,
  MASTER_GRPC,
  MASTER_METRICS,
  S3,
  S3_GRPC,
  VOLUME,
  VOLUME_GRPC,
  VOLUME_METRICS,
} from './seaweedfs-ports.ts';
import { addresses, CONFIG, DATA, GROWTH, headless, member, STOP_LATER, server, weed } from './seaweedfs-server.ts';

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

const MASTERS = 3;

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
        ...server(name, name, 'server'),
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
        ...server(name, name, 'gateway'),
        config: [filerConfig],
        containers: [gatewayContainer],
        services: [{ ports: [S3] }, headless(name, [S3, S3_GRPC, FILER])],
        stateful: { service: `${name}-headless`, claims: [claim(props.metadataStorage ?? '10Gi')] },
      });
      new Workload(this, 'master', {
        ...server(name, master, 'master'),
        serviceAccount: name,
        replicas: MASTERS,
        spread: 'require',
        containers: [masterContainer],
        services: [headless(master, [MASTER])],
        stateful: { service: `${master}-headless`, podManagement: 'Parallel', claims: [claim('1Gi')] },
      });
      new Workload(this, 'volume', {
        ...server(name, volume, 'volume'),
        serviceAccount: name,
        replicas: servers,
        spread: 'require',
        containers: [volumeContainer],
        services: [headless(volume, [VOLUME])],
        stateful: { service: `${volume}-headless`, podManagement: 'Parallel', claims: [claim(storage)] },
      });
    }

    const store = {
      name,
      image,
      masters: masterList,
      filer: `${gateway}:${FILER.port}`,
      s3Grpc: `${gateway}:${S3_GRPC.port}`,
      url: `http://${serviceHost({ service: name, namespace })}:${S3.port}`,
    };
    bucketJob(this, store, buckets, props.admin);
    maintenanceJob(this, store, copies, props.maintenance ?? '17 * * * *');
  }
}
