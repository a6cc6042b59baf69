import { z } from 'zod';
import { cpuQuantity, memoryQuantity, storageQuantity } from '../config/scalars.ts';
import {
  bucketOffer,
  bucketsOf,
  MINIO_METRICS_PATH,
  MINIO_PORT,
  MINIO_REGION,
  MinioStore,
} from '../constructs/object-store/index.ts';
import { objectStore } from '../contracts/object-store.ts';
import { credential, generated, publicKey, SecretRef } from '../graph/credential.ts';
import { IMAGES } from '../platform/versions.ts';
import { defineComponent, defineKind } from './component.ts';

const SERVERS = 'is not a number of servers that MinIO can form a store of; write 1, or 4 to 16';

const settings = z.strictObject({
  servers: z
    .int({ error: SERVERS })
    .min(1, { error: SERVERS, abort: true })
    .max(16, { error: SERVERS, abort: true })
    .refine((servers) => servers === 1 || servers >= 4, { error: SERVERS })
    .default(4)
    .describe(
      'Servers, each with a volume, on different nodes: 4 to 16, of which some may be lost, or 1 for a laptop. Fixed once the store has been made. Default 4.',
    ),
  storage: z
    .strictObject({
      size: storageQuantity
        .default('100Gi')
        .describe(
          'Volume of each server. Of the sum, 1 server can use all, 4 to 8 half and 16 three quarters. Default 100Gi.',
        ),
    })
    .prefault({})
    .describe('Volumes of the servers.'),
  resources: z
    .strictObject({
      cpu: cpuQuantity.default('500m').describe('CPU each server asks for. Default 500m.'),
      memory: memoryQuantity.default('2Gi').describe('Memory each server asks for and may use. Default 2Gi.'),
    })
    .prefault({})
    .describe('What each server asks for.'),
});

/** MinIO: a bucket, a user and a retention for each who asks. */
export const minioKind = defineKind({
  name: 'minio',
  summary: 'Object store in the cluster: MinIO, whose last images are of 2025 and get no fixes any more.',
  settings,
  offers: [objectStore],
  components: ({ servers, storage, resources }, environment, origin) => {
    const name = 'minio';
    const namespace = environment.namespace('data');
    const storageClass = environment.cluster.storageClasses.block;
    return [
      defineComponent({
        name,
        layer: 'data',
        namespace,
        summary: `MinIO, S3-compatible object store, on ${servers === 1 ? 'one server' : `${servers} servers`}.`,
        version: IMAGES.minio.tag,
        origin,
        needs: {},
        offers: { store: bucketOffer({ name, port: MINIO_PORT, region: MINIO_REGION }) },
        credentials: {
          root: credential({
            keys: { user: publicKey('keelson'), password: generated(40) },
            why: 'the administrator of MinIO, for its bucket job and for people in need',
          }),
        },
        peers: {
          ports: [MINIO_PORT],
          why: 'servers keep parts of each object; the bucket job makes buckets and users',
        },
        metrics: [{ via: 'pod', port: MINIO_PORT, path: MINIO_METRICS_PATH }],
        build(chart, { consumers, credentials }) {
          new MinioStore(chart, name, {
            name,
            namespace,
            image: environment.image('minio'),
            servers,
            storage: storage.size,
            ...(storageClass !== undefined && { storageClass }),
            resources,
            root: {
              user: SecretRef.to(credentials.root, 'user'),
              password: SecretRef.to(credentials.root, 'password'),
            },
            buckets: bucketsOf(consumers.store),
          });
        },
      }),
    ];
  },
});
