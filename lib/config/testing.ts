import { z } from 'zod';
import { environmentSchemaOf } from './environment.ts';
import type { Schemas } from './load.ts';
import { cpuQuantity, cron, duration, hostName, storageQuantity, teamName } from './scalars.ts';

/** Settings of every shape that components use, so that the tests do not change with the components. */
const mlflow = z
  .strictObject({
    replicas: z.int().min(1).max(9).default(1).describe('Pods of the server.'),
    cpu: cpuQuantity.default('1').describe('CPU of a pod.'),
    storage: storageQuantity.optional().describe('Size of the volume.'),
    hosts: z.array(hostName).min(1).max(3).optional().describe('Names it is reached by.'),
    image: z.string().min(1).optional().describe('Image.'),
    title: z.string().max(20).optional().describe('Title.'),
    auth: z.boolean().default(false).describe('Whether people log in.'),
    docs: z.url().optional().describe('Where its documentation is.'),
    batch: z.int().multipleOf(10).optional().describe('Rows at once.'),
    gc: z
      .strictObject({
        schedule: cron.describe('When it runs.'),
        olderThan: duration.describe('What is removed.'),
      })
      .optional()
      .describe('Removal of what was deleted.'),
  })
  .refine(({ auth, replicas }) => !auth || replicas === 1, {
    path: ['replicas'],
    error: 'must be 1 while auth is on, since sessions are kept in memory',
  });

const store = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('minio').describe('MinIO.'),
      drives: z.int().min(1).describe('Drives of a server.'),
    }),
    z.strictObject({
      kind: z.literal('seaweedfs').describe('SeaweedFS.'),
      volumes: z.int().min(1).describe('Volume servers.'),
    }),
  ])
  .describe('Where objects are kept.');

const team = z.strictObject({
  name: teamName.describe('Name of the team.'),
  members: z.array(z.string().min(1)).default([]).describe('Who is in it.'),
  quota: z.strictObject({ cpu: cpuQuantity.describe('CPU.') }).describe('What it may use.'),
});

export const TEST_SCHEMAS: Schemas<z.output<typeof team>> = {
  environment: environmentSchemaOf(
    [
      { name: 'mlflow', summary: 'Experiment tracking.', settings: mlflow },
      { name: 'store', summary: 'Object store.', settings: store },
    ],
    [{ name: 'postgres', summary: 'A database.', settings: z.strictObject({ host: hostName.describe('Its host.') }) }],
  ),
  team,
};
