import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fields, items, text } from '../../lib/kubernetes/read.ts';
import { type Client, json } from '../api-server/client.ts';
import type { Written } from '../api-server/manifests.ts';

const SNAPSHOTS = '/apis/snapshot.storage.k8s.io/v1/namespaces';

export interface Outcome {
  readonly code: number;
  readonly said: string;
  /** Names of the snapshots that there are in the end. */
  readonly names: readonly string[];
}

interface Site {
  readonly client: Client;
  /** Of the volumes. */
  readonly namespace: string;
  /** Of the CronJob's pod, and the name of its account. */
  readonly runner: { readonly namespace: string; readonly name: string };
  readonly manifests: readonly Written[];
  readonly folder: string;
  /** Certificate that the API server shows. */
  readonly authority: string;
}

/**
 * Runs the script of the CronJob as it is written, over TLS, as its own ServiceAccount, against volumes and snapshots that
 * the API server holds. The driver's part, to say that a snapshot can be used, is played here.
 */
export async function takeSnapshots(site: Site): Promise<Outcome> {
  const { client, namespace, runner, folder } = site;
  const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
  for (const [name, labels] of [
    ['home-ada', { 'keelson.dev/volume': 'notebook-home' }],
    ['scratch', {}],
  ] as const) {
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: name };
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, labels }, spec };
    const made = fields(await client.expect('POST', claims, json(claim)));
    await client.expect('PUT', `${claims}/${name}/status`, json({ ...made, status: { phase: 'Bound' } }));
  }
  const snapshots = `${SNAPSHOTS}/${namespace}/volumesnapshots`;
  const old = await snapshot(client, snapshots, 'old', { 'keelson.dev/snapshot-schedule': runner.name });
  await usable(client, snapshots, old, new Date(Date.now() - 40 * 86_400_000));
  await usable(client, snapshots, await snapshot(client, snapshots, 'by-hand', {}), new Date());

  const account = join(folder, 'account');
  mkdirSync(account, { recursive: true, mode: 0o700 });
  const path = `/api/v1/namespaces/${runner.namespace}/serviceaccounts/${runner.name}/token`;
  const answer = await client.expect(
    'POST',
    path,
    json({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }),
  );
  writeFileSync(join(account, 'token'), text(fields(fields(answer).status).token) ?? '', { mode: 0o600 });
  writeFileSync(join(account, 'ca.crt'), site.authority);
  const config = site.manifests.find(
    ({ object }) =>
      object.kind === 'ConfigMap' &&
      object.metadata.namespace === runner.namespace &&
      object.metadata.name === runner.name,
  );
  for (const [file, content] of Object.entries(fields(config?.object.data)))
    writeFileSync(join(folder, file), String(content));
  const env = {
    PATH: process.env.PATH,
    ACCOUNT_DIRECTORY: account,
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(client.port),
    JOB_NAME: `${runner.name}-29384720`,
    POLL_SECONDS: '0.2',
    READY_SECONDS: '20',
  };
  const running = new Promise<{ code: number; said: string }>((resolve) => {
    execFile('python3', [join(folder, 'take.py'), join(folder, 'task.json')], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, said: out + err }),
    );
  });
  let ended = false;
  const driver = (async () => {
    while (!ended) {
      for (const one of await listed(client, snapshots)) {
        if (fields(one.status).readyToUse !== true) await usable(client, snapshots, one, new Date());
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  const outcome = await running;
  ended = true;
  await driver;
  const names = (await listed(client, snapshots)).map(({ metadata }) => text(fields(metadata).name) ?? '');
  return { ...outcome, names: names.sort() };
}

type Snapshot = Readonly<Record<string, unknown>>;

async function snapshot(client: Client, path: string, name: string, labels: object): Promise<Snapshot> {
  const body = {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: { name, labels },
    spec: { source: { persistentVolumeClaimName: 'home-ada' } },
  };
  return fields(await client.expect('POST', path, json(body)));
}

async function usable(client: Client, path: string, one: Snapshot, when: Date): Promise<void> {
  const name = text(fields(one.metadata).name) ?? '';
  const status = { readyToUse: true, creationTime: when.toISOString().replace(/\.\d+/, '') };
  await client.expect('PUT', `${path}/${name}/status`, json({ ...one, status }));
}

const listed = async (client: Client, path: string): Promise<Snapshot[]> =>
  [...items(fields(await client.expect('GET', path)).items, '')].map(([one]) => one);
