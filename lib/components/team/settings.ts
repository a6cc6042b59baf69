import { z } from 'zod';
import {
  byteQuota,
  cpuQuantity,
  cron,
  duration,
  durationSeconds,
  gpuModel,
  hostName,
  imageReference,
  kubernetesName,
  parseQuantity,
  storageQuantity,
  teamName,
} from '../../config/scalars.ts';
import { DEFAULT_LIMIT, DEFAULT_REQUEST } from '../../constructs/tenancy/index.ts';

/** Whether one pod that says nothing itself fits; a quota below that would refuse every such pod without a word here. */
const fitsOnePod = (least: string) => (quota: string) => parseQuantity(quota) >= parseQuantity(least);

const each = <S extends z.ZodType<string>>(entry: S, what: string) =>
  z
    .array(entry)
    .max(1000)
    .default([])
    .superRefine((entries, context) => {
      for (const [index, name] of entries.entries()) {
        if (entries.indexOf(name) === index) continue;
        context.addIssue({ code: 'custom', path: [index], message: `is in the list twice; name each ${what} once` });
      }
    });

// What begins with "system:" is the cluster's own: system:authenticated is everybody.
const user = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._@+:/#-]{0,253}$/, {
    error: 'is not the name of a user; write it as sign-in names people, like ada@example.com',
    abort: true,
  })
  .refine((name) => !name.startsWith('system:'), {
    error:
      'is not the name of a user but of a part of the cluster; write it as sign-in names people, like ada@example.com',
  });
const group = z
  .string()
  .regex(/^[A-Za-z0-9_/][A-Za-z0-9._@+:/-]{0,253}$/, {
    error: 'is not a group; write one as sign-in names it, like ml-vision or vision@example.com',
    abort: true,
  })
  .refine((name) => !name.startsWith('system:'), {
    error:
      'is not a group of people but of the cluster, such as everybody who is signed in; write one as sign-in names it, like ml-vision',
  });

const people = (who: string) =>
  z
    .strictObject({
      users: each(user, 'user').describe(`Users who ${who}, as sign-in names them. Default: none.`),
      groups: each(group, 'group').describe(`Groups whose members ${who}. Default: none.`),
    })
    .prefault({});

const count = (least: number, most: number) => z.int().min(least).max(most);

const gpus = z
  .union([count(0, 100_000), z.record(gpuModel, count(0, 100_000))], {
    error: 'is not a number of GPUs; write how many of each model, like {a10g: 4}',
  })
  .default(0)
  .describe(
    'GPUs that all pods of the team may request together: by model, {a10g: 4}, or a number of whichever. Where a pool shares or divides its GPUs, shares and slices are counted. Default: none.',
  );

const quota = z.strictObject({
  cpu: cpuQuantity
    .refine(fitsOnePod(DEFAULT_REQUEST.cpu), {
      error: `is less than one pod takes that does not say what it needs; write at least ${DEFAULT_REQUEST.cpu}`,
    })
    .describe('CPU that all pods of the team may request together.'),
  memory: byteQuota
    .refine(fitsOnePod(DEFAULT_LIMIT.memory), {
      error: `is less than one pod takes that does not say what it needs; write at least ${DEFAULT_LIMIT.memory}`,
    })
    .describe('Memory that all pods of the team may request together; also the most they may be limited to.'),
  storage: byteQuota.describe(
    'Storage that all volumes of the team may request together, homes and shared one included.',
  ),
  gpus,
  pods: count(1, 100_000).default(100).describe('Pods the team may have at once. Default 100.'),
  services: count(0, 10_000).default(100).describe('Services the team may have. Default 100.'),
  volumes: count(0, 10_000).default(100).describe('Volumes the team may have, one for each home. Default 100.'),
  jobs: count(0, 100_000).default(200).describe('Jobs the team may have, ended ones included. Default 200.'),
});

const limits = z.strictObject({
  notebooks: count(1, 100).optional().describe('Notebooks one user may have running. Default: what the hub allows.'),
  gpus: count(0, 1000).optional().describe('GPUs that the notebooks of one user may have. Default: the quota decides.'),
});

/** A name of the volume: `csi` and `nfs` make one, `claim` has one. */
const dataset = z
  .strictObject({
    name: kubernetesName.max(40).describe('Name of the dataset; pods find it at /mnt/datasets/<name>.'),
    claim: kubernetesName.optional().describe("A PersistentVolumeClaim that is in the team's namespace already."),
    nfs: z
      .strictObject({
        server: z
          .union([hostName, z.ipv4()], { error: 'is not a host; write a name or an IPv4 address' })
          .describe('Host name or address of the NFS server.'),
        path: z
          .string()
          .regex(/^\/[^\s]*$/, { error: 'is not a path; write it like /exports/imagenet' })
          .describe('Directory that the server exports.'),
      })
      .optional()
      .describe('A directory of an NFS server, which every node can reach.'),
    csi: z
      .strictObject({
        driver: z
          .string()
          .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, {
            error: 'is not a CSI driver; write its name, like efs.csi.aws.com',
          })
          .describe('Name of the CSI driver, e.g. efs.csi.aws.com.'),
        volumeHandle: z
          .string()
          .min(1)
          .max(1000)
          .describe('The volume as the driver names it, e.g. fs-0123456789abcdef0.'),
        attributes: z
          .record(z.string().min(1), z.string())
          .optional()
          .describe('What else the driver wants to know (volumeAttributes). Default: nothing.'),
      })
      .optional()
      .describe('A volume that exists, of a CSI driver of the cluster.'),
  })
  .refine(({ claim, nfs, csi }) => [claim, nfs, csi].filter((source) => source !== undefined).length === 1, {
    error: 'says not exactly once where the data is; write one of claim, nfs and csi',
  });

const notebookImage = z.strictObject({
  displayName: z.string().min(1).max(100).describe('As people choose it.'),
  reference: imageReference
    .refine((reference) => /@sha256:[0-9a-f]{64}$/.test(reference), {
      error: 'is not an image by digest; write it like registry.example.com/vision/notebook@sha256:<64 hex digits>',
    })
    .describe('The image, by digest. It starts a Jupyter server on port 8888 as any user but root.'),
});

const snapshots = z.strictObject({
  schedule: cron.default('0 2 * * *').describe('When snapshots are made, in UTC. Default: every night at two.'),
  keep: duration
    .refine((text) => durationSeconds(text) >= 3600, { error: 'is too short; write at least 1h' })
    .default('14d')
    .describe('How long a snapshot is kept. The last good one of a volume stays as long as the volume. Default 14d.'),
});

export const teamSettings = z.strictObject({
  name: teamName.describe('Name of the team; the file is called the same.'),
  displayName: z.string().min(1).describe('Name of the team as people say it.'),
  costCentre: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/, {
      error: 'is not a cost centre; letters, digits, "-", "_" and ".", e.g. cc-4711',
    })
    .describe("Cost centre that pays for the team's resources; a label of its namespace, volumes and snapshots."),
  members: z
    .strictObject({
      ...people('work in the team: they run notebooks and Ray, and may change what runs, not rights or quota').unwrap()
        .shape,
      admins: people('also may read its secrets and delete its volumes').describe('Who looks after the team.'),
      viewers: people('may look at what runs, not at secrets').describe('Who may only look.'),
    })
    .prefault({})
    .describe('Who is in the team. Default: nobody, and only administrators of the cluster get in.'),
  quota: quota.describe('What the team may use of the cluster.'),
  perUser: limits.prefault({}).describe('What one member may have at once.'),
  sharedVolume: z
    .strictObject({
      size: storageQuantity.describe('How much it holds. It can grow, never shrink.'),
    })
    .optional()
    .describe('A volume that all notebooks and Ray pods of the team mount at /mnt/shared. Default: none.'),
  datasets: z
    .array(dataset)
    .max(100)
    .default([])
    .superRefine((datasets, context) => {
      for (const [index, { name }] of datasets.entries()) {
        if (datasets.findIndex((one) => one.name === name) === index) continue;
        const message = 'is the name of two datasets; each has one of its own';
        context.addIssue({ code: 'custom', path: [index, 'name'], message });
      }
    })
    .describe('Data that notebooks of the team can read and not write. Default: none.'),
  notebookProfiles: each(kubernetesName, 'profile')
    .optional()
    .describe("Profiles of the notebooks' catalogue that the team may choose, by key. Default: every one."),
  notebookImages: z
    .array(notebookImage)
    .max(50)
    .default([])
    .describe('Images that only the notebooks of this team may run. Default: none.'),
  bucket: z
    .boolean()
    .default(false)
    .describe(
      'Whether the team has a bucket of its own, team-<name>, which nobody else can open; pods find it in BUCKET_URI. Default: false.',
    ),
  podSecurity: z
    .strictObject({
      level: z.literal('baseline').describe('The only level that is less than restricted.'),
      reason: z
        .string()
        .min(10)
        .describe('Why the pods of the team cannot do with restricted; the namespace shows it.'),
    })
    .optional()
    .describe('Pod Security of the namespace, when restricted (the default) is too strict.'),
  snapshots: z
    .union([z.literal('none'), snapshots], { error: 'is neither none nor a schedule; write a map with schedule, keep' })
    .optional()
    .describe(
      'Snapshots of the shared volume and of the homes of notebooks. Default: every night, kept 14d, of those volumes that cluster.volumeSnapshotClasses has a class for. none: no snapshots.',
    ),
});

export type TeamSettings = z.output<typeof teamSettings>;
export const snapshotDefaults = snapshots.parse({});
