/**
 * Starts a real Ray as the generated RayService has it, and runs the examples on it: probes, tokens, the application
 * through its prefix, metrics that alerts name, a Tune job that tracks to MLflow. `npm run verify:ray`
 *
 * All of it runs in namespaces of its own, for processes and for the network, with nothing but a loopback: no port is
 * taken or opened, and nothing is left over.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Probe } from '../../imports/k8s.ts';
import type { RayService } from '../../imports/kuberay.ts';
import { rayClusterAlerts, rayServiceAlerts } from '../../lib/constructs/ray/alerts.ts';
import { RAY_AGENT_PORT, RAY_PORTS } from '../../lib/constructs/ray/ports.ts';
import { serveConfigText } from '../../lib/constructs/ray/serve-config.ts';
import { parsePromql } from '../../tests/support/promql.ts';
import { install as installMlflow } from '../mlflow/install.ts';
import { run, runAside, sleep, until } from '../mlflow/shell.ts';
import { job, PREFIX, RAY_VERSION, service, TRACKING_PORT } from './generated.ts';
import { type Observed, type ObservedMetric, observe } from './observed.ts';
import { REFUSED, TAKEN } from './serve-configs.ts';

const ROOT = resolve(__dirname, '../..');
const CACHE = join(ROOT, '.cache');
const OBSERVED = join(ROOT, 'lib/constructs/ray/metrics-observed.json');
const EXAMPLES = join(ROOT, 'examples/ray');
const TOKEN = randomBytes(24).toString('hex');
const DASHBOARD = RAY_PORTS.dashboard.port;
const MLFLOW = '3.17.2';

let failures = 0;

async function check(what: string, test: () => unknown): Promise<void> {
  try {
    const seen = await test();
    console.log(`  ok    ${what}${typeof seen === 'string' ? `: ${seen}` : ''}`);
  } catch (error) {
    failures += 1;
    console.log(`  FAIL  ${what}\n        ${error instanceof Error ? error.message : String(error)}`);
  }
}

function same(found: unknown, wanted: unknown, where = ''): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${where === '' ? '' : `${where}: `}found ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  }
}

function http(port: number, path: string, { body, token }: { body?: unknown; token?: string } = {}) {
  return new Promise<{ status: number; body: string }>((answered, failed) => {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const asked = request(
      { host: '127.0.0.1', port, path, headers, method: body === undefined ? 'GET' : 'POST', timeout: 20_000 },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => answered({ status: response.statusCode ?? 0, body: text }));
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer within 20 s')));
    asked.on('error', failed);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Ray and MLflow's client in an environment below the cache, installed when they are not there yet. */
function installRay(): string {
  const directory = join(CACHE, `ray-${RAY_VERSION}`);
  const complete = join(directory, 'keelson-complete');
  if (!existsSync(complete)) {
    console.log(`installing ray ${RAY_VERSION} …`);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(CACHE, { recursive: true });
    run('python3', ['-m', 'venv', directory]);
    run(join(directory, 'bin/pip'), [
      'install',
      '--quiet',
      '--disable-pip-version-check',
      `ray[default,serve,tune]==${RAY_VERSION}`,
      `mlflow-skinny==${MLFLOW}`,
    ]);
    mkdirSync(complete);
  }
  return join(directory, 'bin');
}

/** The environment of the head's container, as far as it is written out, and what KubeRay adds for a token. */
function environment(generated: RayService, bin: string, home: string): NodeJS.ProcessEnv {
  const container = head(generated);
  const given = Object.fromEntries(
    (container.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])),
  );
  return {
    ...given,
    HOME: home,
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    // As if the image carried the application.
    PYTHONPATH: EXAMPLES,
    PYTHONDONTWRITEBYTECODE: '1',
    RAY_AUTH_MODE: 'token',
    RAY_AUTH_TOKEN: TOKEN,
    RAY_enable_autoscaler_v2: '1',
    // Only for the provider of nodes that stands in for Kubernetes.
    RAY_FAKE_CLUSTER: '1',
    RAY_OVERRIDE_NODE_ID_FOR_TESTING: 'fffffffffffffffffffffffffffffffffffffffffffffffffff00000',
  };
}

function head(generated: RayService) {
  const [container] = generated.spec?.rayClusterConfig?.headGroupSpec.template.spec?.containers ?? [];
  if (!container) throw new Error('the head has no container');
  return container;
}

function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv, log: string): ChildProcess {
  const file = openSync(log, 'a');
  const child = spawn(command, args, { env, stdio: ['pipe', file, file] });
  closeSync(file);
  return child;
}

/** `ray start` as KubeRay writes it. Source: KubeRay 1.6, controllers/ray/common/pod.go. */
function startArguments(generated: RayService, home: string): string[] {
  const params = generated.spec?.rayClusterConfig?.headGroupSpec.rayStartParams ?? {};
  return [
    'start',
    '--head',
    ...Object.entries(params).map(([key, value]) => `--${key}=${value}`),
    '--dashboard-host=0.0.0.0',
    `--metrics-export-port=${RAY_PORTS.metrics.port}`,
    `--dashboard-agent-listen-port=${RAY_AGENT_PORT}`,
    '--memory=4294967296',
    '--block',
    // Of this machine and this test: little memory, so that objects spill, and a GPU that is only said to be there.
    '--object-store-memory=90000000',
    '--num-gpus=1',
    `--temp-dir=${join(home, 'ray')}`,
    `--autoscaling-config=${join(__dirname, 'autoscaling.yaml')}`,
  ];
}

const probed = async (generated: RayService, probe: Probe | undefined): Promise<number> => {
  const get = probe?.httpGet;
  const port =
    typeof get?.port === 'number'
      ? get.port
      : head(generated).ports?.find(({ name }) => name === get?.port)?.containerPort;
  if (!get || port === undefined) throw new Error('the probe leads to no port of the container');
  return (await http(port, get.path ?? '/')).status;
};

/** Of every RayService that is shipped. */
const shippedServeConfigs = (): (readonly [string, string])[] =>
  readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\/rayservice-[^/]*\.yaml$/.test(file))
    .sort()
    .map((file) => [file, parse(readFileSync(join(ROOT, 'dist', file), 'utf8')).spec.serveConfigV2]);

/** Ray's own schema takes what is generated, and refuses what the constructs refuse. */
async function schema(bin: string): Promise<void> {
  const taken = [...TAKEN, ...shippedServeConfigs()];
  const texts = [...taken.map(([, text]) => text), ...REFUSED.map(([, , text]) => text)];
  const { status, stdout, stderr } = spawnSync(join(bin, 'python'), [join(__dirname, 'schema.py')], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
  });
  await check("Ray's schema can be asked", () => {
    if (status !== 0) throw new Error(stderr.slice(-2000));
  });
  if (status !== 0) return;
  const problems: (string | null)[] = JSON.parse(stdout);
  for (const [index, [what]] of taken.entries()) {
    await check(`Ray's schema takes ${what}`, () => same(problems[index], null));
  }
  for (const [index, [what, applications]] of REFUSED.entries()) {
    await check(`Ray and the construct refuse ${what}`, () => {
      const said = problems[taken.length + index];
      if (typeof said !== 'string') throw new Error('Ray takes it');
      let ours: string | undefined;
      try {
        serveConfigText({ name: 'verify', applications });
      } catch (error) {
        ours = String(error);
      }
      if (ours === undefined) throw new Error('the construct takes it');
      return said.split('\n').slice(0, 3).join(' ').slice(0, 160);
    });
  }
}

async function scenario(bin: string, mlflow: string, home: string): Promise<void> {
  await schema(bin);
  const generated = service(PREFIX, 3);
  const env = environment(generated, bin, home);
  const args = startArguments(generated, home);
  console.log(`Ray ${RAY_VERSION}\n  ray ${args.slice(0, -3).join(' ')}`);
  const log = join(home, 'head.log');
  const ray = start(join(bin, 'ray'), args, env, log);
  const { readinessProbe, livenessProbe } = head(generated);
  const begin = Date.now();
  await check('the head starts, as its readiness probe sees it', async () => {
    await until('head', 120, async () => {
      if (ray.exitCode !== null) throw new Error(readFileSync(log, 'utf8').slice(-3000));
      return (await probed(generated, readinessProbe).catch(() => 0)) === 200;
    });
    return `${Math.round((Date.now() - begin) / 1000)} s, ${readinessProbe?.httpGet?.path} on ${RAY_AGENT_PORT}`;
  });
  if (failures > 0) return;
  await check('the liveness probe succeeds, without a token', async () =>
    same(await probed(generated, livenessProbe), 200),
  );
  await check('without the token the dashboard refuses to say or to do anything', async () => {
    const paths = [
      '/api/version',
      '/api/jobs/',
      '/api/serve/applications/',
      '/api/cluster_status',
      '/nodes?view=summary',
    ];
    for (const path of paths) {
      same((await http(DASHBOARD, path)).status, 401, path);
      same((await http(DASHBOARD, path, { token: 'f'.repeat(48) })).status, 403, `${path} with another token`);
    }
    same((await http(DASHBOARD, '/api/jobs/', { body: { entrypoint: 'id' } })).status, 401, 'POST /api/jobs/');
    return paths.join(' ');
  });
  await check('with the token it answers, and is of the pinned version', async () => {
    const { status, body } = await http(DASHBOARD, '/api/version', { token: TOKEN });
    same([status, JSON.parse(body).ray_version], [200, RAY_VERSION]);
  });

  const deploy = async (one: RayService): Promise<void> => {
    const file = join(home, 'serve.yaml');
    writeFileSync(file, one.spec?.serveConfigV2 ?? '');
    await runAside(join(bin, 'serve'), ['deploy', file, '--address', `http://127.0.0.1:${DASHBOARD}`], env);
    await until('application', 90, async () => {
      const { body } = await http(DASHBOARD, '/api/serve/applications/', { token: TOKEN });
      const { ranking } = JSON.parse(body).applications;
      if (/FAILED|UNHEALTHY/.test(ranking?.status)) throw new Error(JSON.stringify(ranking).slice(0, 1500));
      return ranking?.status === 'RUNNING';
    });
  };
  const serve = RAY_PORTS.serve.port;
  const wanted = { user: 1, items: [1, 2, 3] };
  const rank = async (prefix: string) => (await http(serve, `${prefix}/rank`, { body: wanted })).body;
  const answer =
    '{"user":1,"items":[{"item":1,"score":0.202739},{"item":2,"score":0.106522},{"item":3,"score":-0.286716}]}';
  await check('`serve deploy` takes the generated serveConfigV2', () => deploy(generated));
  await check('the application answers through its prefix, and only there', async () => {
    same(await rank(PREFIX), answer);
    same((await http(serve, '/rank', { body: wanted })).status, 404, 'without the prefix');
    same((await http(serve, `${PREFIX}/rank`, { body: { user: -1 } })).status, 422, 'a wrong request');
    return `${PREFIX}/rank`;
  });
  await check('the path that workers are probed by answers', async () =>
    same((await http(serve, '/-/healthz')).status, 200),
  );
  await check('a change of userConfig alone keeps the replicas', async () => {
    const replicas = async () => {
      const { body } = await http(DASHBOARD, '/api/serve/applications/', { token: TOKEN });
      return JSON.parse(body).applications.ranking.deployments.Model.replicas.map(
        ({ replica_id }: { replica_id: string }) => replica_id,
      );
    };
    const before = await replicas();
    await deploy(service(PREFIX, 4));
    await until('the other answer', 30, async () => (await rank(PREFIX)) !== answer);
    same(await replicas(), before);
  });
  await check('behind a gateway that takes the prefix away it answers too', async () => {
    await deploy(service('/', 3));
    await until('the prefix', 30, async () => (await rank('')) === answer);
    same((await http(serve, '/openapi.json')).status, 200);
    await deploy(generated);
    await until('the prefix', 30, async () => (await rank(PREFIX)) === answer);
  });

  await metrics(env, bin, serve);
  await tune(env, bin, mlflow, home);
  ray.kill('SIGTERM');
}

async function metrics(env: NodeJS.ProcessEnv, bin: string, serve: number): Promise<void> {
  const exercise = spawn(join(bin, 'python'), [join(__dirname, 'exercise.py')], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let said = '';
  exercise.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  const ports = [RAY_PORTS.metrics, RAY_PORTS.autoscalerMetrics, RAY_PORTS.dashboardMetrics];
  try {
    await check('objects spill, a placement group waits, a GPU is held', () =>
      until('exercise', 90, () => {
        if (exercise.exitCode !== null) throw new Error(`it ended with ${exercise.exitCode}`);
        return said.includes('ready');
      }),
    );
    for (let count = 0; count < 20; count += 1) await http(serve, `${PREFIX}/nothing`);
    // Ray collects every 10 s, and its processes send every 5.
    await sleep(20_000);
    const found: Record<string, ObservedMetric> = {};
    for (const { name, port } of ports) {
      await check(`Prometheus is answered on ${name}, without a token`, async () => {
        const { status, body } = await http(port, '/metrics');
        same(status, 200);
        const seen = observe(port, body);
        for (const [metric, what] of Object.entries(seen)) found[metric] ??= what;
        return `${Object.keys(seen).length} series names on ${port}`;
      });
    }
    await check('every metric that an alert names is there', () => {
      const of = { job: 'ray', namespace: 'ray' };
      const alerts = [
        ...rayClusterAlerts({ ...of, leastNodes: 1, autoscaled: true, gpus: true }),
        ...rayServiceAlerts(of),
      ];
      const named = new Set(
        alerts.flatMap(({ expr }) => parsePromql(expr).selectors.map(({ metric }) => metric)).filter((m) => m !== 'up'),
      );
      same(
        [...named].filter((metric) => found[metric] === undefined),
        [],
      );
      return [...named].sort().join(' ');
    });
    const observed: Observed = {
      ray: RAY_VERSION,
      metrics: Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1))),
    };
    if (failures > 0) return;
    writeFileSync(OBSERVED, JSON.stringify(observed));
    run('npx', ['biome', 'format', '--write', OBSERVED]);
  } finally {
    exercise.kill('SIGKILL');
  }
}

async function tune(env: NodeJS.ProcessEnv, bin: string, mlflow: string, home: string): Promise<void> {
  const plain = { PATH: `${mlflow}:/usr/bin:/bin`, HOME: home, MLFLOW_DISABLE_TELEMETRY: 'true' };
  const args = ['server', '--host', '127.0.0.1', '--port', String(TRACKING_PORT), '--workers', '1'];
  const store = ['--backend-store-uri', `sqlite:///${join(home, 'mlflow.db')}`, '--artifacts-destination', home];
  const server = start(join(mlflow, 'mlflow'), [...args, ...store], plain, join(home, 'mlflow.log'));
  try {
    await check('a Tune job is taken with the token, and ends well', async () => {
      await until(
        'MLflow',
        120,
        async () => (await http(TRACKING_PORT, '/health').catch(() => ({ status: 0 }))).status === 200,
      );
      const entrypoint = job().spec?.entrypoint ?? '';
      const said = await runAside(
        join(bin, 'ray'),
        [
          'job',
          'submit',
          '--address',
          `http://127.0.0.1:${DASHBOARD}`,
          '--working-dir',
          join(EXAMPLES, 'tune_job'),
          '--',
          ...entrypoint.split(' '),
        ],
        env,
      );
      const best = /best penalty .*/.exec(said)?.[0];
      if (best === undefined || !said.includes('succeeded')) throw new Error(said.slice(-2000));
      return `${entrypoint}: ${best}`;
    });
    await check('each trial is a run in MLflow, with its parameter and its error', async () => {
      const named = await http(TRACKING_PORT, '/api/2.0/mlflow/experiments/get-by-name?experiment_name=tune-ridge');
      const experiment = JSON.parse(named.body).experiment.experiment_id;
      const { body } = await http(TRACKING_PORT, '/api/2.0/mlflow/runs/search', {
        body: { experiment_ids: [experiment] },
      });
      const runs: { info: { status: string }; data: { params: { key: string }[]; metrics: { key: string }[] } }[] =
        JSON.parse(body).runs;
      const complete = runs.filter(
        ({ info, data }) =>
          info.status === 'FINISHED' &&
          data.params.some(({ key }) => key === 'penalty') &&
          data.metrics.some(({ key }) => key === 'error'),
      );
      same([runs.length, complete.length], [4, 4]);
    });
  } finally {
    server.kill('SIGKILL');
  }
}

async function inside(bin: string, mlflow: string): Promise<void> {
  // Short: Ray puts sockets in there, whose paths may have 107 characters.
  const home = mkdtempSync(join(tmpdir(), 'ray-'));
  try {
    await scenario(bin, mlflow, home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  console.log(failures === 0 ? '\nall as generated' : `\n${failures} checks failed`);
}

function main(): void {
  const bin = installRay();
  const { mlflow } = installMlflow(CACHE);
  const own = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const { status } = spawnSync(
    'unshare',
    [
      ...own,
      ...[
        '--net',
        '--pid',
        '--fork',
        '--kill-child',
        '--mount-proc',
        'sh',
        '-ec',
        'ip link set lo up; exec "$@"',
        'sh',
      ],
      ...[process.execPath, '--require', 'tsx/cjs', __filename, bin, mlflow],
    ],
    { stdio: 'inherit', cwd: ROOT },
  );
  process.exitCode = status ?? 1;
}

const [, , bin, mlflow] = process.argv;
if (bin === undefined || mlflow === undefined) main();
else {
  inside(bin, mlflow)
    .catch((error: unknown) => {
      failures += 1;
      console.error(error instanceof Error ? error.stack : error);
    })
    .finally(() => process.exit(failures === 0 ? 0 : 1));
}
