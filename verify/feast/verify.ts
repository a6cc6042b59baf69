/**
 * Runs a real Feast as it is generated, on a real PostgreSQL and a real Redis: the registry server, `feast apply`, a
 * materialization, the feature server, its probes and metrics. `npm run verify:feast`
 *
 * All of it runs in namespaces of its own, for processes and for the network, with nothing but a loopback: no port is
 * taken or opened, and nothing is left over.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import type { Container, Probe } from '../../imports/k8s.ts';
import { feastAlerts } from '../../lib/constructs/feast/alerts.ts';
import { FEAST_PORTS } from '../../lib/constructs/feast/ports.ts';
import { parsePromql } from '../../tests/support/promql.ts';
import { run, runAside, sleep, until } from '../mlflow/shell.ts';
import {
  EXAMPLE,
  FEAST_VERSION,
  HOST,
  PORTS,
  type Pod,
  podOf,
  registry,
  store,
  storeOnDatabases,
  USER,
} from './generated.ts';
import { type FeastObserved, observe } from './observed.ts';

const ROOT = resolve(__dirname, '../..');
const CACHE = join(ROOT, '.cache');
const OBSERVED = join(ROOT, 'lib/constructs/feast/metrics-observed.json');
const POSTGRES = '/usr/lib/postgresql';
/** What Feast's file puts in as it is; letters and digits are what the platform makes. */
const PASSWORDS: Readonly<Record<string, string>> = { feast: 'aB3xY9', history: '0e12345', redis: '1e5' };
const PROJECTS = ['fraud', 'otherfraud'];

let failures = 0;
let pods = 0;

async function check(what: string, test: () => unknown): Promise<void> {
  try {
    const seen = await test();
    console.log(`  ok    ${what}${typeof seen === 'string' ? `: ${seen}` : ''}`);
  } catch (error) {
    failures += 1;
    console.log(`  FAIL  ${what}\n        ${(error instanceof Error ? error.message : String(error)).slice(-1500)}`);
  }
}

function same(found: unknown, wanted: unknown, where = ''): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${where === '' ? '' : `${where}: `}found ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  }
}

function http(port: number, path: string, body?: unknown) {
  return new Promise<{ status: number; body: string }>((answered, failed) => {
    const asked = request(
      {
        host: HOST,
        port,
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        timeout: 40_000,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => answered({ status: response.statusCode ?? 0, body: text }));
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer within 40 s')));
    asked.on('error', failed);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const opens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** Feast below the cache, with the drivers of the image that are used here, installed when it is not there yet. */
function install(): string {
  const directory = join(CACHE, `feast-${FEAST_VERSION}`);
  const complete = join(directory, 'keelson-complete');
  if (!existsSync(complete)) {
    console.log(`installing feast ${FEAST_VERSION} …`);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(CACHE, { recursive: true });
    run('python3', ['-m', 'venv', directory]);
    const extras = 'redis,postgres,duckdb,grpcio,k8s';
    run(join(directory, 'bin/pip'), [
      'install',
      '-q',
      '--disable-pip-version-check',
      `feast[${extras}]==${FEAST_VERSION}`,
    ]);
    mkdirSync(complete);
  }
  for (const [program, debian] of [
    ['/usr/bin/redis-server', 'redis-server'],
    [POSTGRES, 'postgresql'],
  ] as const) {
    if (existsSync(program)) continue;
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-qqy', debian]);
  }
  return join(directory, 'bin');
}

/** A process group that is ended as a whole: servers of Feast have children. */
interface Running {
  readonly child: ChildProcess;
  readonly log: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string, log: string): Running {
  const file = openSync(log, 'a');
  const child = spawn(command, args, { env, cwd, stdio: ['ignore', file, file], detached: true });
  closeSync(file);
  const over = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  return {
    child,
    log,
    stop: async (signal = 'SIGTERM') => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
      await over;
    },
  };
}

/** What a pod would see, in a directory: files of ConfigMaps behind the links that Kubernetes makes. */
class Sandbox {
  readonly #root: string;
  readonly #places: readonly (readonly [string, string])[];

  constructor(
    home: string,
    private readonly bin: string,
    readonly pod: Pod,
  ) {
    pods += 1;
    this.#root = join(home, `pod-${pods}`);
    const all = [pod.container, ...pod.initContainers];
    const mounts = all.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ mountPath }) => mountPath));
    this.#places = [...new Set([...mounts, '/tmp'])]
      // Data stays where it is.
      .filter((path) => path === '/tmp' || !path.startsWith(home))
      .map((path) => [path, join(this.#root, path)] as const);
    for (const [, place] of this.#places) mkdirSync(place, { recursive: true });
    for (const [path, files] of Object.entries(pod.files)) {
      const real = join(this.#root, path, '..2026_11_21');
      mkdirSync(real, { recursive: true });
      symlinkSync('..2026_11_21', join(this.#root, path, '..data'));
      for (const [name, content] of Object.entries(files)) {
        writeFileSync(join(real, name), content);
        symlinkSync(join('..data', name), join(this.#root, path, name));
      }
    }
  }

  /** Paths of the pod are below its directory here. */
  #moved(text: string): string {
    const paths = this.#places.map(([path]) => path).join('|');
    return text.replaceAll(
      new RegExp(`(?<![\\w/.-])(?:${paths})(?![\\w-])`, 'g'),
      (path) => this.#places.find(([one]) => one === path)?.[1] ?? path,
    );
  }

  env({ env = [] }: Container): NodeJS.ProcessEnv {
    const values = env.map(({ name, value, valueFrom }) => [
      name,
      value === undefined ? PASSWORDS[valueFrom?.secretKeyRef?.name ?? ''] : this.#moved(value),
    ]);
    return { PATH: `${this.bin}:/usr/bin:/bin`, ...Object.fromEntries(values) };
  }

  command({ command = [], args = [] }: Container): [string, string[]] {
    const [program = '', ...rest] = [...command, ...args].map((one) => this.#moved(one));
    return [program === 'feast' ? join(this.bin, 'feast') : program, rest];
  }

  get directory(): string {
    return join(this.#root, 'tmp');
  }

  /** Runs the pod to its end, init containers first. */
  async run(): Promise<string> {
    let said = '';
    for (const container of [...this.pod.initContainers, this.pod.container]) {
      const [program, args] = this.command(container);
      said = await runAside(program, args, { ...this.env(container), PWD: this.directory });
    }
    return said;
  }

  start(): Running {
    const [program, args] = this.command(this.pod.container);
    return start(program, args, this.env(this.pod.container), this.directory, join(this.#root, 'log'));
  }
}

function startDatabases(home: string) {
  const [version] = readdirSync(POSTGRES).sort((a, b) => Number(b) - Number(a));
  const bin = join(POSTGRES, version ?? '', 'bin');
  const place = join(home, 'postgres');
  const data = join(place, 'data');
  mkdirSync(place);
  run('chown', ['postgres', place]);
  const as = (command: string, args: readonly string[]) =>
    run('setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', 'env', '-C', place, command, ...args]);
  as(join(bin, 'initdb'), ['-D', data, '--auth-local=trust', '--auth-host=scram-sha-256', '-U', 'postgres']);
  const [key, certificate] = [join(data, 'server.key'), join(data, 'server.crt')];
  const subject = ['-days', '2', '-nodes', '-subj', '/CN=postgres', '-keyout', key, '-out', certificate];
  as('openssl', ['req', '-new', '-x509', ...subject]);
  writeFileSync(join(data, 'pg_hba.conf'), 'local all all trust\nhostssl all all 0.0.0.0/0 scram-sha-256\n');
  const options = `-c listen_addresses=${HOST} -c port=${PORTS.postgres} -c ssl=on -c unix_socket_directories=${place}`;
  as(join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(place, 'log'), '-o', options, 'start']);
  const query = (sql: string) =>
    run('psql', ['-h', place, '-U', 'postgres', '-qAt', '-v', 'ON_ERROR_STOP=1', '-c', sql]).trim();
  for (const name of ['feast', 'history']) {
    query(`CREATE ROLE ${name} LOGIN PASSWORD '${PASSWORDS[name]}'`);
    query(`CREATE DATABASE ${name} OWNER ${name}`);
  }
  return { query, stop: () => as(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', 'stop']) };
}

/** With a user that may do what those of the platform may: all but administration, on keys of its projects. */
function startRedis(home: string): Running {
  const rights = [...PROJECTS.map((project) => `~*${project}`), '+@all', '-@admin', '-@dangerous', '+info'];
  const users = ['user default off', `user ${USER} on >${PASSWORDS.redis} ${rights.join(' ')}`];
  const file = join(home, 'redis.conf');
  writeFileSync(file, `bind ${HOST}\nport ${PORTS.redis}\nsave ""\n${users.join('\n')}\n`);
  return start('redis-server', [file], { PATH: '/usr/bin:/bin' }, home, join(home, 'redis.log'));
}

const portOf = (container: Container, port: number | string | undefined): number =>
  typeof port === 'number' ? port : (container.ports?.find(({ name }) => name === port)?.containerPort ?? 0);

/** What the kubelet would find, with gRPC's own health service. */
async function probed(container: Container, probe: Probe | undefined, bin: string): Promise<boolean> {
  if (probe?.httpGet) {
    const port = portOf(container, probe.httpGet.port);
    return (await http(port, probe.httpGet.path ?? '/').catch(() => ({ status: 0 }))).status === 200;
  }
  if (probe?.tcpSocket) return opens(portOf(container, probe.tcpSocket.port));
  const port = probe?.grpc?.port;
  const script = `import grpc,sys
from grpc_health.v1 import health_pb2 as p, health_pb2_grpc as g
sys.exit(g.HealthStub(grpc.insecure_channel("${HOST}:${port}")).Check(p.HealthCheckRequest(), timeout=3).status != 1)`;
  return runAside(join(bin, 'python'), ['-c', script], { PATH: '/usr/bin' }).then(
    () => true,
    () => false,
  );
}

async function untilReady(what: string, server: Sandbox, running: Running, bin: string): Promise<string> {
  const begin = Date.now();
  const { startupProbe, readinessProbe } = server.pod.container;
  const seconds = (startupProbe?.periodSeconds ?? 1) * (startupProbe?.failureThreshold ?? 1);
  await until(what, seconds, async () => {
    if (running.child.exitCode !== null) throw new Error(readFileSync(running.log, 'utf8').slice(-2000));
    return (await probed(server.pod.container, startupProbe, bin)) && probed(server.pod.container, readinessProbe, bin);
  });
  return `${Math.round((Date.now() - begin) / 1000)} s of the ${seconds} that it may take`;
}

const ask = (accounts: readonly number[]) =>
  http(FEAST_PORTS.server.port, '/get-online-features', {
    feature_service: 'fraud_v1',
    entities: { account_id: accounts },
  });

/** Values of accounts, in the order of the generator. */
async function features(accounts: readonly number[]): Promise<unknown> {
  const { status, body } = await ask(accounts);
  if (status !== 200) throw new Error(`${status} ${body.slice(0, 500)}`);
  const { metadata, results } = JSON.parse(body);
  const of = (name: string): unknown[] => results[metadata.feature_names.indexOf(name)].values;
  return accounts.map((_, index) => ['payments', 'amount_mean', 'countries'].map((name) => of(name)[index]));
}

async function scenario(bin: string, home: string): Promise<void> {
  const data = join(home, 'data');
  mkdirSync(data);
  const end = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString().slice(0, 19);
  const generator = [join(EXAMPLE, 'generate.py'), '--end', end];
  const python = join(bin, 'python');
  const plain = { PATH: '/usr/bin:/bin', HOME: home };
  const newest = JSON.parse(
    await runAside(python, [...generator, '--parquet', join(data, 'account_hourly.parquet'), '--newest'], plain),
  );
  const wanted = [1, 7, 20].map((account) => newest[account]);
  const databases = startDatabases(home);
  const redis = startRedis(home);

  console.log(`Feast ${FEAST_VERSION}, a shared registry`);
  const registryPod = new Sandbox(home, bin, podOf(registry(), 'Deployment', /^feast$/));
  let registryServer = registryPod.start();
  await check('the registry server starts, as its probes see it', () =>
    untilReady('registry', registryPod, registryServer, bin),
  );
  await check('it makes its tables, over TLS, with no more connections than it may', () => {
    const count = Number(databases.query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'feast'"));
    if (count < 1 || count > 3) throw new Error(`${count} connections`);
    same(
      databases.query(
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'feast'",
      ),
      't',
    );
    return `${count} connections`;
  });

  const manifests = store(data);
  const job = (kind: string, name: RegExp, of = manifests) => new Sandbox(home, bin, podOf(of, kind, name));
  await check('the files of a ConfigMap are applied', async () => {
    await job('Job', /-apply-/).run();
  });
  await check('they can be applied again', async () => {
    await job('Job', /-apply-/).run();
  });
  await check('a materialization ends well', async () => {
    await job('CronJob', /-materialize-hourly$/).run();
  });
  await check('another one finds nothing to do, and ends well', async () => {
    await job('CronJob', /-materialize-hourly$/).run();
  });

  const server = job('Deployment', new RegExp(`^${USER}$`));
  const serving = server.start();
  await check('the feature server starts, as its probes see it', () => untilReady('server', server, serving, bin));
  await check('it answers over HTTP with the newest values, and with none for who is unknown', async () => {
    same(await features([1, 7, 20]), wanted);
    same(await features([999]), [[null, null, null]]);
    return JSON.stringify(wanted);
  });
  await check('half a thousand requests are answered', async () => {
    const times: number[] = [];
    for (let count = 0; count < 500; count += 1) {
      const begin = performance.now();
      await ask([1, 7, 20]);
      times.push(performance.now() - begin);
    }
    times.sort((a, b) => a - b);
    return `50 % within ${times[250]?.toFixed(1)} ms, 95 % within ${times[475]?.toFixed(1)} ms`;
  });

  await check(
    '/health turns 503 when the registry goes away, requests fail, and all is well when it is back',
    async () => {
      await registryServer.stop('SIGKILL');
      same((await http(FEAST_PORTS.server.port, '/health')).status, 503);
      same((await ask([1])).status, 500);
      registryServer = registryPod.start();
      await untilReady('registry', registryPod, registryServer, bin);
      await until('health', 60, async () => (await http(FEAST_PORTS.server.port, '/health')).status === 200);
      same(await features([1, 7, 20]), wanted);
    },
  );
  await check('every metric that an alert names is there', async () => {
    // Freshness is looked at every 30 s.
    await sleep(2_000);
    const { status, body } = await http(FEAST_PORTS.metrics.port, '/metrics');
    same(status, 200);
    const metrics = observe(body);
    const alerts = feastAlerts({ job: USER, namespace: 'x', project: 'fraud', materializations: ['hourly'] });
    const named = new Set(alerts.flatMap(({ expr }) => parsePromql(expr).selectors.map(({ metric }) => metric)));
    const ofFeast = [...named].filter((metric) => metric.startsWith('feast_')).sort();
    same(
      ofFeast.filter((metric) => metrics[metric] === undefined),
      [],
    );
    same(metrics.feast_feature_server_request_total?.values?.status, ['error', 'success']);
    if (failures === 0) {
      const observed: FeastObserved = { feast: FEAST_VERSION, metrics };
      writeFileSync(OBSERVED, JSON.stringify(observed));
      run('npx', ['biome', 'format', '--write', OBSERVED]);
    }
    return ofFeast.join(' ');
  });

  await check('the pages and the offline server start, as their probes see them', async () => {
    for (const name of [/-ui$/, /-offline$/]) {
      const pod = job('Deployment', name);
      const running = pod.start();
      await untilReady(String(name), pod, running, bin);
      await running.stop('SIGKILL');
    }
  });
  await serving.stop();

  console.log('a registry in the database itself, and values from PostgreSQL');
  const pg = { PGHOST: HOST, PGUSER: 'history', PGDATABASE: 'history', PGPASSWORD: PASSWORDS.history };
  await runAside(python, [...generator, '--seed', '8', '--postgres'], { ...plain, ...pg });
  const other = storeOnDatabases();
  await check('definitions are applied and materialized beside those of the other project', async () => {
    await job('Job', /-apply-/, other).run();
    await job('CronJob', /-materialize-hourly$/, other).run();
  });
  const otherServer = job('Deployment', /^other-features$/, other);
  const otherServing = otherServer.start();
  await check('its server answers with its own values', async () => {
    await untilReady('server', otherServer, otherServing, bin);
    const its = JSON.parse(await runAside(python, [...generator, '--seed', '8', '--newest'], plain));
    same(await features([1, 7]), [its[1], its[7]]);
  });
  await check('a server with a copy of the registry goes on when the database is gone', async () => {
    databases.stop();
    await sleep(8_000);
    same((await ask([1])).status, 200);
    return `/health says ${(await http(FEAST_PORTS.server.port, '/health')).status}`;
  });
  await check('requests fail within seconds, and do not hang, when the online store is gone', async () => {
    await redis.stop('SIGKILL');
    const begin = Date.now();
    same((await ask([1])).status, 500);
    const seconds = (Date.now() - begin) / 1000;
    if (seconds > 30) throw new Error(`after ${seconds} s`);
    return `after ${seconds.toFixed(1)} s`;
  });
  await check('and a materialization fails', async () => {
    const ended = await job('CronJob', /-materialize-hourly$/, other)
      .run()
      .then(
        () => 'well',
        () => 'badly',
      );
    same(ended, 'badly');
  });
  await otherServing.stop('SIGKILL');
  await registryServer.stop('SIGKILL');
}

async function inside(bin: string): Promise<void> {
  // Not below /tmp, which is another directory in each pod.
  const home = mkdtempSync('/var/tmp/feast-');
  run('chmod', ['755', home]);
  try {
    await scenario(bin, home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  console.log(failures === 0 ? '\nall as generated' : `\n${failures} checks failed`);
}

function main(): void {
  const bin = install();
  const own = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const apart = [
    '--net',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    'sh',
    '-ec',
    'ip link set lo up; exec "$@"',
    'sh',
  ];
  const { status } = spawnSync(
    'unshare',
    [...own, ...apart, process.execPath, '--require', 'tsx/cjs', __filename, bin],
    { stdio: 'inherit', cwd: ROOT },
  );
  process.exitCode = status ?? 1;
}

const [, , bin] = process.argv;
if (bin === undefined) main();
else {
  inside(bin)
    .catch((error: unknown) => {
      failures += 1;
      console.error(error instanceof Error ? error.stack : error);
    })
    .finally(() => process.exit(failures === 0 ? 0 : 1));
}
