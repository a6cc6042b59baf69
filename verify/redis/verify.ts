/**
 * Starts the real Valkey with the generated configuration and users, and uses it as consumers do: keys of one's own,
 * restarts, full memory, the exporter, a real Ray that keeps its state there. `npm run verify:redis`
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, Chart } from 'cdk8s';
import type { Deployment, EnvVar, Probe } from '../../imports/k8s.ts';
import type { RayCluster as RayClusterManifest } from '../../imports/kuberay.ts';
import { rayStateKeys } from '../../lib/constructs/ray/index.ts';
import { RayCluster } from '../../lib/constructs/ray/ray-cluster.ts';
import {
  type RedisFlavour,
  RedisStore,
  type RedisStoreProps,
  type RedisUser,
} from '../../lib/constructs/redis/index.ts';
import { declaredSecret, SecretRef } from '../../lib/graph/credential.ts';
import { IMAGES } from '../../lib/platform/versions.ts';
import { addressOf, createBridge, forgetPods, inOwnNamespaces } from '../object-store/network.ts';
import { type Machine, type Manifest, type Pod, podsOf, type Running, start } from '../object-store/pod.ts';
import { observe } from './observed.ts';
import { type Programs, programs } from './programs.ts';

const ROOT = resolve(__dirname, '../..');
const CACHE = join(ROOT, '.cache/redis');
const RUN = join(CACHE, 'run');
const OBSERVED = join(ROOT, 'lib/constructs/redis/metrics-observed.json');
const RAY = join(ROOT, `.cache/ray-${IMAGES.ray.tag.replace(/-.*$/, '')}/bin`);
const SERVER = 'redis-0';
const USER_ID = '999';

const PASSWORDS: Record<string, string> = {
  admin: 'password-of-admin',
  metrics: 'password-of-metrics',
  mlflow: 'password-of-mlflow',
  feast: 'password-of-feast $HOME * "',
  ray: 'password-of-ray',
};
const secrets = () => Object.fromEntries(Object.entries(PASSWORDS).map(([name, password]) => [name, { password }]));
const password = (name: string) => SecretRef.to(declaredSecret(name, ['password'], 'this program'), 'password');
const user = (name: string, ...[key, ...keys]: RedisUser['keys']): RedisUser => ({
  name,
  passwords: [password(name)],
  keys: [key, ...keys],
});
const MLFLOW = user('mlflow', 'mlflow:*');
const FEAST = user('feast', '*driver_stats');
const RAY_USER = user('ray', ...rayStateKeys('ray'));

function manifestsOf(
  flavour: RedisFlavour,
  users: readonly RedisUser[],
  more: Partial<RedisStoreProps> = {},
): Manifest[] {
  const chart = new Chart(new App({ outdir: 'dist' }), 'redis');
  new RedisStore(chart, 'redis', {
    name: 'redis',
    flavour,
    image: 'valkey',
    exporterImage: 'exporter',
    resources: { cpu: '100m', memory: '64Mi' },
    ...(flavour === 'durable' && { storage: '1Gi' }),
    users,
    adminPassword: password('admin'),
    metricsPassword: password('metrics'),
    ...more,
  });
  return chart.toJson();
}

const say = (what: string) => process.stdout.write(`  ok    ${what}\n`);

let found: Programs;
const running: Running[] = [];

/** The server, after its init container. */
async function startServer(manifests: readonly Manifest[], machine: Machine): Promise<Running> {
  const [pod] = podsOf(manifests);
  assert.ok(pod);
  const { initContainers = [], containers, ...spec } = pod.spec;
  const first = start({ ...pod, spec: { ...spec, containers: initContainers } }, manifests, machine);
  assert.equal(await first.ended, 0, `the init container ends well; see ${first.log}`);
  const here = containers.map((container) =>
    container.name === 'metrics' ? { ...container, command: [found.exporter] } : container,
  );
  const server = start({ ...pod, spec: { ...pod.spec, containers: here } }, manifests, machine, { keep: true });
  running.push(server);
  await ready(server);
  return server;
}

async function startUsers(manifests: readonly Manifest[], machine: Machine): Promise<Running> {
  const deployment = manifests.find(({ kind }) => kind === 'Deployment') as (Manifest & Deployment) | undefined;
  const spec = deployment?.spec?.template.spec;
  assert.ok(spec);
  const pod: Pod = { name: 'redis-users', spec };
  const users = start(pod, manifests, machine);
  running.push(users);
  await ready(users);
  return users;
}

/** Waits until the probes of all containers succeed, those that are commands too. */
async function ready(pod: Running): Promise<void> {
  for (const { container, child } of pod.containers) {
    for (let attempt = 0; !(await succeeds(pod, child.pid, container.readinessProbe)); attempt++) {
      assert.equal(child.exitCode, null, `${pod.name}: ${container.name} runs; see ${pod.log}`);
      assert.ok(attempt < 100, `${pod.name}: ${container.name} is ready; see ${pod.log}`);
      await sleep(200);
    }
  }
}

async function succeeds(pod: Running, pid: number | undefined, probe: Probe | undefined): Promise<boolean> {
  const command = probe?.exec?.command;
  if (command) return inside(pid, command).status === 0;
  const answer = await fetch(`http://${pod.address}:9121${probe?.httpGet?.path}`).catch(() => undefined);
  return answer?.status === 200;
}

/** As `kubectl exec`. */
const inside = (pid: number | undefined, command: readonly string[]) =>
  spawnSync(
    '/usr/bin/nsenter',
    [
      `--target=${pid}`,
      '--net',
      '--mount',
      '--root',
      '/usr/bin/setpriv',
      `--reuid=${USER_ID}`,
      `--regid=${USER_ID}`,
    ].concat('--clear-groups', command),
    { env: { PATH: found.image }, encoding: 'utf8' },
  );

/** What the server answers to a command of a user; `undefined` asks without login. */
function ask(name: string | undefined, ...command: string[]): string {
  const login = name === undefined ? [] : ['--user', name];
  const { stdout, stderr } = spawnSync(
    join(found.image, 'valkey-cli'),
    ['-h', addressOf(SERVER), '--no-auth-warning', ...login, ...command],
    { encoding: 'utf8', env: { ...(name !== undefined && { REDISCLI_AUTH: PASSWORDS[name] ?? 'none' }) } },
  );
  return `${stdout}${stderr}`.trim();
}

function check(cases: readonly (readonly [string, string | undefined, readonly string[], string | RegExp])[]): void {
  for (const [what, name, command, expected] of cases) {
    const answer = ask(name, ...command);
    if (typeof expected === 'string') assert.equal(answer, expected, what);
    else assert.match(answer, expected, what);
    say(what);
  }
}

const REFUSED = /^NOPERM/;
const LOGIN = /WRONGPASS|NOAUTH/;
const BINARY = '\u0002\u0001x:driver_stats';

async function durable(machine: Machine): Promise<void> {
  const manifests = manifestsOf('durable', [MLFLOW, FEAST, RAY_USER]);
  let server = await startServer(manifests, machine);
  say('the init container writes the users, and the probe finds the server without a password');
  check([['consumers are not there yet', 'mlflow', ['PING'], LOGIN]]);
  let users = await startUsers(manifests, machine);
  check([
    ['the pod beside the server makes them', 'mlflow', ['SET', 'mlflow:a', '1'], 'OK'],
    ['one reads what is its own', 'mlflow', ['GET', 'mlflow:a'], '1'],
    ['another reads its own, by the end of the name', 'feast', ['HSET', BINARY, 'f', '1'], '1'],
    ['and not that of others', 'feast', ['GET', 'mlflow:a'], REFUSED],
    ['nor do others read it', 'mlflow', ['HGETALL', BINARY], REFUSED],
    ['not even by a script', 'mlflow', ['EVAL', 'return redis.call("GET", KEYS[1])', '1', 'RAYray:a@KV'], REFUSED],
    ['a name that only begins alike is not enough', 'ray', ['GET', 'RAYray-of-others:a@KV'], REFUSED],
    ['keys go by patterns', 'feast', ['SCAN', '0'], /mlflow:a/],
    ['one publishes to its channels', 'mlflow', ['PUBLISH', 'mlflow:events', 'x'], '0'],
    ['and to no other', 'mlflow', ['PUBLISH', 'ray:events', 'x'], REFUSED],
    ...[['FLUSHALL'], ['CONFIG', 'GET', '*'], ['KEYS', '*'], ['ACL', 'LIST'], ['MONITOR'], ['SHUTDOWN']].map(
      (command) => [`${command[0]} is not for consumers`, 'mlflow', command, REFUSED] as const,
    ),
    ['without login nothing is answered', undefined, ['GET', 'mlflow:a'], /^NOAUTH/],
    ['the user of probes asks only whether somebody is there', 'probe', ['PING'], 'PONG'],
    ['and reads nothing', 'probe', ['GET', 'mlflow:a'], REFUSED],
    ['nor does that of metrics', 'metrics', ['GET', 'mlflow:a'], REFUSED],
    ['the server says that it keeps everything', 'mlflow', ['INFO', 'memory'], /maxmemory_policy:noeviction/],
    ['within its share of the limit', 'mlflow', ['INFO', 'memory'], /maxmemory:39845888/],
  ]);
  await users.kill();
  check([['written just before', 'mlflow', ['SET', 'mlflow:b', '2'], 'OK']]);
  await server.stop();
  server = await startServer(manifests, machine);
  check([
    ['after a restart, data is there', 'mlflow', ['MGET', 'mlflow:a', 'mlflow:b'], '1\n2'],
    ['and so are the users, before anybody made them again', 'feast', ['HGET', BINARY, 'f'], '1'],
    ['written a second before', 'mlflow', ['SET', 'mlflow:c', '3'], 'OK'],
  ]);
  await sleep(1500);
  await server.kill();
  server = await startServer(manifests, machine);
  check([['the node is lost, and it is there', 'mlflow', ['GET', 'mlflow:c'], '3']]);

  const old = PASSWORDS.mlflow;
  PASSWORDS.mlflow = `${old}-rotated`;
  users = await startUsers(manifestsOf('durable', [MLFLOW, RAY_USER]), { ...machine, secrets: secrets() });
  check([
    ['with a new password one goes on', 'mlflow', ['GET', 'mlflow:c'], '3'],
    ['who is nobody any more is out', 'feast', ['HGET', BINARY, 'f'], LOGIN],
  ]);
  PASSWORDS.mlflow = old ?? '';
  check([['and so is the old password', 'mlflow', ['GET', 'mlflow:c'], LOGIN]]);
  PASSWORDS.mlflow = `${old}-rotated`;

  fill('mlflow');
  check([
    ['full memory refuses writes', 'mlflow', ['SET', 'mlflow:more', 'x'.repeat(2 ** 16)], /^OOM/],
    ['and loses nothing', 'mlflow', ['GET', 'mlflow:c'], '3'],
  ]);
  await exporter(server);
}

/** Writes until nothing more goes in. */
function fill(name: string): void {
  const value = 'x'.repeat(2 ** 16);
  for (let key = 0; key < 900; key++) if (/^OOM/.test(ask(name, 'SET', `${name}:${key}`, value))) return;
}

async function exporter(server: Running): Promise<void> {
  const errors = () => /errorstat_NOPERM:count=(\d+)/.exec(ask('metrics', 'INFO', 'errorstats'))?.[1];
  const before = errors();
  const url = `http://${server.address}:9121/metrics`;
  await (await fetch(url)).text();
  const text = await (await fetch(url)).text();
  assert.match(text, /^redis_up 1$/m);
  const metrics = observe(text);
  assert.equal(errors(), before, 'the exporter asks nothing that it may not');
  const { stdout, stderr } = spawnSync(found.exporter, ['--version'], { encoding: 'utf8' });
  const version = /Exporter ([0-9.]+)/.exec(stdout + stderr)?.[1] ?? 'unknown';
  writeFileSync(OBSERVED, `${JSON.stringify({ valkey: IMAGES.valkey.tag, exporter: version, metrics }, null, 2)}\n`);
  spawnSync('npx', ['biome', 'format', '--write', OBSERVED], { cwd: ROOT });
  say(`the exporter ${version} shows ${Object.keys(metrics).length} metrics, and asks nothing that it may not`);
}

async function evicting(machine: Machine): Promise<void> {
  const manifests = manifestsOf('cache', [MLFLOW]);
  let server = await startServer(manifests, machine);
  await startUsers(manifests, machine);
  check([
    ['it says that it drops keys', 'mlflow', ['INFO', 'memory'], /maxmemory_policy:allkeys-lru/],
    ['within its share of the limit', 'mlflow', ['INFO', 'memory'], /maxmemory:53477376/],
    ['an old key', 'mlflow', ['SET', 'mlflow:old', '1'], 'OK'],
  ]);
  await sleep(1100);
  fill('mlflow');
  check([
    ['full memory takes more', 'mlflow', ['SET', 'mlflow:more', 'x'.repeat(2 ** 16)], 'OK'],
    ['in place of others', 'mlflow', ['INFO', 'stats'], /evicted_keys:[1-9]/],
  ]);
  await server.stop();
  server = await startServer(manifests, machine);
  await sleep(11_000);
  check([
    ['after a restart it is empty', 'mlflow', ['DBSIZE'], '0'],
    ['and its users are made again', 'mlflow', ['SET', 'mlflow:a', '1'], 'OK'],
  ]);
}

/** The head of a cluster, as KubeRay starts it. */
async function ray(machine: Machine): Promise<void> {
  if (!existsSync(join(RAY, 'ray'))) {
    process.stdout.write('  Ray is not installed; npm run verify:ray does that\n');
    return;
  }
  const manifests = manifestsOf('durable', [RAY_USER, MLFLOW]);
  await startServer(manifests, machine);
  await startUsers(manifests, machine);
  const uid = '7b1e1a52-0000-4000-8000-000000000001';
  const env = rayEnv(uid);
  // Processes of their own: when the shell ends, all of them are gone at once, as when a node is lost.
  const node = (action: string) =>
    spawnSync('unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-ec', action], {
      encoding: 'utf8',
      env: { ...env, PATH: `${RAY}:/usr/bin:/bin`, HOME: machine.directory },
    });
  const begin =
    'ray start --head --num-cpus=1 --include-dashboard=false --node-ip-address=127.0.0.1 --redis-username="$REDIS_USERNAME" --redis-password="$REDIS_PASSWORD"';
  const kv = (what: string) =>
    `python -c 'import ray; from ray.experimental.internal_kv import _internal_kv_put as put, _internal_kv_get as get; ray.init(address="auto", log_to_driver=False); ${what}'`;
  let done = node(`${begin} && ${kv('put(b"keelson", b"kept")')}`);
  assert.equal(done.status, 0, done.stdout + done.stderr);
  const keys = ask('ray', 'SCAN', '0').split('\n').slice(1);
  assert.ok(keys.length > 1 && keys.every((key) => key.startsWith(`RAYray:${uid}@`)), keys.join(' '));
  say(`Ray keeps its state in ${keys.join(', ')}`);
  check([['which nobody else reads', 'mlflow', ['HGETALL', keys[0] ?? ''], REFUSED]]);
  done = node(`${begin} && ${kv('print("found", get(b"keelson"))')}`);
  assert.match(done.stdout, /found b'kept'/, done.stdout + done.stderr);
  say('a new head finds what the one before it left');
  const { status, stderr } = node(
    `python -c "import os; from urllib.parse import urlparse; from ray._private.gcs_utils import cleanup_redis_storage as clean; at = urlparse(os.environ['RAY_REDIS_ADDRESS']); assert clean(host=at.hostname, port=at.port, username=os.environ['REDIS_USERNAME'], password=os.environ['REDIS_PASSWORD'], use_ssl=False, storage_namespace=os.environ['RAY_external_storage_namespace'])"`,
  );
  assert.equal(status, 0, stderr);
  check([
    ["KubeRay's clean-up leaves nothing", 'ray', ['DBSIZE'], '0'],
    ['Ray was refused nothing', 'metrics', ['INFO', 'errorstats'], /^(?!.*NOPERM:count=([2-9]|\d\d))/s],
  ]);
}

/** Environment of a generated head, with what KubeRay adds for `gcsFaultToleranceOptions`. */
function rayEnv(uid: string): Record<string, string> {
  const chart = new Chart(new App({ outdir: 'dist' }), 'ray');
  new RayCluster(chart, 'ray', {
    name: 'ray',
    image: 'ray',
    rayVersion: '2.60.0',
    head: { cpu: '1', memory: '2Gi' },
    auth: 'none',
    gcsFaultTolerance: {
      endpoint: { host: addressOf(SERVER), port: 6379 },
      tls: false,
      login: { username: 'ray', password: password('ray') },
    },
  });
  const cluster = chart.toJson().find(({ kind }: Manifest) => kind === 'RayCluster') as RayClusterManifest;
  const options = cluster.spec?.gcsFaultToleranceOptions;
  const listed: readonly EnvVar[] = cluster.spec?.headGroupSpec?.template?.spec?.containers[0]?.env ?? [];
  const env: Record<string, string> = {
    RAY_REDIS_ADDRESS: options?.redisAddress ?? '',
    REDIS_USERNAME: options?.redisUsername?.value ?? '',
    REDIS_PASSWORD: PASSWORDS[options?.redisPassword?.valueFrom?.secretKeyRef?.name ?? ''] ?? '',
  };
  for (const { name, value, valueFrom } of listed) {
    const field = valueFrom?.fieldRef?.fieldPath;
    if (field === "metadata.annotations['ray.io/external-storage-namespace']") env[name] = uid;
    else if (value !== undefined)
      env[name] = value.replace(/\$\(([A-Z_]+)\)/g, (all, other: string) => env[other] ?? all);
  }
  return env;
}

async function main(): Promise<void> {
  found = programs(CACHE);
  if (inOwnNamespaces()) return;
  createBridge();
  for (const [name, body] of [
    ['durable', durable],
    ['cache', evicting],
    ['ray', ray],
  ] as const) {
    if (!name.includes(process.argv[2] ?? '')) continue;
    process.stdout.write(`${name}\n`);
    const directory = join(RUN, name);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    try {
      await body({ directory, bin: found.image, secrets: secrets(), hosts: { redis: SERVER } });
    } finally {
      await Promise.all(running.splice(0).map((pod) => pod.kill()));
      forgetPods();
    }
  }
  process.stdout.write('all as it should be\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
