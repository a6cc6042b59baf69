import { z } from 'zod';
import {
  cpuQuantity,
  duration,
  durationSeconds,
  gpuModel,
  imageReference,
  kubernetesName,
  memoryQuantity,
  migProfile,
  parseQuantity,
} from '../../config/scalars.ts';
import type { Json } from '../../constructs/ray/index.ts';
import { IMAGES } from '../../platform/versions.ts';

/** What clusters, services and jobs of Ray have in common, in a user's words. */

const gpu = z
  .strictObject({
    model: gpuModel.describe('Model, as the node pools of the cluster call it, e.g. a10g.'),
    count: z.int().min(1).max(64).default(1).describe('GPUs, shares or slices of one worker. Default 1.'),
    shared: z
      .boolean()
      .default(false)
      .describe('Whether others may use the same GPU, on pools that share theirs. Default: false.'),
    mig: migProfile
      .optional()
      .describe('Profile of a slice, on pools that divide their GPUs, e.g. 1g.10gb. Default: whole GPUs.'),
  })
  // A second share may be of the same GPU, and a process sees one slice only.
  // Source: k8s-device-plugin, README, "With CUDA Time-Slicing"; CUDA docs, MIG, "CUDA Device Enumeration".
  .refine(({ count, shared, mig }) => count === 1 || (!shared && mig === undefined), {
    path: ['count'],
    error:
      'is more than one share or slice of a GPU, of which a program has no more than from one; write 1, or ask for whole GPUs',
  });

/** A whole number of seconds, however it is written. */
const seconds = (description: string) =>
  duration
    .refine((text) => durationSeconds(text) >= 1 && Number.isInteger(durationSeconds(text)), {
      error: 'is not a number of whole seconds; write it like 90s or 10m',
    })
    .describe(description);

const rayVersion = z
  .string()
  .regex(/^[0-9]+\.[0-9]+\.[0-9]+$/, {
    error: 'is not a version of Ray; write it in quotes, like "2.60.0"',
    abort: true,
  })
  .refine(
    (version) => {
      const [major = 0, minor = 0] = version.split('.').map(Number);
      return major > 2 || (major === 2 && minor >= 53);
    },
    { error: 'is too old: before 2.53.0 nothing in Ray answers the probes; take a newer image' },
  );

export const rayName = kubernetesName.regex(/^[a-z]/, {
  error: 'is not a name here; begin it with a letter, like train',
});

const workerGroup = z
  .strictObject({
    name: rayName
      .max(30, { error: 'is longer than 30 characters' })
      .refine((name) => name !== 'headgroup', { error: 'is what Ray calls the head; take another name' })
      .describe('Name of the group, unique in its cluster. Another name replaces the pods.'),
    cpu: z
      .int({ error: 'is not a number of whole CPUs; write it like 4' })
      .min(1)
      .max(1000)
      .describe('CPUs of a worker, whole ones: Ray counts no fractions, and would take half a CPU for one.'),
    memory: memoryQuantity
      .refine((memory) => parseQuantity(memory) >= 2 ** 29, {
        error: 'is too little for a worker to start; write at least 512Mi',
      })
      .describe(
        'Memory a worker asks for and is limited to; a third of it holds objects that tasks hand to each other.',
      ),
    gpu: gpu.optional().describe('GPUs of a worker. Default: none.'),
    min: z.int().min(0).max(10_000).default(0).describe('Fewest workers. Default 0: none until there is work.'),
    max: z.int().min(1).max(10_000).describe('Most workers. The same as min: always as many.'),
    idleTimeout: seconds(
      'How long a worker may have nothing to do before it goes. Default: that of the cluster.',
    ).optional(),
    spot: z
      .boolean()
      .default(false)
      .describe('Whether workers may run on nodes that the provider can take back. Default: false.'),
  })
  .refine(({ min, max }) => min <= max, {
    path: ['min'],
    error: 'is above max; the fewest workers cannot be more than the most',
  });

export type WorkerGroup = z.output<typeof workerGroup>;

/** How long a worker may have nothing to do, where nobody says. */
export const IDLE_TIMEOUT = '60s';

/**
 * A runtime environment of Ray.
 *
 * @param problem why the program that is given it would not take it.
 */
export const runtimeEnv = (problem: (env: { readonly [key: string]: Json }) => string | undefined) =>
  z
    .record(z.string(), z.json())
    .superRefine((env, context) => {
      const message = problem(env);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .describe('Runtime environment of Ray: working_dir, pip, env_vars. An image that has all of it starts faster.');

/** Variables by which pods of a cluster find each other. */
const TAKEN = new Set([
  'HOME',
  'RAY_ADDRESS',
  'RAY_AUTH_MODE',
  'RAY_AUTH_TOKEN',
  'RAY_REDIS_ADDRESS',
  'REDIS_PASSWORD',
]);

/** Fields of everything that has a cluster of its own. */
export const clusterShape = {
  image: z
    .strictObject({
      reference: imageReference.describe('Image with Ray in it, with its tag or digest.'),
      rayVersion: rayVersion.describe('Version of Ray in the image, in quotes, e.g. "2.60.0".'),
    })
    .optional()
    .describe(
      `Image of head and workers. Default: rayproject/ray ${IMAGES.ray.tag}, with CUDA where a group has GPUs.`,
    ),
  head: z
    .strictObject({
      cpu: cpuQuantity.default('1').describe('CPU the head asks for. Default 1.'),
      memory: memoryQuantity
        .refine((memory) => parseQuantity(memory) >= 2 ** 30, {
          error: 'is too little for the head to start; write at least 1Gi',
        })
        .default('4Gi')
        .describe('Memory the head asks for and is limited to. Default 4Gi.'),
    })
    .prefault({})
    .describe('The pod that keeps the cluster together. It does the work only where there are no worker groups.'),
  workerGroups: z
    .array(workerGroup)
    .max(100)
    .default([])
    .superRefine((groups, context) => {
      for (const [index, { name }] of groups.entries()) {
        if (groups.findIndex((group) => group.name === name) === index) continue;
        const message = 'is the name of two worker groups; each has one of its own';
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      }
    })
    .describe('Workers, by what they have.'),
  idleTimeout: seconds(`How long a worker may have nothing to do before it goes. Default ${IDLE_TIMEOUT}.`).optional(),
  env: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'is not the name of a variable; write it like LOG_LEVEL' })
        .refine((name) => !TAKEN.has(name), { error: 'is set by the platform; leave it out' }),
      z.string().max(100_000),
    )
    .default({})
    .describe(
      'Environment variables of head and workers, nothing secret among them. Default: what the platform gives.',
    ),
  bucket: kubernetesName
    .optional()
    .describe('Bucket of its own, for checkpoints and data; its pods find it in BUCKET_URI. Default: none.'),
  internet: z
    .boolean()
    .default(false)
    .describe(
      'Whether its pods may open HTTPS to public addresses, as runtime environments with packages of pip need. Default: false.',
    ),
} as const;

/** A list of things with names, each once. */
export const namedList = <S extends z.ZodType<{ readonly name: string }>>(entry: S, what: string) =>
  z
    .array(entry)
    .max(1000)
    .superRefine((entries, context) => {
      for (const [index, { name }] of entries.entries()) {
        if (entries.findIndex((one) => one.name === name) === index) continue;
        const message = `is the name of two ${what}; each has one of its own`;
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      }
    });

const clusterSettings = z.strictObject(clusterShape);
export type ClusterSettings = z.output<typeof clusterSettings>;
