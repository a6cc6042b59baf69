/**
 * Runs what `mlflow` in an environment becomes, for real: the Job, two replicas of the server and the garbage
 * collection, from their manifests, against PostgreSQL and an object store. `npm run verify:mlflow`
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PodSpec, Probe } from '../../imports/k8s.ts';
import { MLFLOW_METRICS, mlflowMetricsPort } from '../../lib/constructs/mlflow/index.ts';
import { serviceHosts } from '../../lib/graph/endpoint.ts';
import {
  BUCKET,
  CONSUMER,
  DATABASE_HOST,
  DATABASE_PASSWORD,
  type Generated,
  generate,
  KEYS,
  PUBLIC_HOST,
  STORE_HOST,
  USER,
} from './generated.ts';
import { basic, http } from './http.ts';
import { install } from './install.ts';
import { createNetwork, HOST_IP, podIp, removeNetwork } from './network.ts';
import { Pod, type Surroundings } from './pod.ts';
import { type ObjectStore, type Postgres, startPostgres, startSeaweed } from './services.ts';
import { runAside, sleep, until } from './shell.ts';

const PODS = 4;
const CACHE = resolve(__dirname, '../../.cache');
const SERVICE_HOSTS = serviceHosts({ service: 'mlflow', namespace: 'mlflow' });

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

interface World {
  readonly title: string;
  readonly generated: Generated;
  readonly database: string;
  readonly postgres: Postgres;
  readonly store: ObjectStore;
  readonly around: Surroundings;
  readonly python: string;
  /** Run at the end, however it comes. */
  readonly stops: (() => void)[];
}

const api = (path: string) => `/api/2.0/mlflow/${path}`;
/** What every program of a client begins with: it must not hang without saying where. */
const CLIENT = `import faulthandler
faulthandler.dump_traceback_later(240, exit=True)
import mlflow
from mlflow import MlflowClient
client = MlflowClient()
`;
const json = { 'content-type': 'application/json' };

const scenario =
  (login: boolean) =>
  async (world: World): Promise<void> => {
    console.log(`\n${world.title}`);
    const { generated, around, postgres, database } = world;
    const secret = (name: string, key: string) => generated.secrets[name]?.[key] ?? '';
    const admin = login ? basic('admin', secret('mlflow-admin', 'password')) : {};
    const jobSpec = podSpec(generated.job.spec?.template.spec);
    const serverSpec = podSpec(generated.deployment.spec?.template.spec);
    const replicas = [0, 1].map((number) => new Pod(`mlflow-${number}`, number, serverSpec, around));
    for (const replica of replicas) world.stops.push(() => replica.kill());
    const [first, second] = replicas;
    if (!first || !second) throw new Error('two replicas are needed');
    const migrate = async (name: string) => {
      const pod = new Pod(name, 2, jobSpec, around);
      const code = await pod.runToEnd();
      if (code !== 0)
        throw new Error(
          `exit code ${code}\n${[...(jobSpec.initContainers ?? []), ...jobSpec.containers].map((c) => pod.log(c.name)).join('\n')}`,
        );
      return pod;
    };

    try {
      await check('a server does not start on a database that is not up to date', async () => {
        // A new release brings a migration: as if the last one had not run.
        await migrate('mlflow-migrate-old');
        const head = postgres.query(database, 'SELECT version_num FROM alembic_version');
        postgres.query(database, "UPDATE alembic_version SET version_num = '0584bdc529eb'");
        first.start();
        await until('end of the server', 120, () => !first.running);
        await first.stop();
        postgres.query(database, `UPDATE alembic_version SET version_num = '${head}'`);
        if (!first.log().includes('out-of-date database schema')) throw new Error(first.log());
      });
      await check('the migration makes an empty database what the server wants', async () => {
        postgres.query(database, `DROP OWNED BY "${USER}" CASCADE`);
        postgres.query(database, `GRANT ALL ON SCHEMA public TO "${USER}"`);
        await migrate('mlflow-migrate');
        return `${postgres.query(database, "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")} tables`;
      });
      await check('the migration can run again', async () => void (await migrate('mlflow-migrate-again')));

      const begin = Date.now();
      for (const replica of replicas) replica.start();
      await check('both replicas start, as their startup probe sees it', async () => {
        await Promise.all(
          replicas.map((replica) =>
            until(replica.name, budget(replica.main.startupProbe), () => probed(replica, replica.main.startupProbe)),
          ),
        );
        return `${Math.round((Date.now() - begin) / 1000)} s`;
      });
      if (!replicas.every((replica) => replica.running)) throw new Error(`no server\n${first.log()}`);
      await check('readiness and liveness probes succeed', async () => {
        for (const replica of replicas) {
          same(await probed(replica, replica.main.readinessProbe), true, 'readiness');
          same(await probed(replica, replica.main.livenessProbe), true, 'liveness');
        }
      });

      const search = api('experiments/search?max_results=1');
      const names = [...SERVICE_HOSTS, 'localhost', '127.0.0.1', first.ip].flatMap((host) => [host, `${host}:5000`]);
      const allowed = [...names, 'localhost:12345', PUBLIC_HOST, `${PUBLIC_HOST}:443`, 'mlflow.corp.example.com'];
      await check(`the API answers under each of ${allowed.length} names`, async () => {
        for (const host of allowed) same((await http(first.ip, search, { host, headers: admin })).status, 200, host);
        return allowed.join(' ');
      });
      const refused = [
        'evil.example.com',
        '10.attacker.example',
        `${PUBLIC_HOST}.evil.com`,
        'mlflow.other.svc:5000',
        second.ip,
        `${first.ip}:80`,
      ];
      await check(`the API refuses ${refused.length} other names`, async () => {
        for (const host of refused) same((await http(first.ip, search, { host, headers: admin })).status, 403, host);
        return refused.join(' ');
      });
      await check('the user interface is served', async () => {
        const { status, body } = await http(first.ip, '/', { host: PUBLIC_HOST, headers: admin });
        same([status, body.includes('<div id="root"')], [200, true]);
      });
      await check('pages of the public URL may change things, others may not', async () => {
        const create = (origin: string, name: string) =>
          http(first.ip, api('experiments/create'), {
            host: PUBLIC_HOST,
            headers: { ...admin, ...json, origin },
            body: JSON.stringify({ name }),
          });
        same((await create(`https://${PUBLIC_HOST}`, 'by-browser')).status, 200);
        same((await create('https://evil.example.com', 'by-attacker')).status, 403);
      });

      await check('Prometheus scrapes each replica by its address, and finds the names that are listed', async () => {
        const { port } = mlflowMetricsPort(login);
        for (const replica of replicas) {
          await http(replica.ip, search, { headers: admin });
          const { status, body } = await http(replica.ip, '/metrics', { port });
          same(status, 200, replica.name);
          const labels = (name = '') =>
            [...body.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{(.*)\\} `, 'gm'))]
              .flatMap(([, inside = '']) => [...inside.matchAll(/(\w+)="/g)].map(([, label = '']) => label))
              .filter((label) => label !== 'le' && label !== 'pid');
          const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(
            ([, name, type]) => `${name} ${type} ${[...new Set(labels(name))].sort()}`,
          );
          const listed = MLFLOW_METRICS.map(({ name, type, labels }) => `${name} ${type} ${labels}`);
          same([...new Set(types)].sort(), [...listed].sort(), replica.name);
        }
        return `${MLFLOW_METRICS.length} metrics on port ${port}`;
      });

      const client = (replica: Pod, code: string, user = 'admin', password = secret('mlflow-admin', 'password')) =>
        runAside(world.python, ['-c', `${CLIENT}${code}`], {
          PATH: around.path,
          HOME: '/tmp',
          MLFLOW_DISABLE_TELEMETRY: 'true',
          MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT: 'true',
          GIT_PYTHON_REFRESH: 'quiet',
          MLFLOW_TRACKING_URI: `http://${replica.ip}:5000`,
          ...(login && { MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password }),
        });

      let runId = '';
      await check('a run made through one replica is read through the other, artifact too', async () => {
        runId = await client(
          first,
          'e = client.create_experiment("both")\nr = client.create_run(e)\nclient.log_metric(r.info.run_id, "loss", 0.5)\nclient.log_text(r.info.run_id, "hello" * 200000, "notes.txt")\nclient.set_terminated(r.info.run_id)\nprint(r.info.run_id)',
        );
        const read = await client(
          second,
          `r = client.get_run("${runId}")\nprint(r.data.metrics["loss"], r.info.artifact_uri.split(":")[0], len(mlflow.artifacts.load_text(r.info.artifact_uri + "/notes.txt")))`,
        );
        same(read, '0.5 mlflow-artifacts 1000000');
      });
      if (!/^[0-9a-f]{32}$/.test(runId)) throw new Error(`no run\n${first.log()}`);
      await check('clients are not sent to the store themselves', async () => {
        const { body } = await http(first.ip, '/api/3.0/mlflow/server-info', { headers: admin });
        const info = JSON.parse(body);
        same([info.multipart_uploads_enabled, info.multipart_downloads_enabled], [false, false], body);
      });
      await check('a large artifact goes through a replica without filling its memory', async () => {
        const before = first.memory();
        const megabytes = 600;
        const peak = await peakOf(
          () => first.memory(),
          async () => same(await client(first, sendAndFetch(runId, megabytes)), String(megabytes * 1024 * 1024)),
        );
        const memory = `${Math.round(before)} MiB before, ${Math.round(peak)} MiB at most`;
        if (peak - before > 300) throw new Error(memory);
        return `${megabytes} MiB; ${memory}`;
      });
      await check('its artifact is in the bucket, below artifacts/', () => {
        const [key, ...others] = world.store
          .objects(BUCKET)
          .filter((object) => object.includes(runId) && object.endsWith('.txt'));
        same([key?.startsWith('artifacts/'), others], [true, []]);
        return key;
      });
      await check('connections and memory stay within their bounds under load', async () => {
        const limit = mebibytes(serverSpec);
        const bound = 2 * (2 * 10 * (login ? 2 : 1) + 2);
        const peak = { connections: 0, memory: 0 };
        await peakOf(
          () => {
            const open = postgres.query(
              database,
              `SELECT count(*) FROM pg_stat_activity WHERE datname = '${database}' AND usename = '${USER}'`,
            );
            peak.connections = Math.max(peak.connections, Number(open));
            peak.memory = Math.max(peak.memory, ...replicas.map((replica) => replica.memory()));
            return 0;
          },
          async () => {
            const requests = Array.from({ length: 600 }, (_, index) =>
              http((replicas[index % 2] ?? first).ip, search, { headers: admin }),
            );
            same((await Promise.all(requests)).filter(({ status }) => status !== 200).length, 0, 'refused');
          },
        );
        const seen = `${peak.connections} of ${bound} connections, ${Math.round(peak.memory)} MiB of ${limit} MiB in one replica`;
        if (peak.connections > bound || peak.memory > limit) throw new Error(seen);
        return seen;
      });

      if (login) await accounts(world, replicas, client);

      await check('garbage collection removes what was deleted, from database and bucket', async () => {
        await client(first, `client.delete_run("${runId}")`);
        await sleep(2500);
        const spec = podSpec(generated.gc.spec?.jobTemplate.spec?.template.spec);
        const gc = new Pod('mlflow-gc', 3, spec, around);
        const code = await gc.runToEnd();
        if (code !== 0) throw new Error(gc.log());
        same(postgres.query(database, `SELECT count(*) FROM runs WHERE run_uuid = '${runId}'`), '0');
        same(
          world.store.objects(BUCKET).filter((object) => object.includes(runId)),
          [],
        );
      });

      await check('no secret is in a command line or a log', () => {
        const shown = replicas.map((replica) => replica.commandLines() + replica.log()).join('\n');
        for (const [name, values] of Object.entries(generated.secrets)) {
          for (const [key, value] of Object.entries(values)) {
            if (value.length > 8 && value !== CONSUMER && value !== 'prometheus' && shown.includes(value))
              throw new Error(`${key} of ${name}`);
          }
        }
      });
      await check('a replica ends by itself when it is told to', async () => {
        const { code, seconds } = await first.stop();
        if (seconds > 15) throw new Error(`${seconds} s`);
        return `${seconds.toFixed(1)} s, exit code ${code}`;
      });
      await check('the other still answers', async () =>
        same((await http(second.ip, search, { headers: admin })).status, 200),
      );
    } finally {
      for (const replica of replicas) replica.kill();
    }
  };

/** A server that runs jobs: one replica, whose job runner is a client of it. */
async function jobs(world: World): Promise<void> {
  console.log(`\n${world.title}`);
  const { generated, around } = world;
  const server = new Pod('mlflow-jobs', 0, podSpec(generated.deployment.spec?.template.spec), around);
  world.stops.push(() => server.kill());
  try {
    await check('the migration makes an empty database what the server wants', async () => {
      same(await new Pod('mlflow-migrate', 2, podSpec(generated.job.spec?.template.spec), around).runToEnd(), 0);
    });
    server.start();
    await check('the replica starts, with its job runner', async () => {
      await until(server.name, budget(server.main.startupProbe), () => probed(server, server.main.startupProbe));
      await until('job runner', 60, () => server.commandLines().includes('_job_runner'));
      await sleep(5000);
      same([server.running, /Traceback|requirements not met/.exec(server.log())?.[0]], [true, undefined], server.log());
    });
    await check('the runner may call the server by the address it is bound to', async () => {
      const host = '0.0.0.0:5000';
      same((await http(server.ip, api('experiments/search?max_results=1'), { host })).status, 200);
    });
    await check('garbage collection takes jobs along', async () => {
      const gc = new Pod('mlflow-gc', 3, podSpec(generated.gc.spec?.jobTemplate.spec?.template.spec), around);
      same(await gc.runToEnd(), 0, gc.log());
    });
  } finally {
    server.kill();
  }
}

/** What only a server with a login has. */
async function accounts(
  { generated, around }: World,
  [first, second]: readonly Pod[],
  client: (replica: Pod, code: string, user: string, password: string) => Promise<string>,
): Promise<void> {
  if (!first || !second) return;
  const password = (name: string) => generated.secrets[name]?.password ?? '';
  const search = api('experiments/search?max_results=1');
  await check('without a login there is 401, with a wrong one too', async () => {
    for (const path of [search, '/', '/metrics']) same((await http(first.ip, path)).status, 401, path);
    same((await http(first.ip, search, { headers: basic('admin', 'password1234') })).status, 401);
  });
  await check('administrator and consumer are known to both replicas', async () => {
    for (const replica of [first, second]) {
      same((await http(replica.ip, search, { headers: basic('admin', password('mlflow-admin')) })).status, 200);
      same(
        (await http(replica.ip, search, { headers: basic(CONSUMER, password(`${CONSUMER}-tracking`)) })).status,
        200,
      );
    }
  });
  await check('a form that one replica made is taken by the other: sessions are shared', async () => {
    const headers = basic('admin', password('mlflow-admin'));
    const page = await http(first.ip, '/signup', { headers });
    const token = /name="csrf_token"\s+value="([^"]+)"/.exec(page.body)?.[1];
    const cookie = String(page.headers['set-cookie'] ?? '').split(';')[0] ?? '';
    if (token === undefined || cookie === '') throw new Error(`no form: ${page.status} ${page.body.slice(0, 300)}`);
    const form = new URLSearchParams({ csrf_token: token, username: 'person', password: 'a-long-password' }).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const send = (value: string) =>
      http(second.ip, '/api/2.0/mlflow/users/create-ui', {
        headers: { ...headers, ...type, cookie: value },
        body: form,
      });
    const refused = (await send('session=forged')).status;
    const taken = (await send(cookie)).status;
    same([refused, taken], [400, 200]);
  });
  await check('a consumer may write what is its own and only read the rest', async () => {
    const own = await client(
      first,
      'e = client.create_experiment("own")\nr = client.create_run(e)\nclient.log_text(r.info.run_id, "x", "x.txt")\nprint(r.info.run_id)',
      CONSUMER,
      password(`${CONSUMER}-tracking`),
    );
    if (own.length !== 32) throw new Error(own);
    const headers = { ...basic(CONSUMER, password(`${CONSUMER}-tracking`)), ...json };
    const other = await http(first.ip, api('experiments/get-by-name?experiment_name=both'), { headers });
    same(other.status, 200, 'read');
    const { experiment } = JSON.parse(other.body);
    const write = await http(second.ip, api('runs/create'), {
      headers,
      body: JSON.stringify({ experiment_id: experiment.experiment_id }),
    });
    same(write.status, 403, 'write');
  });
  await check('a changed password of an account is taken over by the Job', async () => {
    const changed = { username: CONSUMER, password: 'another-long-password' };
    const pod = new Pod('mlflow-migrate-new', 2, podSpec(generated.job.spec?.template.spec), {
      ...around,
      secrets: { ...around.secrets, [`${CONSUMER}-tracking`]: changed },
    });
    same(await pod.runToEnd(), 0);
    if (!pod.log('accounts').includes(`updated ${CONSUMER}`) || !pod.log('accounts').includes('kept admin'))
      throw new Error(pod.log('accounts'));
    same((await http(second.ip, search, { headers: basic(CONSUMER, changed.password) })).status, 200);
  });
}

async function probed(pod: Pod, probe: Probe | undefined): Promise<boolean> {
  const get = probe?.httpGet;
  const port = pod.main.ports?.find(({ name }) => name === get?.port)?.containerPort;
  if (!get || port === undefined) throw new Error('the probe leads to no port of the container');
  if (!pod.running) throw new Error(`${pod.name} has ended\n${pod.log()}`);
  try {
    return (await http(pod.ip, get.path ?? '/', { port })).status === 200;
  } catch {
    return false;
  }
}

const budget = (probe: Probe | undefined): number => (probe?.periodSeconds ?? 10) * (probe?.failureThreshold ?? 3);

/** Does something, and says how high a value rose meanwhile. */
async function peakOf(measure: () => number, work: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, measure());
  }, 150);
  try {
    await work();
  } finally {
    clearInterval(watch);
  }
  return peak;
}

/** A program of a client: logs an artifact of so many megabytes, fetches it again and prints its size. */
const sendAndFetch = (runId: string, megabytes: number): string => `\
import os, pathlib, tempfile
with tempfile.TemporaryDirectory() as directory:
    path = pathlib.Path(directory, "large.bin")
    path.write_bytes(os.urandom(1024 * 1024) * ${megabytes})
    client.log_artifact("${runId}", str(path))
    path.unlink()
    print(os.path.getsize(client.download_artifacts("${runId}", "large.bin", directory)))
`;

/** Memory that the containers of a pod may use together. */
const mebibytes = ({ containers }: PodSpec): number =>
  containers.reduce((sum, { resources }) => sum + Number(/^(\d+)Mi$/.exec(`${resources?.limits?.memory}`)?.[1]), 0);

function podSpec(spec: PodSpec | undefined): PodSpec {
  if (!spec) throw new Error('no pod');
  return spec;
}

async function main(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new Error('this needs root: like a kubelet, it makes network and mount namespaces');
  const bin = install(CACHE);
  const directory = join(CACHE, 'verify-mlflow');
  mkdirSync(directory, { recursive: true });
  createNetwork(PODS);
  const stops: (() => void)[] = [() => removeNetwork(PODS)];
  const stopAll = () => {
    for (const stop of stops.splice(0).reverse()) stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopAll();
      process.exit(1);
    });
  }
  try {
    const gc = { garbageCollection: { olderThan: '1s' } };
    const shared = { ...gc, additionalHosts: ['mlflow.corp.example.com'] };
    const runs = [
      { title: 'MLflow without a login', database: 'mlflow-open', settings: shared, test: scenario(false) },
      {
        title: 'MLflow with a login',
        database: 'mlflow-login',
        settings: { ...shared, login: {} },
        test: scenario(true),
      },
      { title: 'MLflow with jobs', database: 'mlflow-jobs', settings: { ...gc, jobs: true, replicas: 1 }, test: jobs },
    ];
    const databases = runs.map(({ database }) => database);
    const postgres = await startPostgres({ user: USER, password: DATABASE_PASSWORD, databases });
    stops.push(postgres.stop);
    const python = join(bin.mlflow, 'python');
    const store = await startSeaweed(directory, bin.weed, python, { bucket: BUCKET, ...KEYS });
    stops.push(store.stop);
    for (const { title, database, settings, test } of runs) {
      const generated = generate(settings, database, 8333);
      const around: Surroundings = {
        directory,
        path: `${bin.mlflow}:/usr/local/bin:/usr/bin:/bin`,
        hosts: {
          [DATABASE_HOST]: HOST_IP,
          [STORE_HOST]: HOST_IP,
          ...Object.fromEntries(SERVICE_HOSTS.map((host) => [host, podIp(0)])),
        },
        secrets: generated.secrets,
        configMaps: generated.configMaps,
      };
      await test({ title, generated, database, postgres, store, around, python, stops });
    }
  } finally {
    stopAll();
  }
  console.log(failures === 0 ? '\nall as generated' : `\n${failures} checks failed`);
  process.exitCode = failures === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
});
