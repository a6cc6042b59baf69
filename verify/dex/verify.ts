/**
 * Runs what `dex` in an environment becomes, for real: two replicas of Dex from their manifests, against PostgreSQL, and
 * signs in as a browser and a client do. `npm run verify:dex`; with `-- --write` the metrics that it shows are kept.
 */
import { spawnSync } from 'node:child_process';
import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEX_PORT, DEX_TELEMETRY_PORT } from '../../lib/constructs/dex/index.ts';
import { type Answer, basic, http } from '../mlflow/http.ts';
import { createNetwork, HOST_IP, removeNetwork } from '../mlflow/network.ts';
import { Pod } from '../mlflow/pod.ts';
import { type Postgres, startPostgres } from '../mlflow/services.ts';
import { run, sleep, until } from '../mlflow/shell.ts';
import { inOwnNamespaces } from '../object-store/network.ts';
import {
  BIND_PASSWORD,
  DIRECTORY_HOST,
  DIRECTORY_USER,
  type Directory,
  startDirectory,
  unpackDirectory,
} from './directory.ts';
import {
  CLIENT_SECRET,
  CONNECTORS,
  DATABASE_HOST,
  directoryConnector,
  generate,
  PASSWORD,
  REDIRECT,
  ROLE,
  STATIC_USERS,
} from './generated.ts';
import { observe } from './observed.ts';
import { DEX_VERSION, programs } from './program.ts';

const CACHE = resolve(__dirname, '../../.cache/dex');
const OBSERVED = resolve(__dirname, '../../lib/constructs/dex/metrics-observed.json');
const SECRETS = {
  'dex-database': { password: ROLE.password },
  'jupyterhub-sign-in': { clientSecret: CLIENT_SECRET },
  'dex-directory': { secret: BIND_PASSWORD },
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

const form = (values: Readonly<Record<string, string>>): string => new URLSearchParams(values).toString();
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const json = (answer: Answer) => {
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body.slice(0, 300)}`);
  return JSON.parse(answer.body);
};
/** Where an answer sends the browser, below the issuer. */
function location({ headers, status, body }: Answer): string {
  if (typeof headers.location !== 'string') throw new Error(`${status}, sent nowhere: ${body.slice(0, 300)}`);
  return headers.location;
}
const below = (url: string): string => {
  const { pathname, search } = new URL(url, ISSUER);
  return `${pathname}${search}`;
};

const ISSUER = 'https://dex.ml.example.com';

// Before this program is where no network is.
const { dex, strict } = programs(CACHE);
const openldap = unpackDirectory(CACHE);

async function main(): Promise<void> {
  console.log('the configuration');
  const everything = generate({ connectors: CONNECTORS });
  await check('Dex knows every name in it, with all connectors', () => strictly(strict, everything.config));
  const { pod: spec, configMaps, handle, config } = generate({ staticUsers: STATIC_USERS });
  await check('and with static users', () => strictly(strict, config));
  await check('what is misspelt would be found', () => {
    const { status } = spawnSync(strict, {
      input: config.replace('sslmode', 'sslMode').replace('maxOpenConns', 'maxConns'),
    });
    if (status === 0) throw new Error('it was taken');
  });

  const work = join(CACHE, 'run');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const around = {
    directory: work,
    path: '/usr/bin:/bin',
    hosts: { [DATABASE_HOST]: HOST_IP, [DIRECTORY_HOST]: HOST_IP },
    secrets: SECRETS,
    configMaps,
  };
  const [container] = spec.containers;
  if (!container) throw new Error('no container');
  same(container.command, ['/usr/local/bin/dex'], 'command');
  // The program is elsewhere on this machine.
  const here = { ...spec, containers: [{ ...container, command: [dex] }] };
  const replicas = [0, 1].map((number) => new Pod(`dex-${number}`, number, here, around));
  const [first, second] = replicas;
  if (!first || !second) throw new Error('two replicas are needed');
  const ask = (replica: Pod, path: string, options: Parameters<typeof http>[2] = {}) =>
    http(replica.ip, path, { port: DEX_PORT.port, host: 'dex.ml.example.com', ...options });
  const health = (replica: Pod, path: string) =>
    http(replica.ip, path, { port: DEX_TELEMETRY_PORT.port }).catch(() => ({ status: 0, body: '', headers: {} }));
  const ready = async (replica: Pod) => (await health(replica, '/healthz/ready')).status === 200;

  run('ip', ['link', 'set', 'lo', 'up']);
  createNetwork(3);
  let postgres: Postgres | undefined;
  let directory: Directory | undefined;
  try {
    postgres = await startPostgres(ROLE);

    console.log('two replicas');
    await check('start at once on an empty database', async () => {
      const begin = Date.now();
      // As the kubelet would, whoever loses the race for the first tables is started again.
      let restarts = 0;
      for (const replica of replicas) replica.start();
      await until('both replicas', 60, async () => {
        for (const replica of replicas) {
          if (replica.running) continue;
          restarts += 1;
          if (restarts > 5) throw new Error(replica.log());
          replica.start();
        }
        return (await Promise.all(replicas.map(ready))).every(Boolean);
      });
      return `${((Date.now() - begin) / 1000).toFixed(1)} s, ${restarts} started again`;
    });
    await check('are alive, as their probes see it', async () => {
      for (const replica of replicas) same((await health(replica, '/healthz/live')).status, 200);
    });
    const discovery = json(await ask(first, '/.well-known/openid-configuration'));
    await check('say of themselves what clients are told', () => {
      same(discovery.issuer, handle.issuer);
      same(discovery.authorization_endpoint, handle.endpoints.authorization);
      const { token, userinfo, jwks } = handle.endpoints;
      const paths = [discovery.token_endpoint, discovery.userinfo_endpoint, discovery.jwks_uri];
      same(
        paths.map((url: string) => new URL(url).pathname),
        [token, userinfo, jwks].map((url) => new URL(url).pathname),
      );
      for (const scope of handle.scopes)
        if (!discovery.scopes_supported.includes(scope)) throw new Error(`no ${scope}`);
      same(discovery.response_types_supported, ['code']);
      same(discovery.grant_types_supported, ['authorization_code', 'refresh_token']);
    });

    console.log('sign-in');
    const authorize = (more: Readonly<Record<string, string>> = {}) =>
      `/auth?${form({
        client_id: handle.clientId,
        redirect_uri: REDIRECT,
        response_type: 'code',
        scope: [...handle.scopes, 'offline_access'].join(' '),
        state: 'a state',
        nonce: 'a nonce',
        ...more,
      })}`;
    /** A browser at one replica, and a client at another. */
    const session = (front: Pod, back: Pod) => {
      /** Follows the browser from page to page of Dex's, to one that shows something or leads elsewhere. */
      const follow = async (start: string): Promise<{ readonly at: string; readonly answer: Answer }> => {
        let at = start;
        for (let hops = 0; hops < 4; hops += 1) {
          const answer = await ask(front, at);
          if (answer.status === 200 || answer.status >= 400) return { at, answer };
          const to = location(answer);
          if (new URL(to, ISSUER).origin !== ISSUER) return { at: to, answer };
          at = below(to);
        }
        throw new Error(`no end at ${at}`);
      };
      const toForm = async (): Promise<string> => {
        const { at, answer } = await follow(authorize());
        same(answer.status, 200, at);
        return at;
      };
      const post = (at: string, login: string, password: string) =>
        ask(front, at, { headers: FORM, body: form({ login, password }) });
      const exchange = (code: string, secret: string) =>
        ask(back, below(handle.endpoints.token), {
          headers: { ...FORM, ...basic(encodeURIComponent(handle.clientId), encodeURIComponent(secret)) },
          body: form({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT }),
        });
      const signIn = async (login: string, password: string): Promise<string> => {
        const sentTo = new URL(location(await post(await toForm(), login, password)));
        same(`${sentTo.origin}${sentTo.pathname}`, REDIRECT);
        same(sentTo.searchParams.get('state'), 'a state');
        return sentTo.searchParams.get('code') ?? '';
      };
      return { follow, toForm, post, exchange, signIn };
    };
    const { follow, toForm, post, exchange, signIn } = session(first, second);
    const [{ email }] = STATIC_USERS;

    await check('another address to be sent back to is refused', async () => {
      for (const redirect_uri of ['https://attacker.example.com/', `${REDIRECT}/`, REDIRECT.replace('hub.', 'hub2.')]) {
        const { at, answer } = await follow(authorize({ redirect_uri }));
        if (answer.status !== 400) throw new Error(`${redirect_uri}: ${answer.status} at ${at}`);
      }
    });
    await check('an unknown client is refused', async () => {
      same((await follow(authorize({ client_id: 'nobody' }))).answer.status, 404);
    });
    await check('tokens do not come by way of the address', async () => {
      const { at } = await follow(authorize({ response_type: 'id_token' }));
      const error = new URL(at, ISSUER).searchParams.get('error');
      same(error, 'unsupported_response_type');
    });
    await check('a wrong password is refused', async () =>
      same((await post(await toForm(), email, 'wrong')).status, 401),
    );
    await check('a page cannot be shown in one of somebody else', async () => {
      const { headers } = await ask(first, await toForm());
      same([headers['x-frame-options'], headers['content-security-policy']], ['DENY', "frame-ancestors 'none'"]);
    });
    await check('a wrong secret of the client is refused', async () => {
      same((await exchange(await signIn(email, PASSWORD), 'wrong')).status, 401);
    });
    await check('a user gets a token at the other replica, without being asked for approval', async () => {
      const tokens = json(await exchange(await signIn(email, PASSWORD), CLIENT_SECRET));
      const claims = await claimsOf(tokens.id_token, json(await ask(first, below(handle.endpoints.jwks))));
      same([claims.iss, claims.aud, claims.nonce], [handle.issuer, handle.clientId, 'a nonce']);
      same(claims[handle.usernameClaim], 'user@example.com', handle.usernameClaim);
      same(claims.preferred_username, 'user');
      same(claims[handle.groupsClaim ?? ''], ['ml', 'admins'], 'groups');
      same(tokens.expires_in > 3500 && tokens.expires_in <= 3600, true, 'expires in an hour');
      const info = json(
        await ask(second, below(handle.endpoints.userinfo), {
          headers: { authorization: `Bearer ${tokens.access_token}` },
        }),
      );
      same([info.email, info.groups], ['user@example.com', ['ml', 'admins']], 'userinfo');
      const refreshed = json(
        await ask(second, below(handle.endpoints.token), {
          headers: { ...FORM, ...basic(handle.clientId, encodeURIComponent(CLIENT_SECRET)) },
          body: form({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }),
        }),
      );
      same(
        (await claimsOf(refreshed.id_token, json(await ask(second, '/keys')))).groups,
        ['ml', 'admins'],
        'refreshed',
      );
      return `subject ${claims.sub}`;
    });

    console.log('a directory');
    directory = startDirectory(openldap, HOST_IP);
    const byDirectory = generate({ connectors: [directoryConnector(directory.authority)] });
    const [asking] = byDirectory.pod.containers;
    if (!asking) throw new Error('no container');
    const third = new Pod(
      'dex-2',
      2,
      { ...byDirectory.pod, containers: [{ ...asking, command: [dex] }] },
      { ...around, configMaps: byDirectory.configMaps },
    );
    replicas.push(third);
    await check('is asked by Dex, which knows who somebody is and in which groups', async () => {
      third.start();
      await until('the replica', 30, () => ready(third));
      const { exchange: trade, signIn: enter } = session(third, third);
      const tokens = json(await trade(await enter(DIRECTORY_USER.email, DIRECTORY_USER.password), CLIENT_SECRET));
      const claims = await claimsOf(tokens.id_token, json(await ask(third, '/keys')));
      same(claims[handle.usernameClaim], DIRECTORY_USER.email);
      same([claims.name, claims.preferred_username], ['Ada Example', DIRECTORY_USER.uid]);
      same(claims[handle.groupsClaim ?? ''], ['vision'], 'groups');
    });
    await check('says whose password is wrong, and Dex refuses', async () => {
      const { post: send, toForm: open } = session(third, third);
      same((await send(await open(), DIRECTORY_USER.email, 'wrong')).status, 401);
      same((await send(await open(), 'nobody@example.com', DIRECTORY_USER.password)).status, 401);
      same((await send(await open(), '*', DIRECTORY_USER.password)).status, 401);
    });
    await check('that does not answer is an error that is counted', async () => {
      directory?.stop();
      directory = undefined;
      const { post: send, toForm: open } = session(third, third);
      same((await send(await open(), DIRECTORY_USER.email, DIRECTORY_USER.password)).status, 500);
      const counted = /http_requests_total\{code="500",handler="\/auth\/\{connector\}\/login",method="post"\} 1/;
      if (!counted.test((await health(third, '/metrics')).body)) throw new Error('not counted');
    });
    await third.stop();
    replicas.pop();

    console.log('operation');
    const found = (await health(first, '/metrics')).body;
    const observed = { dex: DEX_VERSION, metrics: observe(found) };
    if (process.argv.includes('--write')) writeFileSync(OBSERVED, `${JSON.stringify(observed, null, 2)}\n`);
    await check('metrics are those that alerts were written for', () => {
      const kept = JSON.parse(readFileSync(OBSERVED, 'utf8'));
      same(observed.dex, kept.dex);
      for (const [name, { labels }] of Object.entries<{ labels: string[] }>(kept.metrics)) {
        same(observed.metrics[name]?.labels, labels, name);
      }
      return `${Object.keys(kept.metrics).length} of them`;
    });
    await check('no secret is in the command, the configuration or the log', () => {
      const texts = [config, ...replicas.flatMap((replica) => [replica.commandLines(), replica.log()])].join('\n');
      for (const secret of [ROLE.password, CLIENT_SECRET, PASSWORD, BIND_PASSWORD])
        if (texts.includes(secret)) throw new Error(secret);
    });
    await check('memory stays below half of what is asked for', () => {
      const most = Math.max(...replicas.map((replica) => replica.memory()));
      if (most > 64) throw new Error(`${most.toFixed(0)} MiB`);
      return `${most.toFixed(0)} MiB`;
    });
    const connections = () =>
      Number(postgres?.query('postgres', "SELECT count(*) FROM pg_stat_activity WHERE datname = 'dex'"));
    await check('connections are no more than were asked for', async () => {
      await Promise.all(Array.from({ length: 40 }, (_, number) => ask(number % 2 ? first : second, authorize())));
      if (connections() > 10) throw new Error(`${connections()}`);
      return `${connections()} of two replicas`;
    });
    await check('a replica ends when it is told to', async () => {
      const { code, seconds } = await second.stop();
      if (seconds > 5) throw new Error(`after ${seconds} s with ${code}`);
      return `${seconds.toFixed(1)} s, exit code ${code}`;
    });
    await check('without a database the other is not ready, and it is alive', async () => {
      postgres?.stop();
      postgres = undefined;
      await until('not ready', 40, async () => !(await ready(first)));
      same((await health(first, '/healthz/live')).status, 200);
    });
  } finally {
    for (const replica of replicas) replica.kill();
    directory?.stop();
    postgres?.stop();
    await sleep(100);
    removeNetwork(3);
  }
}

function strictly(strict: string, config: string): string {
  const { status, stdout, stderr } = spawnSync(strict, { input: config, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Claims of a token, once its signature is one of the keys'. */
async function claimsOf(token: string, { keys }: { readonly keys: readonly Record<string, string>[] }) {
  const [head = '', body = '', signature = ''] = token.split('.');
  const { kid, alg } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const key = keys.find((one) => one.kid === kid);
  if (!key || alg !== 'RS256') throw new Error(`no key ${kid}, ${alg}`);
  const signed = verifySignature(
    'RSA-SHA256',
    Buffer.from(`${head}.${body}`),
    createPublicKey({ key, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  );
  if (!signed) throw new Error('the signature is wrong');
  return JSON.parse(Buffer.from(body, 'base64url').toString());
}

if (!inOwnNamespaces()) {
  main()
    .catch((error) => {
      failures += 1;
      console.error(error);
    })
    .finally(() => {
      console.log(failures === 0 ? '\nall as it should be' : `\n${failures} failed`);
      process.exit(failures === 0 ? 0 : 1);
    });
}
