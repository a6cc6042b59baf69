import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import type { PersistentVolumeClaim } from '../../imports/k8s.ts';
import { cpuQuantity, duration, durationSeconds, memoryQuantity, storageQuantity } from '../config/scalars.ts';
import {
  FEAST_PORTS,
  FeatureRegistry,
  type FeatureRegistryProps,
  REGISTRY_CONNECTIONS,
  registryConnections,
} from '../constructs/feast/index.ts';
import { featureRegistry } from '../contracts/feature-registry.ts';
import { postgres } from '../contracts/postgres.ts';
import { need, offer } from '../graph/contract.ts';
import { ASK_BEFORE_REMOVAL } from '../platform/protection.ts';
import { IMAGES } from '../platform/versions.ts';
import { defineComponent, defineKind, type KindProblem } from './component.ts';

const REPLICAS = 2;
const DIRECTORY = '/var/lib/feast';
const VOLUME = 'registry';

const settings = z
  .strictObject({
    replicas: z
      .int()
      .min(1)
      .max(20)
      .optional()
      .describe('Replicas of the registry server. Default 2; with a file 1, since two would write over each other.'),
    connectionsPerReplica: z
      .int()
      .min(1)
      .max(10)
      .default(REGISTRY_CONNECTIONS)
      .describe(
        `Most database connections of one replica, which answers ten requests at a time. The database is asked for all of them and for those of the one replica more that a rollout starts. Default ${REGISTRY_CONNECTIONS}.`,
      ),
    cacheFor: duration
      .refine((text) => durationSeconds(text) >= 1 && Number.isInteger(durationSeconds(text)), {
        error: 'is not a number of whole seconds, one at least; write it like 30s',
      })
      .default('30s')
      .describe(
        'How long a replica goes on with what it has read; so long it takes until a change is seen. Default 30s.',
      ),
    file: z
      .strictObject({
        size: storageQuantity.default('1Gi').describe('How much the volume holds. Default 1Gi.'),
      })
      .optional()
      .describe(
        'Keeps definitions in a file on a volume of its own in place of a database: for small clusters without PostgreSQL.',
      ),
    resources: z
      .strictObject({
        cpu: cpuQuantity.default('100m').describe('CPU a replica asks for. Default 100m.'),
        memory: memoryQuantity.default('512Mi').describe('Memory a replica asks for and is limited to. Default 512Mi.'),
      })
      .prefault({})
      .describe('Resources of one replica.'),
  })
  .refine(({ file, replicas }) => file === undefined || replicas === undefined || replicas === 1, {
    path: ['replicas'],
    error: 'is above 1 beside file, and replicas would write over each other; leave it out, or leave out file',
  });

/** Where the feature projects of all teams are kept. */
export const feastKind = defineKind({
  name: 'feast',
  summary: 'Feast: the registry that the feature projects of all teams share.',
  settings,
  offers: [featureRegistry],
  *problems({ file }, { cluster }): Generator<KindProblem> {
    if (file && cluster.storageClasses.block === undefined) {
      const message =
        'needs a storage class for volumes, and the cluster has none; name one in cluster.storageClasses.block, or leave file out';
      yield { path: ['file'], message };
    }
  },
  components: (options, environment, origin) => {
    const { file, resources, connectionsPerReplica } = options;
    const replicas = options.replicas ?? (file ? 1 : REPLICAS);
    const cacheSeconds = durationSeconds(options.cacheFor);
    return [
      defineComponent({
        name: 'feast',
        layer: 'platform',
        namespace: environment.namespace('feast'),
        summary: 'Keeps what features are defined, for all teams.',
        version: IMAGES.feast.tag,
        origin,
        needs: {
          ...(!file && {
            database: need(
              postgres,
              { database: 'feast', connections: registryConnections(replicas, connectionsPerReplica) },
              'keeps entities, feature views and up to when they are materialized',
            ),
          }),
        },
        offers: {
          registry: offer(featureRegistry, {
            ports: [FEAST_PORTS.registry],
            claims: ({ project }) => (project === undefined ? undefined : `the feature project "${project}"`),
            handle: ({ endpoint }) => ({ endpoint }),
          }),
        },
        credentials: {},
        build(chart, { needs: { database } }) {
          if (file) {
            new ApiObject(chart, 'volume', {
              apiVersion: 'v1',
              kind: 'PersistentVolumeClaim',
              metadata: { name: 'feast', annotations: ASK_BEFORE_REMOVAL },
              spec: {
                accessModes: ['ReadWriteOnce'],
                ...(environment.cluster.storageClasses.block !== undefined && {
                  storageClassName: environment.cluster.storageClasses.block,
                }),
                resources: { requests: { storage: file.size } },
              },
            } satisfies PersistentVolumeClaim);
          }
          new FeatureRegistry(chart, 'registry', {
            image: environment.image('feast'),
            replicas,
            resources,
            ...(database
              ? { registry: { kind: 'sql', database, connections: connectionsPerReplica, cacheSeconds } }
              : onVolume(cacheSeconds)),
          });
        },
      }),
    ];
  },
});

const onVolume = (cacheSeconds: number): Pick<FeatureRegistryProps, 'registry' | 'volume'> => ({
  registry: { kind: 'file', path: `${DIRECTORY}/registry.db`, cacheSeconds },
  volume: {
    volume: { name: VOLUME, persistentVolumeClaim: { claimName: 'feast' } },
    mount: { name: VOLUME, mountPath: DIRECTORY },
  },
});
