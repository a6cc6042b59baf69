import type { Construct } from 'constructs';
import { ScheduledTask, Task } from '../workload/index.ts';
import { bucketPolicy, lifecycleXml, type StoreBucket, type StoreKeys } from './bucket.ts';
import { credentialsVolume } from './credentials-volume.ts';
import { SEAWEEDFS_MAINTENANCE, SEAWEEDFS_PROVISION } from './seaweedfs-scripts.ts';
import { USER } from './seaweedfs-server.ts';

/** The store as its jobs reach it. */
export interface RunningStore {
  readonly name: string;
  readonly image: string;
  /** `host:port` of the masters, with commas between, and of the gateway's filer and its administration. */
  readonly masters: string;
  readonly filer: string;
  readonly s3Grpc: string;
  /** Where S3 is spoken. */
  readonly url: string;
}

const SCRATCH = [{ path: '/tmp', sizeLimit: '64Mi', medium: 'Memory' }] as const;

const shellOf = ({ masters, filer }: RunningStore) => ({ MASTER: masters, FILER: filer, HOME: '/tmp' });

/** Makes buckets, users and retentions as they are asked for. */
export function bucketJob(
  scope: Construct,
  store: RunningStore,
  buckets: readonly StoreBucket[],
  admin: StoreKeys,
): void {
  const { name, image } = store;
  new Task(scope, 'buckets', {
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
          ...shellOf(store),
          STORE_URL: store.url,
          ADMIN_ACCESS_KEY_ID: admin.accessKeyId,
          ADMIN_SECRET_ACCESS_KEY: admin.secretAccessKey,
          ASKED: '/asked',
          CREDENTIALS: '/credentials',
          WORK: '/tmp',
          // Times 5 seconds: long enough for volumes to be made and masters to agree.
          ATTEMPTS: '60',
        },
        resources: { cpu: '50m', memory: '128Mi' },
        mounts: [{ name: 'credentials', mountPath: '/credentials', readOnly: true }],
        scratch: SCRATCH,
      },
    ],
  });
}

/** Carries retentions out, and makes lost copies again. */
export function maintenanceJob(scope: Construct, store: RunningStore, copies: number, schedule: string): void {
  const { name, image } = store;
  new ScheduledTask(scope, 'maintenance', {
    name: `${name}-maintenance`,
    component: name,
    role: 'maintenance',
    serviceAccount: name,
    schedule: schedule,
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
          ...shellOf(store),
          S3_GRPC: store.s3Grpc,
          COPIES: String(copies),
          // A run that does not finish is taken up again by the next where it stopped.
          RUNTIME: '45m',
          TIMEOUT: '3300',
        },
        resources: { cpu: '50m', memory: '256Mi' },
        scratch: SCRATCH,
      },
    ],
  });
}
