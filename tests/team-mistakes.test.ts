import { loadEnvironments } from '../lib/config/load.ts';
import { renderProblems } from '../lib/config/render.ts';
import { SCHEMAS } from '../lib/platform/environment-schema.ts';
import { plan } from '../lib/platform/plan.ts';
import { Repository } from './support/outcome.ts';
import { shippedFiles } from './support/shipped.ts';

/* What people get wrong in a team's own part of its file, and what they are told. */

const repository = new Repository();
const QUOTA = 'cpu: 64, memory: 256Gi, storage: 1Ti';

interface Changes {
  readonly quota?: string;
  /** Of the cluster of prod, which is on EKS. */
  readonly cluster?: Record<string, unknown>;
}

/** The messages for an environment like prod with this team in it, without the lines they quote. */
function said(text: string, { quota = `${QUOTA}, gpus: {a10g: 8}`, cluster = {} }: Changes = {}): string[] {
  const shipped = shippedFiles();
  const environment = shipped['environments/prod/environment.yaml'] as { cluster: object };
  const { root } = repository.replace({
    'environments/defaults.yaml': shipped['environments/defaults.yaml'],
    'environments/prod/environment.yaml': { ...environment, cluster: { ...environment.cluster, ...cluster } },
    'environments/prod/teams/vision.yaml': `name: vision\ndisplayName: Vision\ncostCentre: cc-1\nquota: {${quota}}\n${text}`,
  });
  const { environments, problems, locate } = loadEnvironments(root, SCHEMAS);
  const all = [...problems, ...environments.flatMap((one) => plan(one).problems)];
  return renderProblems(all, locate)
    .split('\n')
    .filter((line) => line.startsWith('environments/prod/teams/'))
    .map((line) => line.replace('environments/prod/teams/vision.yaml:', ''));
}

const H100 = {
  nodePools: [
    { name: 'general', instanceType: 'm', cpu: 8, memory: '32Gi', min: 1, max: 99 },
    ...['a10g', 'h100'].map((model) => ({
      name: model,
      instanceType: model,
      cpu: 64,
      memory: '256Gi',
      gpu: { model, count: 8 },
      min: 0,
      max: 9,
      labels: { pool: model },
      taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
    })),
  ],
};
const workers = (...groups: [string, number][]): string =>
  `rayClusters:\n  - name: train\n    workerGroups:\n${groups
    .map(
      ([model, min]) => `      - {name: ${model}, cpu: 1, memory: 1Gi, gpu: {model: ${model}}, min: ${min}, max: 9}\n`,
    )
    .join('')}`;

test('a team that says all there is to say is taken', () => {
  expect(
    said(`members:
  users: [ada@example.com, "oidc:grace"]
  groups: [ml-vision, /company/ml, vision@example.com, 11111111-2222-4333-8444-555555555555]
  admins: {groups: [leads]}
  viewers: {users: [auditor]}
perUser: {notebooks: 2, gpus: 8}
sharedVolume: {size: 1Ti}
datasets:
  - {name: a, claim: a}
  - {name: b, nfs: {server: 10.0.0.1, path: /b}}
notebookProfiles: [pytorch]
notebookImages:
  - {displayName: Ours, reference: "registry.example.com/vision/notebook@sha256:${'0'.repeat(64)}"}
podSecurity: {level: baseline, reason: its simulator wants a host port}
snapshots: {schedule: "0 1 * * *", keep: 30d}
`),
  ).toEqual([]);
});

describe('GPUs', () => {
  test('are counted by model, or together', () => {
    expect(said('', { quota: `${QUOTA}, gpus: 8` })).toEqual([]);
    expect(said('', { quota: QUOTA })).toEqual([]);
  });

  test('of a model that no node has', () => {
    expect(said('', { quota: `${QUOTA}, gpus: {a10g: 8, a100: 1}` })).toEqual([
      '4:69  quota.gpus.a100: no node pool of the cluster has a GPU "a100"; there is a10g',
    ]);
    const cluster = { nodePools: H100.nodePools.slice(0, 1) };
    expect(said('', { cluster })).toEqual([
      '4:60  quota.gpus.a10g: no node pool of the cluster has a GPU; take "a10g" out, or add a pool',
    ]);
  });

  test('of two models that are one resource to Kubernetes are held apart here', () => {
    const quota = `${QUOTA}, gpus: {a10g: 4, h100: 2}`;
    expect(said(workers(['a10g', 4], ['h100', 2]), { quota, cluster: H100 })).toEqual([]);
    expect(said(workers(['a10g', 1], ['h100', 3]), { quota, cluster: H100 })).toEqual([
      '4:8  quota: allows 2 h100, and what is always there asks for 3 h100 (vision-train 3 h100); raise the quota, or let groups begin with fewer pods',
    ]);
    // Too many of all is said once, of the model.
    expect(said(workers(['a10g', 7], ['h100', 2]), { quota, cluster: H100 })).toHaveLength(1);
    // Of whichever model: the sum alone is held.
    const sum = { quota: `${QUOTA}, gpus: 6`, cluster: H100 };
    expect(said(workers(['a10g', 1], ['h100', 5]), sum)).toEqual([]);
    expect(said(workers(['a10g', 2], ['h100', 5]), sum)[0]).toContain('asks for 7 nvidia.com/gpu');
  });
});

test.each([
  ['CPU that one pod of the defaults does not fit in', 'cpu: 99m, memory: 1Gi, storage: 1Ti', '"99m" is less than one'],
  ['memory of that kind', 'cpu: 1, memory: 512Mi, storage: 1Ti', '"512Mi" is less than one pod takes'],
  ['GPUs as text', `${QUOTA}, gpus: many`, 'gpus'],
  ['fewer GPUs than none', `${QUOTA}, gpus: {a10g: -1}`, 'gpus.a10g: -1 is too small'],
])('a quota of %s', (_, quota, message) => {
  const messages = said('', { quota });
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(message);
});

test.each([
  [
    'a group that is two',
    'members: {groups: ["ml-vision, ml-ranking"]}',
    'members.groups[0]: "ml-vision, ml-ranking" is not a group; write one as sign-in names it, like ml-vision or vision@example.com',
  ],
  [
    'everybody who is signed in',
    'members: {viewers: {groups: ["system:authenticated"]}}',
    'members.viewers.groups[0]: "system:authenticated" is not a group of people but of the cluster, such as everybody who is signed in; write one as sign-in names it, like ml-vision',
  ],
  [
    'a user that is a part of the cluster',
    'members: {users: ["system:serviceaccount:a:b"]}',
    'members.users[0]: "system:serviceaccount:a:b" is not the name of a user but of a part of the cluster; write it as sign-in names people, like ada@example.com',
  ],
  [
    'somebody twice',
    'members: {users: [ada, ada]}',
    'members.users[1]: "ada" is in the list twice; name each user once',
  ],
  [
    'more GPUs for one than for all',
    'perUser: {gpus: 9}',
    'perUser.gpus: 9 GPUs for one user are more than the whole team has, which is 8; lower it, or raise quota.gpus',
  ],
  [
    'more notebooks of one than pods of all',
    'perUser: {notebooks: 100}\n',
    'perUser.notebooks: 100 notebooks of one user are more than the 99 pods of the whole team; lower it, or raise quota.pods',
  ],
  [
    'a shared volume above the quota',
    'sharedVolume: {size: 2Ti}',
    'sharedVolume.size: 2Ti is more than the 1Ti of storage that all volumes of the team may have together; raise quota.storage, or make the volume smaller',
  ],
  [
    'a dataset named twice',
    'datasets: [{name: a, claim: a}, {name: a, claim: b}]',
    'datasets[1].name: "a" is the name of two datasets; each has one of its own',
  ],
  [
    'a dataset without data',
    'datasets: [{name: a}]',
    'datasets[0]: says not exactly once where the data is; write one of claim, nfs and csi',
  ],
  [
    'the shared volume as a dataset',
    'datasets: [{name: a, claim: shared}]',
    'datasets[0].claim: "shared" is the volume that the whole team writes; name the claim of another one',
  ],
  ['a dataset to write', 'datasets: [{name: a, claim: a, readOnly: false}]', 'datasets[0].readOnly: unknown key'],
  [
    'an image that can change',
    'notebookImages: [{displayName: Ours, reference: "registry.example.com/vision/notebook:1.0.0"}]',
    'is not an image by digest; write it like registry.example.com/vision/notebook@sha256:<64 hex digits>',
  ],
  [
    'no Pod Security at all',
    'podSecurity: {level: privileged, reason: because it is so}',
    'podSecurity.level: "privileged"',
  ],
  ['baseline without a reason', 'podSecurity: {level: baseline}', 'podSecurity.reason: missing'],
  ['snapshots that are gone at once', 'snapshots: {keep: 5m}', '"5m" is too short; write at least 1h'],
])('%s', (_, text, message) => {
  const messages = said(text, { quota: `${QUOTA}, gpus: {a10g: 8}, pods: 99` });
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain(message);
});

describe('snapshots', () => {
  const none = { cluster: { volumeSnapshotClasses: {} } };

  test('that nothing can make are refused when asked for, and left out when not', () => {
    expect(said('', none)).toEqual([]);
    expect(said('snapshots: none', none)).toEqual([]);
    expect(said('snapshots: {}', none)).toEqual([
      '5:12  snapshots: no volume of the team can have snapshots: the cluster names no VolumeSnapshotClass for homes (cluster.volumeSnapshotClasses.block), nor for a shared volume that the team has (cluster.volumeSnapshotClasses.shared); name one, or leave snapshots out; Amazon EFS cannot make any, so have AWS Backup back it up',
    ]);
  });

  test('of the shared volume alone need a team that has one', () => {
    const shared = { cluster: { volumeSnapshotClasses: { shared: 'files' } } };
    expect(said('snapshots: {}\nsharedVolume: {size: 1Gi}', shared)).toEqual([]);
    expect(said('snapshots: {}', shared)).toHaveLength(1);
  });
});

test('a shared volume where no class can make one', () => {
  expect(said('sharedVolume: {size: 1Gi}', { cluster: { storageClasses: { block: 'gp3' } } })).toEqual([
    '5:15  sharedVolume: needs a storage class for volumes that many pods write, and the cluster has none; name one in cluster.storageClasses.shared, or leave the volume out',
  ]);
});
