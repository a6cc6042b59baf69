import { Construct } from 'constructs';
import { serviceHost } from '../../graph/endpoint.ts';
import { Task, Workload } from '../workload/index.ts';
import type { Resources } from '../workload/props.ts';
import { bucketPolicy, lifecycleJson, refuseBadBuckets, type StoreBucket, type StoreKeys } from './bucket.ts';
import { credentialsVolume } from './credentials-volume.ts';
import { MINIO_PROVISION } from './minio-provision.ts';

export interface MinioStoreProps {
  /** Name of the StatefulSet and of the Service that clients use; others begin with it. */
  readonly name: string;
  /** Namespace it lives in, which is part of the names its servers find each other by. */
  readonly namespace: string;
  readonly image: string;
  /** Servers: 1, or 4 to 16, which tolerate the loss of some. Default 1. Fixed for the life of the store. */
  readonly servers?: number;
  /** Size of each server's volume. What can be used is all of it with 1 server, half of the sum with 4 to 8, three quarters with 16. */
  readonly storage: string;
  /** Default: the cluster's default class. */
  readonly storageClass?: string;
  readonly resources: Resources;
  /** The administrator, whom only the servers and the bucket job know. */
  readonly root: { readonly user: StoreKeys['accessKeyId']; readonly password: StoreKeys['secretAccessKey'] };
  readonly buckets: readonly StoreBucket[];
}

/** What clients open, and where metrics are scraped. */
export const MINIO_PORT = { name: 's3', port: 9000 } as const;
/** MinIO answers to every region; clients sign for this one. */
export const MINIO_REGION = 'us-east-1';
/** Readable by whoever reaches the port: with the bearer token that MinIO wants by default, a scraper would hold a root-signed token for ever. */
export const MINIO_METRICS_PATH = '/minio/v2/metrics/cluster';

/** User that MinIO's image has a home for; any would do. */
const USER = 1000;
const DATA = '/data';

/**
 * MinIO, and a job that makes its buckets, their users and their retentions.
 *
 * Several servers form one erasure set. With MinIO's own parity (2 of 4, 4 from 8 on) as many servers can be lost
 * without losing an object; writes stop one earlier where parity is half. They run on different nodes, start together
 * and find each other through a headless Service that also names servers that are not ready. The number of servers is
 * part of the layout of the data: MinIO does not start with another.
 *
 * The job runs when what is asked changes. A key that changed in its Secret changes nothing that is asked: delete the
 * job, and Argo CD makes it again.
 *
 * The web console is off: its community edition can do less than mc, and it would be one more door.
 */
export class MinioStore extends Construct {
  constructor(scope: Construct, id: string, props: MinioStoreProps) {
    super(scope, id);
    const { name, namespace, image, buckets } = props;
    const servers = props.servers ?? 1;
    if (servers !== 1 && (servers < 4 || servers > 16)) {
      throw new Error(`${name}: ${servers} servers cannot form a store; MinIO runs as 1 server or as 4 to 16`);
    }
    refuseBadBuckets(name, buckets);
    const peers = `${name}-headless`;

    new Workload(this, 'server', {
      name,
      role: 'server',
      replicas: servers,
      spread: 'require',
      user: USER,
      group: USER,
      // An upload in flight may finish.
      terminationGracePeriodSeconds: 60,
      containers: [
        {
          name: 'minio',
          image,
          command: ['minio'],
          args: ['server', ...minioVolumes({ name, namespace, servers })],
          env: {
            MINIO_ROOT_USER: props.root.user,
            MINIO_ROOT_PASSWORD: props.root.password,
            MINIO_ADDRESS: `:${MINIO_PORT.port}`,
            MINIO_PROMETHEUS_AUTH_TYPE: 'public',
            MINIO_BROWSER: 'off',
            MINIO_UPDATE: 'off',
            // Where it looks for certificates; the default would be on the read-only root file system.
            HOME: '/tmp',
          },
          ports: [MINIO_PORT],
          resources: props.resources,
          mounts: [{ name: 'data', mountPath: DATA }],
          scratch: [{ path: '/tmp' }],
          probes: {
            startup: { ...probe('/minio/health/live'), periodSeconds: 5, failureThreshold: 60 },
            readiness: { ...probe('/minio/health/ready'), periodSeconds: 10, timeoutSeconds: 5 },
            liveness: { ...probe('/minio/health/live'), periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 5 },
          },
        },
      ],
      services: [
        { ports: [MINIO_PORT] },
        { name: peers, ports: [MINIO_PORT], headless: true, publishNotReadyAddresses: true },
      ],
      stateful: {
        service: peers,
        podManagement: 'Parallel',
        claims: [
          {
            name: 'data',
            size: props.storage,
            ...(props.storageClass !== undefined && { storageClass: props.storageClass }),
          },
        ],
      },
    });

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
            'provision.sh': MINIO_PROVISION,
            buckets: buckets.map((bucket) => `${bucket.name}\n`).join(''),
            ...Object.fromEntries(
              buckets.flatMap(({ name: bucket, expire = [] }) => [
                [`${bucket}.policy.json`, json(bucketPolicy(bucket))],
                ...(expire.length > 0 ? [[`${bucket}.lifecycle.json`, json(lifecycleJson(expire))]] : []),
              ]),
            ),
          },
        },
      ],
      containers: [
        {
          name: 'buckets',
          image,
          command: ['bash', '/asked/provision.sh'],
          env: {
            STORE_URL: `http://${serviceHost({ service: name, namespace })}:${MINIO_PORT.port}`,
            ROOT_USER: props.root.user,
            ROOT_PASSWORD: props.root.password,
            ASKED: '/asked',
            CREDENTIALS: '/credentials',
            // Times 5 seconds: long enough for volumes to be made and servers to find each other.
            ATTEMPTS: '60',
            MC_CONFIG_DIR: '/tmp/mc',
            HOME: '/tmp',
          },
          resources: { cpu: '50m', memory: '128Mi' },
          mounts: [{ name: 'credentials', mountPath: '/credentials', readOnly: true }],
          // The alias with the root password is written there.
          scratch: [{ path: '/tmp', sizeLimit: '16Mi', medium: 'Memory' }],
        },
      ],
    });
  }
}

/** The places a server keeps data in, as `minio server` takes them. */
function minioVolumes({
  name,
  namespace,
  servers,
}: {
  readonly name: string;
  readonly namespace: string;
  readonly servers: number;
}): string[] {
  if (servers === 1) return [DATA];
  const host = serviceHost({ service: `${name}-headless`, namespace });
  // MinIO's own notation for a series, which tells it that these are one set.
  return [`http://${name}-{0...${servers - 1}}.${host}:${MINIO_PORT.port}${DATA}`];
}

const probe = (path: string) => ({ httpGet: { path, port: MINIO_PORT.name } });

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
