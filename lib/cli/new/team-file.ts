import type { z } from 'zod';
import { teamSettings } from '../../components/team.ts';
import { cpuQuantity, memoryQuantity, storageQuantity } from '../../config/scalars.ts';
import type { OptionOf } from './arguments.ts';
import type { Question } from './questions.ts';
import { flowList, scalar } from './yaml-text.ts';

type Option = OptionOf<'team'>;

const words = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** The first thing a schema has to say. */
const schemaSays =
  (schema: z.ZodType) =>
  (answer: unknown): string | undefined =>
    schema.safeParse(answer).error?.issues[0]?.message;

const groups = (answer: string): string | undefined =>
  schemaSays(teamSettings.shape.members)({ groups: words(answer) });

const gpusOf = (answer: string): Record<string, number> =>
  Object.fromEntries(
    words(answer).map((one) => {
      const [model = '', count = ''] = one.split('=');
      return [model.trim(), Number(count)];
    }),
  );

/** @param models of GPUs that the environment's nodes have. */
export function teamQuestions(
  name: string,
  environments: readonly string[],
  models: readonly string[],
): Question<Option>[] {
  const [only, ...others] = environments;
  const known = models.length === 0 ? 'no node of the cluster has one' : `models: ${models.join(', ')}`;
  return [
    {
      option: 'environment',
      text: `Environment (${environments.join(', ')})`,
      ...(only !== undefined && others.length === 0 && { otherwise: only }),
      wrong: (answer) =>
        environments.includes(answer) ? undefined : `is no environment; there is ${environments.join(', ')}`,
    },
    {
      option: 'display-name',
      text: 'Name as people say it',
      otherwise: `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`,
      wrong: schemaSays(teamSettings.shape.displayName),
    },
    { option: 'cost-centre', text: 'Cost centre, like cc-4711', wrong: schemaSays(teamSettings.shape.costCentre) },
    { option: 'members', text: 'Groups whose members work in it, with commas between', otherwise: '', wrong: groups },
    { option: 'admins', text: 'Groups whose members look after it', otherwise: '', wrong: groups },
    { option: 'cpu', text: 'CPU of all its pods together', otherwise: '16', wrong: schemaSays(cpuQuantity) },
    { option: 'memory', text: 'Memory of all its pods together', otherwise: '64Gi', wrong: schemaSays(memoryQuantity) },
    {
      option: 'storage',
      text: 'Storage of all its volumes together',
      otherwise: '500Gi',
      wrong: schemaSays(storageQuantity),
    },
    {
      option: 'gpus',
      text: `GPUs by model, like a10g=2 (${known})`,
      otherwise: '',
      wrong: (answer) =>
        words(answer).every((one) => /^[^=]+=[0-9]+$/.test(one))
          ? undefined
          : 'is not written as GPUs are; write a10g=2,h100=1',
    },
    {
      option: 'shared-volume',
      text: 'Size of a volume that all its pods share, or none',
      otherwise: 'none',
      wrong: (answer) => (answer === 'none' ? undefined : schemaSays(storageQuantity)(answer)),
    },
    {
      option: 'owner',
      text: 'Who reviews changes of its file, like @example/ml-vision',
      wrong: ownerProblem,
    },
  ];
}

/** As GitHub and GitLab write owners: a team, a user, an address. */
export const ownerProblem = (answer: string): string | undefined =>
  words(answer.replaceAll(' ', ',')).every((one) => /^(@[\w.-]+(\/[\w.-]+)*|[^@\s]+@[^@\s]+\.[^@\s]+)$/.test(one))
    ? undefined
    : 'is not an owner; write a team or a user, like @example/ml-vision';

/** The file of a team, with what it could say besides. */
export function teamFile(name: string, said: (option: Option) => string): string {
  const members = words(said('members'));
  const admins = words(said('admins'));
  const gpus = Object.entries(gpusOf(said('gpus')));
  const volume = said('shared-volume');
  return `# yaml-language-server: $schema=../../../schemas/team.schema.json
#
# All of one team. What else can stand here is in docs/teams.md, and editors complete it.

name: ${scalar(name)}
displayName: ${scalar(said('display-name'))}
# Pays for what the team uses; a label of its namespace and its volumes.
costCentre: ${scalar(said('cost-centre'))}

# Who is in it, as sign-in names people and groups. Without anybody, only administrators of the cluster get in.
members:
  # Run notebooks and Ray, and may change what runs. Single people: users: [ada@example.com]
  groups: ${flowList(members)}
  # May also read its secrets and delete its volumes.
  admins:
    groups: ${flowList(admins)}
  # May look at what runs:
  # viewers:
  #   groups: [ml-auditors]

# What all pods and volumes of the team may ask for together.
quota:
  cpu: ${said('cpu')}
  memory: ${said('memory')}
  storage: ${said('storage')}
  # By the models that node pools name. What is not named cannot be used.
  gpus: {${gpus.map(([model, count]) => `${model}: ${count}`).join(', ')}}

# What one member may have at once:
# perUser:
#   notebooks: 1
#   gpus: 1

# A volume that all pods of the team mount at /mnt/shared. It can grow, never shrink.
${volume === 'none' ? '# sharedVolume:\n#   size: 100Gi' : `sharedVolume:\n  size: ${volume}`}

# A bucket of its own, which nobody else can open:
# bucket: true

# Data that notebooks read at /mnt/datasets/<name>:
# datasets:
#   - name: imagenet
#     nfs:
#       server: nfs.example.com
#       path: /exports/imagenet

# Ray clusters, which cost nothing while they have nothing to do:
# rayClusters:
#   - name: train
#     workerGroups:
#       - name: cpu
#         cpu: 4
#         memory: 16Gi
#         max: 2
`;
}
