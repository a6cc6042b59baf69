/**
 * Starts the real MinIO and SeaweedFS with the generated command lines, environments and files, runs the generated
 * bucket jobs and maintenance against them, and uses them as consumers do. `npm run verify:object-store`
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, Chart } from 'cdk8s';
import {
  MINIO_METRICS,
  MINIO_METRICS_PATH,
  MinioStore,
  type MinioStoreProps,
  SEAWEEDFS_METRICS,
  SEAWEEDFS_METRICS_PORTS,
  SeaweedfsStore,
  type SeaweedfsStoreProps,
  type StoreBucket,
} from '../../lib/constructs/object-store/index.ts';
import { declaredSecret, SecretRef } from '../../lib/graph/credential.ts';
import { addressOf, createBridge, forgetPods, inOwnNamespaces } from './network.ts';
import { type Machine, type Manifest, podsOf, type Running, start, taskOf } from './pod.ts';
import { programs } from './programs.ts';

const CACHE = resolve('.cache/object-store');
const RUN = join(CACHE, 'run');
const { bin, python } = programs(CACHE);

/** Secrets as the platform would make them; characters that need care where text is put into text. */
const SECRETS: Record<string, Record<string, string>> = {
  root: { user: 'keelson-admin', password: 'root-S3cret/+"\\quoted' },
  mlflow: { accessKeyId: 'mlflow', secretAccessKey: 'mlflow-S3cret/+"\\quoted' },
  backups: { accessKeyId: 'backups', secretAccessKey: 'backups-S3cret' },
};
const key = (secret: string, name: string) =>
  SecretRef.to(
    declaredSecret(secret, ['user', 'password', 'accessKeyId', 'secretAccessKey'], 'the verification'),
    name,
  );
const bucket = (name: string, expire?: StoreBucket['expire']): StoreBucket => ({
  name,
  keys: { accessKeyId: key(name, 'accessKeyId'), secretAccessKey: key(name, 'secretAccessKey') },
  ...(expire && { expire }),
});
const MLFLOW = bucket('mlflow', [
  { prefix: 'artifacts/', days: 90 },
  { prefix: 'tmp & more/', days: 1 },
]);
const BACKUPS = bucket('backups');

const resources = { cpu: '1', memory: '1Gi' };
const synth = (build: (chart: Chart) => void): Manifest[] => {
  const chart = new Chart(new App({ outdir: 'dist' }), 'store', { namespace: 'data', disableResourceNameHashes: true });
  build(chart);
  return chart.toJson();
};
const minio = (props: Partial<MinioStoreProps> & { buckets: readonly StoreBucket[] }) =>
  synth(
    (chart) =>
      new MinioStore(chart, 'minio', {
        name: 'minio',
        namespace: 'data',
        image: 'minio',
        storage: '10Gi',
        resources,
        root: { user: key('root', 'user'), password: key('root', 'password') },
        ...props,
      }),
  );
const seaweedfs = (props: Partial<SeaweedfsStoreProps> & { buckets: readonly StoreBucket[] }) =>
  synth(
    (chart) =>
      new SeaweedfsStore(chart, 'seaweedfs', {
        name: 'seaweedfs',
        namespace: 'data',
        image: 'seaweedfs',
        storage: '10Gi',
        volumeSizeMb: 64,
        resources,
        admin: { accessKeyId: key('root', 'user'), secretAccessKey: key('root', 'password') },
        ...props,
      }),
  );

/** A directory with exactly the programs that an image has. */
function image(name: string, links: Readonly<Record<string, string>>): string {
  const directory = join(CACHE, `image-${name}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const [link, target] of Object.entries(links)) symlinkSync(target, join(directory, link));
  return directory;
}
const which = (name: string): string => {
  const { stdout, status } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} is needed on PATH`);
  return stdout.trim();
};
const MINIO_IMAGE = image('minio', {
  minio: join(bin, 'minio'),
  mc: join(bin, 'mc'),
  bash: which('bash'),
  sleep: which('sleep'),
});
const busybox = existsSync('/usr/bin/busybox') ? '/usr/bin/busybox' : undefined;
const SEAWEEDFS_IMAGE = image('seaweedfs', {
  weed: join(bin, 'weed'),
  curl: which('curl'),
  ...Object.fromEntries(
    ['sh', 'timeout', 'sed', 'sha256sum', 'cat', 'awk', 'grep', 'wc', 'sleep'].map((name) => [
      name,
      busybox ?? which(name),
    ]),
  ),
});

type Keys = readonly [string, string] | null;
type Attempt = readonly [name: string, keys: Keys, action: string, args: Readonly<Record<string, unknown>>];
const keysOf = (name: string): Keys => [
  SECRETS[name]?.accessKeyId ?? SECRETS[name]?.user ?? '',
  SECRETS[name]?.secretAccessKey ?? SECRETS[name]?.password ?? '',
];

/** What came of each attempt: its answer, or the error's code. */
function attempts(endpoint: string, list: readonly Attempt[]): Record<string, unknown> {
  const { stdout, stderr, status } = spawnSync(python, [join(__dirname, 'client.py')], {
    input: JSON.stringify({ endpoint, region: 'us-east-1', attempts: list }),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

function check(endpoint: string, expected: readonly (readonly [...Attempt, unknown])[]): void {
  const answers = attempts(
    endpoint,
    expected.map(([name, keys, action, args]) => [name, keys, action, args]),
  );
  for (const [name, , , , answer] of expected) assert.deepEqual(answers[name], answer, name);
  for (const [name] of expected) say(name);
}

const say = (text: string) => process.stdout.write(`  ${text}\n`);

/** What every store owes its consumers, whatever it is made of. */
function confined(endpoint: string): void {
  const [mlflow, backups]: [Keys, Keys] = [keysOf('mlflow'), keysOf('backups')];
  const own = { bucket: 'mlflow' };
  const denied = 'AccessDenied';
  check(endpoint, [
    ['a consumer writes to its bucket', mlflow, 'put', { ...own, key: 'artifacts/a' }, 'ok'],
    ['and reads it', mlflow, 'get', { ...own, key: 'artifacts/a' }, 'xxxxx'],
    ['and lists it', mlflow, 'listed', own, ['artifacts/a']],
    ['it sees no other bucket', mlflow, 'buckets', {}, ['mlflow']],
    ['it cannot write to another', mlflow, 'put', { bucket: 'backups', key: 'x' }, denied],
    ['nor list another', mlflow, 'listed', { bucket: 'backups' }, denied],
    ['nor read another', backups, 'get', { ...own, key: 'artifacts/a' }, denied],
    ['nor delete there', backups, 'delete', { ...own, keys: ['artifacts/a'] }, denied],
    [
      'nor copy from there',
      backups,
      'copy',
      { bucket: 'backups', key: 'x', source: ['mlflow', 'artifacts/a'] },
      denied,
    ],
    ['nor make a bucket', mlflow, 'create_bucket', { bucket: 'other' }, denied],
    ['nor by misspelling one', mlflow, 'put', { bucket: 'mlfow', key: 'x' }, denied],
    ['nor remove its own', mlflow, 'delete_bucket', own, denied],
    ['nor change how long objects stay', mlflow, 'set_lifecycle', { ...own, rules: [] }, denied],
    ['a wrong key is refused', ['mlflow', 'wrong-secret'], 'listed', own, 'SignatureDoesNotMatch'],
    ['no key is refused', null, 'listed', own, denied],
    ['large objects go in parts', mlflow, 'multipart', { ...own, key: 'big' }, [true, true, ['4']]],
    ['uploads can be given up', mlflow, 'aborted', { ...own, key: 'given-up' }, 'ok'],
    ['a conditional write wins once', mlflow, 'put', { ...own, key: 'lock', IfNoneMatch: '*' }, 'ok'],
    ['and only once', mlflow, 'put', { ...own, key: 'lock', IfNoneMatch: '*' }, 'PreconditionFailed'],
    ['many objects are deleted at once', mlflow, 'delete', { ...own, keys: ['big', 'lock'] }, 'ok'],
    [
      'retentions are the ones asked for',
      keysOf('root'),
      'lifecycle',
      own,
      [
        ['artifacts/', 90, 'Enabled'],
        ['tmp & more/', 1, 'Enabled'],
      ],
    ],
    [
      'and there are none where none were',
      keysOf('root'),
      'lifecycle',
      { bucket: 'backups' },
      'NoSuchLifecycleConfiguration',
    ],
  ]);
}

/** After `backups` left, mlflow's key changed and its retention went. */
function changed(endpoint: string, old: { readonly mlflow: Keys; readonly backups: Keys }): void {
  const root = keysOf('root');
  check(endpoint, [
    ['the new key works', keysOf('mlflow'), 'get', { bucket: 'mlflow', key: 'artifacts/a' }, 'xxxxx'],
    ['the old one does not', old.mlflow, 'listed', { bucket: 'mlflow' }, 'SignatureDoesNotMatch'],
    ['who left has no access', old.backups, 'listed', { bucket: 'backups' }, 'InvalidAccessKeyId'],
    ['but the bucket stays', root, 'buckets', {}, ['backups', 'mlflow']],
    ['a retention that went is gone', root, 'lifecycle', { bucket: 'mlflow' }, 'NoSuchLifecycleConfiguration'],
  ]);
}

async function job(manifests: readonly Manifest[], machine: Machine, kind: 'Job' | 'CronJob' = 'Job'): Promise<void> {
  const run = start(taskOf(manifests, kind), manifests, machine);
  const code = await run.ended;
  if (code !== 0) process.stdout.write(spawnSync('tail', ['-40', run.log], { encoding: 'utf8' }).stdout);
  assert.equal(code, 0, `${run.name} ends well; see ${run.log}`);
}

async function metrics(url: string, recorded: readonly string[]): Promise<void> {
  const text = await (await fetch(url)).text();
  const names = new Set(
    text
      .split('\n')
      .filter((line) => line.startsWith('# TYPE '))
      .flatMap((line) => line.split(' ')[2] ?? []),
  );
  for (const name of recorded) assert.ok(names.has(name), `${url} has ${name}`);
  say(`${recorded.length} recorded metrics are among the ${names.size} served`);
}

const rotate = () => {
  const old = { mlflow: keysOf('mlflow'), backups: keysOf('backups') };
  SECRETS.mlflow = { accessKeyId: 'mlflow', secretAccessKey: `${SECRETS.mlflow?.secretAccessKey}-rotated` };
  return old;
};
const expired = {
  ID: 'past',
  Status: 'Enabled',
  Filter: { Prefix: 'past/' },
  Expiration: { Date: '2020-01-01T00:00:00Z' },
};

const running: Running[] = [];
async function scenario(name: string, body: (directory: string) => Promise<void>): Promise<void> {
  process.stdout.write(`${name}\n`);
  const directory = join(RUN, name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase());
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  try {
    await body(directory);
  } finally {
    await Promise.all(running.splice(0).map((server) => server.kill()));
    forgetPods();
  }
}

/** Every pod by its own name, and the Service by one of those behind it. */
const hostsOf = (pods: readonly { readonly name: string }[], service: string, behind: string) => ({
  ...Object.fromEntries(
    pods.map(({ name }) => [`${name}.${name.replace(/-[0-9]+$/, '')}-headless.data.svc`, name] as const),
  ),
  [`${service}.data.svc`]: behind,
});

async function minioSingle(directory: string): Promise<void> {
  const manifests = minio({ buckets: [MLFLOW, BACKUPS] });
  const [pod] = podsOf(manifests);
  assert.ok(pod);
  const machine: Machine = {
    directory,
    bin: MINIO_IMAGE,
    secrets: SECRETS,
    hosts: hostsOf([pod], 'minio', pod.name),
  };
  const early = job(manifests, machine);
  await sleep(2000);
  const server = start(pod, manifests, machine);
  running.push(server);
  await server.ready();
  const endpoint = `http://${server.address}:9000`;
  await early;
  say('the job waits for the server, and does its work');
  await job(manifests, machine);
  say('and does it again');
  confined(endpoint);
  await metrics(`${endpoint}${MINIO_METRICS_PATH}`, MINIO_METRICS);
  check(endpoint, [
    ['an object past its date', keysOf('mlflow'), 'put', { bucket: 'mlflow', key: 'past/a' }, 'ok'],
    ['under a rule', keysOf('root'), 'set_lifecycle', { bucket: 'mlflow', rules: [expired] }, 'ok'],
    ['is not served any more', keysOf('mlflow'), 'get', { bucket: 'mlflow', key: 'past/a' }, 'NoSuchKey'],
  ]);
  const old = rotate();
  const { expire: _, ...forEver } = MLFLOW;
  await job(minio({ buckets: [forEver] }), machine);
  changed(endpoint, old);
}

async function minioCluster(directory: string): Promise<void> {
  const manifests = minio({ servers: 4, buckets: [MLFLOW, BACKUPS] });
  const pods = podsOf(manifests);
  const machine: Machine = {
    directory,
    bin: MINIO_IMAGE,
    secrets: SECRETS,
    hosts: hostsOf(pods, 'minio', 'minio-2'),
  };
  const servers = pods.map((pod) => start(pod, manifests, machine));
  running.push(...servers);
  await Promise.all(servers.map((server) => server.ready()));
  say('four servers find each other');
  await job(manifests, machine);
  await job(manifests, machine);
  const [first, second] = servers;
  assert.ok(first && second);
  confined(`http://${second.address}:9000`);
  await servers[3]?.kill();
  check(`http://${first.address}:9000`, [
    [
      'with one server lost, objects are read',
      keysOf('mlflow'),
      'get',
      { bucket: 'mlflow', key: 'artifacts/a' },
      'xxxxx',
    ],
    ['and written', keysOf('mlflow'), 'put', { bucket: 'mlflow', key: 'artifacts/b' }, 'ok'],
  ]);
}

async function seaweedfsSingle(directory: string): Promise<void> {
  const manifests = seaweedfs({ buckets: [MLFLOW, BACKUPS] });
  const [pod] = podsOf(manifests);
  assert.ok(pod);
  const machine: Machine = {
    directory,
    bin: SEAWEEDFS_IMAGE,
    secrets: SECRETS,
    hosts: hostsOf([pod], 'seaweedfs', pod.name),
  };
  let server = start(pod, manifests, machine);
  running.push(server);
  await server.ready();
  const endpoint = `http://${server.address}:8333`;
  check(endpoint, [
    ['before the job ran, no key is refused', null, 'buckets', {}, 'AccessDenied'],
    ['and any key', keysOf('backups'), 'create_bucket', { bucket: 'other' }, 'InvalidAccessKeyId'],
  ]);
  await job(manifests, machine);
  await job(manifests, machine);
  say('the job does its work, and does it again');
  confined(endpoint);
  const { gateway, master, volume } = SEAWEEDFS_METRICS;
  for (const [{ port }, recorded] of [
    [SEAWEEDFS_METRICS_PORTS[0], gateway],
    [SEAWEEDFS_METRICS_PORTS[1], master],
    [SEAWEEDFS_METRICS_PORTS[2], volume],
  ] as const) {
    await metrics(`http://${server.address}:${port}/metrics`, recorded);
  }
  check(endpoint, [
    ['an object past its date', keysOf('mlflow'), 'put', { bucket: 'mlflow', key: 'past/a' }, 'ok'],
    ['under a rule', keysOf('root'), 'set_lifecycle', { bucket: 'mlflow', rules: [expired] }, 'ok'],
    ['is there until the maintenance', keysOf('mlflow'), 'listed', { bucket: 'mlflow' }, ['artifacts/a', 'past/a']],
  ]);
  await job(manifests, machine, 'CronJob');
  check(endpoint, [['and gone after it', keysOf('mlflow'), 'listed', { bucket: 'mlflow' }, ['artifacts/a']]]);
  const stopped = await server.stop();
  assert.ok(stopped.first < 25 && stopped.all < 45, `${JSON.stringify(stopped)}: everything ends by itself`);
  say(`the gateway ends ${stopped.first} seconds after it is told to, the rest ${stopped.all}`);
  const later = job(manifests, machine);
  await sleep(2000);
  server = start(pod, manifests, machine);
  running.push(server);
  await server.ready();
  check(endpoint, [
    ['after a restart a consumer is known', keysOf('mlflow'), 'get', { bucket: 'mlflow', key: 'artifacts/a' }, 'xxxxx'],
    ['and so is the administrator', keysOf('root'), 'buckets', {}, ['backups', 'mlflow']],
  ]);
  await later;
  say('the job waits for a server that is not there yet');
  const old = rotate();
  const { expire: _, ...forEver } = MLFLOW;
  await job(seaweedfs({ buckets: [forEver] }), machine);
  changed(endpoint, old);
}

async function seaweedfsCluster(directory: string): Promise<void> {
  const manifests = seaweedfs({ servers: 3, copies: 2, buckets: [MLFLOW, BACKUPS] });
  const pods = podsOf(manifests);
  const machine: Machine = {
    directory,
    bin: SEAWEEDFS_IMAGE,
    secrets: SECRETS,
    hosts: hostsOf(pods, 'seaweedfs', 'seaweedfs-0'),
  };
  const servers = new Map(pods.map((pod) => [pod.name, start(pod, manifests, machine)]));
  running.push(...servers.values());
  await Promise.all([...servers.values()].map((server) => server.ready()));
  say(`${servers.size} servers find each other`);
  const endpoint = `http://${addressOf('seaweedfs-0')}:8333`;
  await job(manifests, machine);
  await job(manifests, machine);
  confined(endpoint);
  for (const pod of ['seaweedfs-0:9327', 'seaweedfs-master-0:9328', 'seaweedfs-volume-0:9329']) {
    const [name = '', port] = pod.split(':');
    const { status } = await fetch(`http://${addressOf(name)}:${port}/metrics`);
    assert.equal(status, 200, `${pod} serves metrics`);
  }
  await servers.get('seaweedfs-volume-1')?.kill();
  await servers.get('seaweedfs-master-0')?.kill();
  await sleep(20_000);
  const read = ['get', { bucket: 'mlflow', key: 'artifacts/a' }, 'xxxxx'] as const;
  check(endpoint, [
    ['with a master and a data server lost, objects are read', keysOf('mlflow'), ...read],
    ['and written', keysOf('mlflow'), 'put', { bucket: 'mlflow', key: 'artifacts/b' }, 'ok'],
  ]);
  await job(manifests, machine, 'CronJob');
  await servers.get('seaweedfs-volume-0')?.kill();
  await sleep(20_000);
  check(endpoint, [['after the maintenance, so can another data server be', keysOf('mlflow'), ...read]]);
}

async function main(): Promise<void> {
  if (inOwnNamespaces()) return;
  createBridge();
  const only = process.argv[2] ?? '';
  for (const [name, body] of [
    ['MinIO, one server', minioSingle],
    ['MinIO, four servers', minioCluster],
    ['SeaweedFS, one server', seaweedfsSingle],
    ['SeaweedFS, three masters and three data servers', seaweedfsCluster],
  ] as const) {
    if (name.includes(only)) await scenario(name, body);
  }
  process.stdout.write('all as it should be\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
