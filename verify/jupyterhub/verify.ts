/**
 * Runs what `notebooks` in an environment becomes, for real: hub, keeper and proxy from their manifests, against
 * PostgreSQL, with people who sign in, choose and start servers. `npm run verify:jupyterhub`
 *
 * The API server is a small one that knows pods, volumes and quotas and holds the hub to the Roles that were made for
 * it; the pods that the hub asks for are run as a kubelet would. They are kept as golden files, which `--update` writes.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Container, EnvVar, PersistentVolumeClaim, Pod as PodObject, PodSpec } from '../../imports/k8s.ts';
import { serviceHosts } from '../../lib/graph/endpoint.ts';
import { http } from '../mlflow/http.ts';
import { createNetwork, HOST_IP, podIp, removeNetwork } from '../mlflow/network.ts';
import { Pod, type Surroundings } from '../mlflow/pod.ts';
import { startPostgres } from '../mlflow/services.ts';
import { sleep, until } from '../mlflow/shell.ts';
import { Browser } from './browser.ts';
import {
  CLIENT,
  DATABASE_HOST,
  DATABASE_PASSWORD,
  generate,
  LOGIN_HOST,
  LOGIN_PORT,
  SETTINGS,
  TEAMS,
} from './generated.ts';
import { install } from './install.ts';

const PODS = 4;
const CACHE = resolve(__dirname, '../../.cache');
const CONSTRUCT = resolve(__dirname, '../../lib/constructs/notebooks');
const GOLDEN = join(CONSTRUCT, 'golden');
const OBSERVED = join(CONSTRUCT, 'metrics-observed.json');
const HOST = 'notebooks.ml.example.com';
const UPDATE = process.argv.includes('--update');

const PEOPLE = {
  'alice@example.com': ['ranking', 'vision'],
  'zoe@example.com': [],
  'bob@example.com': ['sales'],
  'root@example.com': ['platform-admins'],
};

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

function has(text: string, wanted: string): void {
  if (!text.includes(wanted)) throw new Error(`no "${wanted}" in ${text.slice(0, 3000)}`);
}

interface State {
  readonly pods: readonly PodObject[];
  readonly claims: readonly PersistentVolumeClaim[];
  readonly secrets: readonly {
    readonly metadata: { readonly name: string };
    readonly stringData: Readonly<Record<string, string>>;
  }[];
  readonly calls: readonly (readonly string[])[];
}

const world = {
  state: async (): Promise<State> => JSON.parse((await http(HOST_IP, '/state', { port: LOGIN_PORT })).body),
  change: (change: object) => http(HOST_IP, '/state', { port: LOGIN_PORT, body: JSON.stringify(change) }),
};

const places = {
  [HOST]: { ip: podIp(1), port: 8000 },
  [LOGIN_HOST]: { ip: HOST_IP, port: LOGIN_PORT },
};

function golden(object: PodObject | PersistentVolumeClaim): object {
  const copy = structuredClone(object) as unknown as {
    metadata: Record<string, unknown>;
    status?: unknown;
    spec: { containers?: { env: EnvVar[] }[] };
  };
  for (const key of ['uid', 'resourceVersion']) delete copy.metadata[key];
  delete copy.status;
  for (const container of copy.spec.containers ?? []) {
    container.env = container.env.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  return copy;
}

function asGolden(name: string, object: PodObject | PersistentVolumeClaim): void {
  const file = join(GOLDEN, `${name}.json`);
  const text = `${JSON.stringify(golden(object), undefined, 2)}\n`;
  if (UPDATE) {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(file, text);
  }
  if (!existsSync(file)) throw new Error(`there is no ${file}; run with --update`);
  same(JSON.parse(text), JSON.parse(readFileSync(file, 'utf8')), file);
}

/** A server's pod as this machine can run it: its volumes are empty directories, and what a ConfigMap adds is left out. */
function runnable(pod: PodObject, variables: Readonly<Record<string, string>>): PodSpec {
  const spec = structuredClone(pod.spec) as unknown as PodSpec;
  const [container] = spec.containers;
  if (!container) throw new Error('no container');
  const env = (container.env ?? []).filter(({ name }) => !(name in variables));
  const { envFrom: _, command: __, ...rest } = container;
  return {
    ...spec,
    securityContext: { ...spec.securityContext, ...identity(container) },
    volumes: [
      ...(spec.volumes ?? []).map((volume) => (volume.configMap ? volume : { name: volume.name, emptyDir: {} })),
      { name: 'tmp', emptyDir: {} },
    ],
    containers: [
      {
        ...rest,
        securityContext: { ...container.securityContext, readOnlyRootFilesystem: true },
        volumeMounts: [
          ...(container.volumeMounts ?? []).filter(({ mountPath }) => mountPath !== '/dev/shm'),
          { name: 'tmp', mountPath: '/tmp' },
        ],
        env: [
          ...env,
          ...Object.entries({ HOME: '/home/jovyan', ...variables }).map(([name, value]) => ({ name, value })),
        ],
      },
    ],
  };
}

const identity = ({ securityContext: { runAsUser = 0, runAsGroup = 0 } = {} }: Container) => ({
  runAsUser,
  runAsGroup,
});

const statusOf = (phase: string, number: number, state: object) => ({
  phase,
  podIP: podIp(number),
  containerStatuses: [
    { name: 'notebook', ready: phase === 'Running', state, image: 'any', imageID: 'any', restartCount: 0 },
  ],
});

async function main(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new Error('this needs root: like a kubelet, it makes network and mount namespaces');
  const bin = install(CACHE);
  const directory = join(CACHE, 'verify-jupyterhub');
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
    const postgres = await startPostgres({
      user: 'jupyterhub',
      password: DATABASE_PASSWORD,
      databases: ['jupyterhub'],
    });
    stops.push(postgres.stop);
    await scenario(bin, directory, stops);
  } finally {
    stopAll();
  }
  console.log(failures === 0 ? '\nall as generated' : `\n${failures} checks failed`);
  process.exitCode = failures === 0 ? 0 : 1;
}

async function scenario(
  bin: { readonly hub: string; readonly server: string; readonly proxy: string },
  directory: string,
  stops: (() => void)[],
): Promise<void> {
  const generated = generate({ ...SETTINGS, startTimeout: '60s' });
  const secrets = { TRACKING_PASSWORD: { name: 'team-vision-tracking', key: 'password' } };
  const file = join(directory, 'world.json');
  writeFileSync(
    file,
    JSON.stringify({
      address: HOST_IP,
      port: LOGIN_PORT,
      roles: generated.roles,
      configMaps: Object.fromEntries(
        TEAMS.map(({ namespace, team }) => [
          namespace,
          { 'secrets.json': JSON.stringify(team === 'vision' ? secrets : {}) },
        ]),
      ),
      people: PEOPLE,
      client: CLIENT,
      gpus: 4,
    }),
  );
  await check('what its Python decides by itself is right', () => {
    const files = (name: string, map: string) => {
      const folder = join(directory, name);
      mkdirSync(folder, { recursive: true });
      for (const [path, text] of Object.entries(generated.configMaps[map] ?? {}))
        writeFileSync(join(folder, path), text);
      return folder;
    };
    const hubFiles = files('hub', 'jupyterhub-hub');
    const args = [
      join(__dirname, 'units.py'),
      hubFiles,
      files('session', 'jupyterhub-session'),
      join(hubFiles, 'settings.json'),
    ];
    same(execFileSync(join(bin.hub, 'python'), args, { encoding: 'utf8' }).trim(), 'ok');
  });

  const around = (path: string): Surroundings => ({
    directory,
    path: `${path}:/usr/local/bin:/usr/bin:/bin`,
    hosts: {
      [DATABASE_HOST]: HOST_IP,
      [LOGIN_HOST]: HOST_IP,
      ...Object.fromEntries(serviceHosts({ service: 'jupyterhub', namespace: 'jupyterhub' }).map((n) => [n, podIp(0)])),
      ...Object.fromEntries(
        serviceHosts({ service: 'jupyterhub-proxy', namespace: 'jupyterhub' }).map((n) => [n, podIp(1)]),
      ),
    },
    secrets: generated.secrets,
    configMaps: generated.configMaps,
  });

  const simulated: ChildProcess = spawn(join(bin.hub, 'python'), [join(__dirname, 'world.py'), file], {
    stdio: 'inherit',
  });
  stops.push(() => void simulated.kill('SIGKILL'));
  await until('the world', 20, async () => (await world.state().catch(() => undefined)) !== undefined);

  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'world', cluster: { server: `http://${HOST_IP}:${LOGIN_PORT}` } }],
      users: [{ name: 'hub', user: { token: 'token-of-the-hub' } }],
      contexts: [{ name: 'world', context: { cluster: 'world', user: 'hub', namespace: 'jupyterhub' } }],
      'current-context': 'world',
    }),
  );
  const hubSpec = specOf(generated.hub.spec?.template.spec);
  const withKubeconfig: PodSpec = {
    ...hubSpec,
    containers: hubSpec.containers.map((one) => ({
      ...one,
      env: [...(one.env ?? []), { name: 'KUBECONFIG', value: kubeconfig }],
    })),
  };
  const proxy = new Pod('jupyterhub-proxy', 1, specOf(generated.proxy.spec?.template.spec), around(bin.proxy));
  let hub = new Pod('jupyterhub', 0, withKubeconfig, around(bin.hub));
  const servers: Pod[] = [];
  stops.push(() => {
    for (const pod of [hub, proxy, ...servers]) pod.kill();
  });

  /** What a server finds around it: the Secrets that the hub made are in its namespace. */
  const aroundServers = async (): Promise<Surroundings> => ({
    ...around(bin.server),
    secrets: Object.fromEntries((await world.state()).secrets.map((one) => [one.metadata.name, one.stringData])),
  });
  const healthy = async (ip: string, port: number, path: string) =>
    (await http(ip, path, { port }).catch(() => undefined))?.status === 200;
  await check('proxy and hub start, and answer their probes', async () => {
    proxy.start();
    await until('proxy', 30, () => healthy(podIp(1), 8000, '/_chp_healthz'));
    hub.start();
    await until('hub', 90, () => {
      if (!hub.running) throw new Error(hub.log().slice(-3000));
      return healthy(podIp(0), 8081, '/hub/health');
    });
  });
  if (failures > 0) return;

  const [alice, zoe, bob, root] = ['alice', 'zoe', 'bob', 'root'].map(
    (name) => new Browser(`${name}@example.com`, places, HOST),
  );
  if (!alice || !zoe || !bob || !root) return;

  await check('who is in no team may not sign in, and is told why', async () => {
    const { status, body } = await bob.open('/hub/spawn');
    same(status, 403);
    has(body, 'You are in no team that has notebooks here');
  });
  await check('a member of two teams sees what each may choose, with what is left of the quota', async () => {
    const { status, body } = await alice.open('/hub/spawn');
    same(status, 200, body.slice(0, 500));
    same(shown(body), [
      'ranking.minimal',
      'vision.minimal',
      'vision.scipy',
      'vision.pytorch',
      'vision.pytorch-gpu',
      'vision.tensorflow-gpu',
      'vision.own-0',
    ]);
    has(body, '4 CPU, 16Gi memory, 1 × a10g (4 of 4 left)');
    has(body, 'Computer Vision: PyTorch on GPU');
  });
  await check('a member by name, in one team, sees what that one may choose', async () => {
    const { body } = await zoe.open('/hub/spawn');
    same(
      shown(body).filter((slug) => !slug.startsWith('vision.')),
      [],
    );
    same(shown(body).length, 6);
  });
  await check('an administrator signs in and has nothing to start', async () => {
    const { body, status } = await root.open('/hub/admin');
    same(status, 200, body.slice(0, 300));
  });

  const userOf = (pod: PodObject) => pod.metadata?.annotations?.['hub.jupyter.org/username'];
  const podOf = async (namespace: string, browser: Browser) =>
    (await world.state()).pods.find((pod) => pod.metadata?.namespace === namespace && userOf(pod) === browser.user);
  const appears = async (namespace: string, browser: Browser): Promise<PodObject> => {
    let found: PodObject | undefined;
    await until(`pod of ${browser.user} in ${namespace}`, 30, async () => {
      found = await podOf(namespace, browser);
      return found !== undefined;
    });
    if (!found) throw new Error('no pod');
    return found;
  };
  const choose = (browser: Browser, slug: string, more: Readonly<Record<string, string>>, server = '') => {
    const path = `/hub/spawn/${encodeURIComponent(browser.user)}${server === '' ? '' : `/${server}`}`;
    const form = new URLSearchParams({
      profile: slug,
      ...Object.fromEntries(Object.entries(more).map(([key, value]) => [`profile-option-${slug}--${key}`, value])),
      _xsrf: browser.cookie('_xsrf', path) ?? '',
    });
    return browser.open(path, { body: form.toString() });
  };
  const api = (browser: Browser, path: string, options: { readonly json?: object; readonly method?: string } = {}) =>
    browser.open(`/hub/api${path}`, options);
  const server = async (browser: Browser, name = '') => {
    const { body, status } = await api(browser, `/users/${browser.user}?include_stopped_servers`);
    same(status, 200, body);
    return JSON.parse(body).servers[name];
  };

  await check('a server without a GPU is asked for as the golden file says, home first', async () => {
    const { status, body } = await choose(alice, 'ranking.minimal', { size: 'small' });
    same(status, 200, body.slice(0, 2000));
    asGolden('pod-cpu', await appears('team-ranking', alice));
    const [home] = (await world.state()).claims;
    if (!home) throw new Error('no claim');
    asGolden('home', home);
  });
  const [cpu] = (await world.state()).pods;
  if (!cpu) {
    console.log(hub.log().slice(-4000));
    return;
  }
  const cpuName = cpu.metadata?.name ?? '';
  const session = new Pod(
    'alice',
    2,
    runnable(cpu, { NOTEBOOK_IDLE_SECONDS: '75', NOTEBOOK_WARNING_SECONDS: '60' }),
    await aroundServers(),
  );
  servers.push(session);
  await check('it runs, and the hub sends its user there', async () => {
    session.start();
    await world.change({
      namespace: 'team-ranking',
      name: cpuName,
      status: statusOf('Running', 2, { running: {} }),
    });
    await until('server', 60, async () => (await server(alice))?.ready === true);
    const { status, body } = await alice.open(`/user/${alice.user}/lab`);
    same(status, 200, body.slice(0, 500));
    has(body, 'jupyter-config-data');
  });
  await check('nobody else comes in', async () => {
    same((await zoe.open(`/user/${alice.user}/lab`)).status, 403);
  });
  await check('a server with a GPU is asked for as the golden file says', async () => {
    await zoe.open('/hub/spawn');
    await choose(zoe, 'vision.pytorch-gpu', { size: 'a10g' });
    asGolden('pod-gpu', await appears('team-vision', zoe));
  });
  const gpu = (await world.state()).pods.find((pod) => pod.metadata?.namespace === 'team-vision');
  await check('its user may have no second GPU, and is told so', async () => {
    const answer = await api(zoe, `/users/${zoe.user}/servers/second`, {
      json: { profile: 'vision.pytorch-gpu', size: 'a10g' },
    });
    has(await told(zoe, 'second', answer.body), 'You have 1 of 1 GPUs in the team Computer Vision');
  });
  await check('a team is not for those who are not in it, nor by the API', async () => {
    const answer = await api(zoe, `/users/${zoe.user}/servers/foreign`, { json: { profile: 'ranking.minimal' } });
    has(await told(zoe, 'foreign', answer.body), 'There is no environment &#34;ranking.minimal&#34; for you');
  });
  await check('an image that is not in the catalogue is refused', async () => {
    const answer = await api(zoe, `/users/${zoe.user}/servers/other`, {
      json: { profile: 'vision.minimal', image: 'docker.io/evil:1', 'image--unlisted-choice': 'docker.io/evil:1' },
    });
    has(await told(zoe, 'other', answer.body), 'There is no version');
  });
  await check('a quota that is used up is explained', async () => {
    await world.change({ gpus: 1 });
    const answer = await api(alice, `/users/${alice.user}/servers/gpu`, {
      json: { profile: 'vision.pytorch-gpu', size: 'a10g' },
    });
    has(
      await told(alice, 'gpu', answer.body),
      'The quota of the team Computer Vision is used up: this server takes 1 nvidia.com/gpu, the team uses 1 nvidia.com/gpu, and may use 1 nvidia.com/gpu',
    );
    await world.change({ gpus: 4 });
  });
  await check('a server that finds no node is explained, before the hub gives up', async () => {
    await world.change({
      event: {
        metadata: { name: 'e1', namespace: 'team-vision', uid: 'event-1' },
        involvedObject: { name: gpu?.metadata?.name, namespace: 'team-vision' },
        reason: 'FailedScheduling',
        message: '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.',
        type: 'Warning',
        lastTimestamp: '2026-01-01T00:00:00Z',
      },
    });
    has(
      await told(zoe, '', ''),
      'No node has room for this server: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.',
    );
    same(await podOf('team-vision', zoe), undefined, 'its pod');
  });
  await check('metrics: the keeper serves those of the hub and its own, the proxy none', async () => {
    const { body } = await http(podIp(0), '/metrics', { port: 8082 });
    has(body, 'jupyterhub_running_servers');
    has(body, 'notebook_keeper_last_round_timestamp_seconds');
    same((await http(podIp(1), '/hub/metrics', { port: 8000, host: HOST })).status, 403);
    observe(body);
  });
  await check('the hub may start again: servers go on, and are found', async () => {
    await hub.stop();
    hub = new Pod('jupyterhub-again', 0, withKubeconfig, around(bin.hub));
    hub.start();
    await until('hub', 90, () => healthy(podIp(0), 8081, '/hub/health'));
    same((await server(alice))?.ready, true);
  });
  await check('an open browser is no use: the server warns, in its home, and ends by itself', async () => {
    const notice = join(directory, 'alice/home/SERVER STOPS SOON.md');
    await until('notice', 100, () => existsSync(notice));
    has(readFileSync(notice, 'utf8'), 'nobody used it for 75 seconds');
    await until('end', 120, async () => {
      await alice.open(`/user/${alice.user}/api/status?no_track_activity=1`);
      await sleep(2000);
      return !session.running;
    });
    same(existsSync(notice), false, 'the notice');
    const { code } = await session.stop();
    same(code, 0, session.log().slice(-1500));
  });
  await check('the hub removes the pod of a server that ended, and keeps its home', async () => {
    await world.change({
      namespace: 'team-ranking',
      name: cpuName,
      status: { ...statusOf('Succeeded', 2, { terminated: { exitCode: 0 } }) },
    });
    await until('removal', 60, async () => (await podOf('team-ranking', alice)) === undefined);
    same((await world.state()).claims.length > 0, true);
  });
  await check('who leaves a group cannot start servers in its team any more', async () => {
    await world.change({ groups: { [alice.user]: ['ranking'] } });
    const answer = await api(alice, `/users/${alice.user}/servers/late`, { json: { profile: 'vision.minimal' } });
    has(await told(alice, 'late', answer.body), 'There is no environment &#34;vision.minimal&#34; for you');
  });
  await check('the keeper stops what is too old, and nothing else', async () => {
    await until('stop', 60, async () => (await server(alice)) === undefined || (await server(alice)).pending === null);
    await alice.open('/hub/spawn');
    const { status, body } = await choose(alice, 'ranking.minimal', { size: 'small' });
    same(status, 200, body.slice(0, 500));
    const again = await appears('team-ranking', alice);
    const second = new Pod('alice-again', 2, runnable(again, {}), await aroundServers());
    servers.push(second);
    second.start();
    await world.change({ namespace: 'team-ranking', name: cpuName, status: statusOf('Running', 2, { running: {} }) });
    await until('server', 60, async () => (await server(alice))?.ready === true);
    same(keep(bin.hub, hub, directory, 0), 'stopped 0');
    same(keep(bin.hub, hub, directory, 8), 'stopped 1');
    await until('removal', 60, async () => (await podOf('team-ranking', alice)) === undefined);
  });
  await check('the hub used no right that its Roles do not give, and every one that they do', async () => {
    const { calls } = await world.state();
    const used = new Set(calls.map(([, resource, verb]) => `${resource}/${verb}`));
    const given = (generated.roles['team-vision'] ?? []).flatMap(({ resources = [], verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${resource}/${verb}`)),
    );
    same(
      [...used].filter((right) => !given.includes(right)),
      [],
      'beyond',
    );
    return `never used: ${given.filter((right) => !used.has(right)).join(', ') || 'none'}`;
  });
  await check('no secret is in a command line or a log', () => {
    const text = hub.commandLines() + hub.log() + proxy.commandLines() + proxy.log();
    for (const [name, values] of Object.entries(generated.secrets)) {
      for (const [key, value] of Object.entries(values)) {
        if (value.length > 8 && name !== 'team-vision-tracking' && text.includes(value)) {
          throw new Error(`${key} of ${name}`);
        }
      }
    }
  });
  if (failures > 0) console.log(`see the logs in ${directory}`);

  /** What the hub says of a server that did not start. */
  async function told(browser: Browser, name: string, answer: string): Promise<string> {
    let text = answer;
    const path = `/users/${browser.user}/${name === '' ? 'server' : `servers/${name}`}/progress`;
    await until('refusal', 75, async () => {
      const { body } = await api(browser, path);
      text += body;
      return body.includes('"failed": true') || (name !== '' && /\b40[034]\b/.test(answer));
    });
    const page = await browser.open(
      `/hub/spawn-pending/${encodeURIComponent(browser.user)}${name === '' ? '' : `/${name}`}`,
    );
    return text + page.body;
  }
}

/** One round of the keeper as of so many days from now, with its own token. */
function keep(path: string, hub: Pod, directory: string, days: number): string {
  const keeper = hub.processes().find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('keeper.py'));
  const environ = readFileSync(`/proc/${keeper}/environ`, 'utf8').split('\0');
  const token = environ.find((line) => line.startsWith('JUPYTERHUB_API_TOKEN='))?.split('=')[1] ?? '';
  const files = join(directory, hub.name, 'jupyterhub-hub');
  const code = `
import json, sys
from datetime import datetime, timedelta, timezone
sys.path.insert(0, ${JSON.stringify(files)})
sys.dont_write_bytecode = True
import keeper
k = keeper.Keeper(json.load(open(${JSON.stringify(join(files, 'settings.json'))})), keeper.Hub("http://${podIp(0)}:8081/hub/api", "${token}"))
k.round(datetime.now(timezone.utc) + timedelta(days=${days}))
print("stopped", k.stopped)`;
  const printed = execFileSync(join(path, 'python'), ['-c', code], { encoding: 'utf8', timeout: 60_000 });
  return printed.trim().split('\n').at(-1) ?? '';
}

/** Slugs of the profiles in a form. */
const shown = (body: string): string[] => [
  ...new Set(
    [...body.matchAll(/name="profile"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="profile"/g)].map(
      ([, a, b]) => a ?? b ?? '',
    ),
  ),
];

/** Names and labels of what the hub exports, as data for alerts. */
function observe(text: string): void {
  const metrics: Record<string, { labels: string[] }> = {};
  for (const line of text.split('\n')) {
    const match = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? /.exec(line);
    if (!match?.[1] || !/^(jupyterhub|notebook_keeper)_/.test(match[1]) || match[1].endsWith('_created')) continue;
    const labels = [...(match[2] ?? '').matchAll(/([a-z_]+)="/g)].map(([, label]) => label ?? '');
    metrics[match[1]] = { labels: [...new Set([...(metrics[match[1]]?.labels ?? []), ...labels])].sort() };
  }
  const sorted = Object.fromEntries(Object.entries(metrics).sort(([a], [b]) => (a < b ? -1 : 1)));
  const observed = { jupyterhub: '5.5.0', metrics: sorted };
  if (UPDATE) writeFileSync(OBSERVED, `${JSON.stringify(observed, undefined, 2)}\n`);
  const known = JSON.parse(readFileSync(OBSERVED, 'utf8'));
  same(Object.keys(sorted), Object.keys(known.metrics), 'metrics');
}

function specOf(spec: PodSpec | undefined): PodSpec {
  if (!spec) throw new Error('no pod');
  return spec;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
});
