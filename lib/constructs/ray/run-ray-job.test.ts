import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RUN_SCRIPT } from './run-ray-job.ts';

/* The script as it is, but for where the API server is and that it speaks without TLS. */

const folder = mkdtempSync(join(tmpdir(), 'ray-job-'));
const replaced = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`the script has no ${from}`);
  return text.replace(from, to);
};
let script = replaced(RUN_SCRIPT, '/var/run/secrets/kubernetes.io/serviceaccount', folder);
script = replaced(script, '"https://%s:%s"', '"http://%s:%s"');
script = replaced(script, 'ssl.create_default_context(cafile=ACCOUNT + "/ca.crt")', 'None');

let server: Server;
let port = 0;
let asked: string[] = [];
/** What the API server answers, one after the other; the last one for good. */
let statuses: object[] = [];
let made = new Date();

beforeAll(async () => {
  for (const [file, content] of [
    ['run.py', script],
    ['job.json', '{"metadata": {}}'],
    ['token', 'token'],
    ['namespace', 'ml'],
  ] as const) {
    writeFileSync(join(folder, file), content);
  }
  server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    const [status] = statuses.length > 1 && method === 'GET' ? statuses.splice(0, 1) : statuses;
    const creationTimestamp = made.toISOString().replace(/\.\d+/, '');
    response.writeHead(method === 'GET' && status === undefined ? 404 : 200);
    response.end(JSON.stringify({ metadata: { creationTimestamp }, ...(status && { status }) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function run(answers: object[], age = 0): Promise<number | null> {
  asked = [];
  statuses = answers;
  made = new Date(Date.now() - age * 1000);
  const child = spawn('python3', [join(folder, 'run.py'), join(folder, 'job.json')], {
    env: {
      PATH: process.env.PATH,
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(port),
      JOB_NAME: 'nightly-1',
      JOB_UID: 'uid',
      POLL_SECONDS: '0.01',
      DEADLINE_SECONDS: '3600',
    },
    stdio: 'ignore',
  });
  return new Promise((resolve) => child.on('close', resolve));
}

const NAME = '/apis/ray.io/v1/namespaces/ml/rayjobs/nightly-1';

// All values of KubeRay 1.6, apis/ray/v1/rayjob_types.go.
test.each([
  [{ jobDeploymentStatus: 'Complete', jobStatus: 'SUCCEEDED' }, 0],
  [{ jobDeploymentStatus: 'Complete', jobStatus: 'FAILED' }, 3],
  [{ jobDeploymentStatus: 'Complete', jobStatus: 'STOPPED' }, 3],
  [{ jobDeploymentStatus: 'Failed', jobStatus: 'FAILED', reason: 'AppFailed' }, 3],
  [{ jobDeploymentStatus: 'ValidationFailed', reason: 'ValidationFailed', message: 'name is too long' }, 3],
])('%j ends it with %i', async (status, code) => {
  expect(await run([status])).toBe(code);
  expect(asked).toEqual(['POST /apis/ray.io/v1/namespaces/ml/rayjobs', `GET ${NAME}`]);
});

test.each(['', 'Initializing', 'Running', 'Suspending', 'Suspended', 'Retrying', 'Waiting', 'Of a later version'])(
  '"%s" goes on, until the deadline',
  async (jobDeploymentStatus) => {
    expect(await run([{ jobDeploymentStatus }, { jobDeploymentStatus: 'Complete', jobStatus: 'SUCCEEDED' }])).toBe(0);
    expect(await run([{ jobDeploymentStatus }], 3700)).toBe(3);
    expect(asked.at(-1)).toBe(`DELETE ${NAME}`);
  },
);

test('one that somebody deleted has failed', async () => {
  expect(await run([])).toBe(3);
});
