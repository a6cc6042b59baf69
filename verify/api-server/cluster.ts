import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accepted, Client } from './client.ts';
import type { Programs } from './programs.ts';

/** A control plane without controllers, kubelets and scheduler: etcd and the API server, on loopback, until it is stopped. */
export interface Cluster {
  readonly client: Client;
  /** Keys of all that is stored. */
  keys(): Promise<ReadonlySet<string>>;
  /** Removes from the store what is not among the keys, whatever finalizers it has. */
  reset(keys: ReadonlySet<string>): Promise<void>;
  stop(): Promise<void>;
}

export async function startCluster(programs: Programs, folder: string): Promise<Cluster> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [etcdPort, peerPort, port] = await freePorts();
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const children: Child[] = [];
  const stop = async () => {
    for (const child of children.reverse()) await child.stop();
  };
  try {
    const peer = `http://127.0.0.1:${peerPort}`;
    children.push(
      new Child(programs.etcd, folder, {
        'data-dir': join(folder, 'etcd'),
        name: 'verify',
        'listen-client-urls': etcd,
        'advertise-client-urls': etcd,
        'listen-peer-urls': peer,
        'initial-advertise-peer-urls': peer,
        'initial-cluster': `verify=${peer}`,
        'log-level': 'warn',
        'unsafe-no-fsync': 'true',
      }),
    );
    const token = randomBytes(16).toString('hex');
    const server = new Child(programs.apiServer, folder, {
      'etcd-servers': etcd,
      'bind-address': '127.0.0.1',
      'advertise-address': '127.0.0.1',
      'secure-port': String(port),
      'endpoint-reconciler-type': 'none',
      // As every cluster allows, and leaves to Pod Security.
      'allow-privileged': 'true',
      // Writes a certificate of its own making.
      'cert-dir': join(folder, 'certificates'),
      'token-auth-file': write(folder, 'tokens.csv', `${token},verify,verify,"system:masters"\n`),
      'authorization-mode': 'RBAC',
      'service-cluster-ip-range': '10.96.0.0/12',
      'service-account-issuer': 'https://issuer.invalid',
      ...serviceAccountKeys(folder),
    });
    children.push(server);
    const client = await ready(server, port, token, join(folder, 'certificates/apiserver.crt'));
    return {
      client,
      keys: () => keysOf(etcd),
      reset: async (kept) => {
        for (const key of await keysOf(etcd)) if (!kept.has(key)) await call(etcd, 'deleterange', { key: base64(key) });
      },
      stop: async () => {
        client.close();
        await stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

class Child {
  readonly log: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #kill = () => this.#process.kill('SIGKILL');
  readonly #watchdog: ChildProcess;
  #failure: string | undefined;

  constructor(
    readonly program: string,
    folder: string,
    flags: Readonly<Record<string, string>>,
  ) {
    const name = program.slice(program.lastIndexOf('/') + 1);
    this.log = join(folder, `${name}.log`);
    const log = openSync(this.log, 'a');
    const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    this.#process = spawn(program, args, { cwd: folder, stdio: ['ignore', log, log] });
    closeSync(log);
    process.once('exit', this.#kill);
    // Even a SIGKILL, on which this program does nothing more, closes the pipe that the watchdog reads.
    this.#watchdog = spawn('sh', ['-c', 'read -r _; kill -9 "$0"', String(this.#process.pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#ended = new Promise((resolve) => {
      this.#process.once('error', (error) => {
        this.#failure = error.message;
        resolve();
      });
      this.#process.once('exit', (code, signal) => {
        this.#failure = `ended with ${signal ?? code}`;
        resolve();
      });
    });
  }

  /** Throws when it has ended. */
  check(): void {
    if (this.#failure === undefined) return;
    const tail = readFileSync(this.log, 'utf8').split('\n').slice(-12).join('\n');
    throw new Error(`${this.program} ${this.#failure}; ${this.log} ends with\n${tail}`);
  }

  /** The store is thrown away, so nothing is lost by not asking politely. */
  async stop(): Promise<void> {
    if (this.#failure === undefined) this.#kill();
    await this.#ended;
    this.#watchdog.kill('SIGKILL');
    process.removeListener('exit', this.#kill);
  }
}

const PATIENCE_MS = 120_000;

async function ready(server: Child, port: number, token: string, certificate: string): Promise<Client> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    server.check();
    const client = attempt(() => new Client(port, token, readFileSync(certificate, 'utf8')));
    const answer = await client?.send('GET', '/readyz').catch(() => undefined);
    if (client && answer && accepted(answer)) return client;
    client?.close();
    if (Date.now() > until) {
      throw new Error(`the API server is not ready; see ${server.log}. It says: ${String(answer?.body)}`);
    }
    await sleep(250);
  }
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Keys with which the API server signs the tokens of ServiceAccounts; it does not start without. */
function serviceAccountKeys(folder: string): Record<string, string> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    'service-account-signing-key-file': write(folder, 'service-account.key', privateKey),
    'service-account-key-file': write(folder, 'service-account.pub', publicKey),
  };
}

function write(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** Three ports that are free now. Held together, so that they differ. */
async function freePorts(): Promise<[number, number, number]> {
  const held = await Promise.all([hold(), hold(), hold()]);
  const [a, b, c] = await Promise.all(held.map(({ release }) => release()));
  return [a ?? 0, b ?? 0, c ?? 0];
}

async function hold(): Promise<{ release(): Promise<number> }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { release: () => new Promise((resolve) => server.close(() => resolve(port))) };
}

/** etcd's own API, as JSON; keys are in base64, and the byte after the last of a range ends it. */
async function call(etcd: string, method: 'range' | 'deleterange', body: unknown): Promise<unknown> {
  const answer = await fetch(`${etcd}/v3/kv/${method}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd answers ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

async function keysOf(etcd: string): Promise<Set<string>> {
  const range = { key: base64('/registry/'), range_end: base64('/registry0'), keys_only: true };
  const { kvs = [] } = (await call(etcd, 'range', range)) as { kvs?: { key: string }[] };
  return new Set(kvs.map(({ key }) => Buffer.from(key, 'base64').toString('utf8')));
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
