import { z } from 'zod';
import { cpuQuantity, cron, memoryQuantity, parseQuantity, storageQuantity } from '../config/scalars.ts';
import {
  bucketOffer,
  bucketsOf,
  SEAWEEDFS_METRICS_PORTS,
  SEAWEEDFS_PEER_PORTS,
  SEAWEEDFS_PORT,
  SEAWEEDFS_REGION,
  SeaweedfsStore,
} from '../constructs/object-store/index.ts';
import { objectStore } from '../contracts/object-store.ts';
import { credential, generated, publicKey, SecretRef } from '../graph/credential.ts';
import { IMAGES } from '../platform/versions.ts';
import { defineComponent, defineKind } from './component.ts';

const resources = (what: string, cpu: string, memory: string) =>
  z
    .strictObject({
      cpu: cpuQuantity.default(cpu).describe(`CPU ${what} asks for. Default ${cpu}.`),
      memory: memoryQuantity.default(memory).describe(`Memory ${what} asks for and may use. Default ${memory}.`),
    })
    .prefault({});

const settings = z
  .strictObject({
    servers: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe(
        'Data servers, each with a volume, on different nodes. With 1, for a laptop, one pod does everything. More can be added later, but 1 cannot become several. Default 3.',
      ),
    copies: z
      .int()
      .min(1)
      .max(3)
      .optional()
      .describe('Copies of each object, on different servers: 1 to 3. Default 2, with one server 1.'),
    storage: z
      .strictObject({
        size: storageQuantity
          .default('100Gi')
          .describe('Volume of each data server. The sum, divided by the copies, can be used. Default 100Gi.'),
        metadata: storageQuantity
          .default('10Gi')
          .describe(
            'Volume for the names and places of objects, about 1Gi for a million. With one server they share its volume. Default 10Gi.',
          ),
      })
      .prefault({})
      .describe('Volumes of the servers.'),
    resources: resources('the gateway', '500m', '1Gi').describe(
      'What the gateway asks for, which speaks S3 and keeps the metadata.',
    ),
    dataResources: resources('each data server', '200m', '1Gi').describe('What each data server asks for.'),
    maintenance: cron
      .default('17 * * * *')
      .describe(
        'When objects past their retention are removed and lost copies made again: five cron fields, UTC. Default "17 * * * *", every hour.',
      ),
  })
  .superRefine(({ servers, copies }, context) => {
    if (copies !== undefined && copies > servers) {
      context.addIssue({
        code: 'custom',
        path: ['copies'],
        message: `is more than the servers, which are ${servers}; each copy of an object is on another`,
      });
    }
  });

/** SeaweedFS: a bucket, a user and a retention for each who asks. */
export const seaweedfsKind = defineKind({
  name: 'seaweedfs',
  summary: 'Object store in the cluster: SeaweedFS, which is maintained.',
  settings,
  offers: [objectStore],
  components: (chosen, environment, origin) => {
    const { servers, storage } = chosen;
    const name = 'seaweedfs';
    const namespace = environment.namespace('data');
    const storageClass = environment.cluster.storageClasses.block;
    const copies = chosen.copies ?? (servers === 1 ? 1 : 2);
    return [
      defineComponent({
        name,
        layer: 'data',
        namespace,
        summary: `SeaweedFS, S3-compatible object store, on ${servers === 1 ? 'one server' : `${servers} data servers with ${copies === 1 ? 'one copy' : `${copies} copies`} of each object`}.`,
        version: IMAGES.seaweedfs.tag,
        origin,
        needs: {},
        offers: { store: bucketOffer({ name, port: SEAWEEDFS_PORT, region: SEAWEEDFS_REGION }) },
        credentials: {
          admin: credential({
            keys: { accessKeyId: publicKey('keelson'), secretAccessKey: generated(40) },
            why: 'the administrator of SeaweedFS, for its bucket job and for people in need',
          }),
        },
        peers: {
          ports: SEAWEEDFS_PEER_PORTS,
          why: 'gateway, masters and data servers work together; jobs make buckets and users and keep copies and retentions',
        },
        metrics: SEAWEEDFS_METRICS_PORTS.map((port) => ({ via: 'pod', port })),
        build(chart, { consumers, credentials }) {
          new SeaweedfsStore(chart, name, {
            name,
            namespace,
            image: environment.image('seaweedfs'),
            servers,
            copies,
            storage: storage.size,
            metadataStorage: storage.metadata,
            ...(storageClass !== undefined && { storageClass }),
            volumeSizeMb: volumeSizeMb(storage.size),
            resources: chosen.resources,
            dataResources: chosen.dataResources,
            admin: {
              accessKeyId: SecretRef.to(credentials.admin, 'accessKeyId'),
              secretAccessKey: SecretRef.to(credentials.admin, 'secretAccessKey'),
            },
            buckets: bucketsOf(consumers.store),
            maintenance: chosen.maintenance,
          });
        },
      }),
    ];
  },
});

/** About 200 files fill a server, so that there is room for many buckets on a small one and not too many on a big one. */
function volumeSizeMb(storage: string): number {
  const LIMIT = 30_000;
  return Math.round(Math.min(LIMIT, Math.max(128, parseQuantity(storage) / 2 ** 20 / 200)));
}
