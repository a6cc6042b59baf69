import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SNAPSHOT_SCHEDULE, SNAPSHOTS_SCRIPT, type SnapshotsTask } from './take-snapshots.ts';

/* The script as it is, run by Python against an API server that has a memory. TLS alone is taken away from it. */

interface Volume {
  readonly labels: Record<string, string>;
  readonly phase?: string;
}
interface Snapshot {
  readonly of: string;
  readonly daysOld: number;
  readonly ready?: boolean;
  readonly byHand?: boolean;
}
interface Stored {
  readonly metadata: { readonly name: string; readonly labels: Record<string, string>; creationTimestamp: string };
  readonly spec: { readonly source: { readonly persistentVolumeClaimName: string }; volumeSnapshotClassName?: string };
  status?: { readyToUse: boolean; creationTime?: string; error?: { message: string } };
}

interface World {
  readonly volumes: Record<string, Volume>;
  readonly snapshots?: Record<string, Snapshot>;
  /** What becomes of a snapshot that is made. */
  readonly ends?: (of: string) => Stored['status'];
  /** Answers before the API server is well. */
  readonly unwell?: number;
  readonly refuses?: (of: string) => boolean;
  readonly job?: string;
}

const DAY = 86_400_000;
const TASK: SnapshotsTask = {
  namespace: 'team-vision',
  schedule: 'vision-snapshots',
  labels: { 'keelson.dev/team': 'vision' },
  keep: 14 * 86_400,
  volumes: [
    { selector: 'keelson.dev/volume=shared', snapshotClass: 'files' },
    { selector: 'keelson.dev/volume=notebook-home', snapshotClass: 'disks' },
  ],
};
const HOME = { labels: { 'keelson.dev/volume': 'notebook-home' } };
const SHARED = { labels: { 'keelson.dev/volume': 'shared' } };

const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString().replace(/\.\d+/, '');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-snapshots-'));
  const plain = SNAPSHOTS_SCRIPT.replace('"https://%s:%s"', '"http://%s:%s"').replace(/^TLS = .*$/m, 'TLS = None');
  writeFileSync(join(folder, 'take.py'), plain);
  writeFileSync(join(folder, 'token'), 'a-token\n');
  writeFileSync(join(folder, 'task.json'), JSON.stringify(TASK));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the script once; what it said, how it ended, and what there is afterwards. */
async function run({ volumes, snapshots = {}, ends, unwell = 0, refuses, job = 'vision-snapshots-29384720' }: World) {
  const store = new Map<string, Stored>(
    Object.entries(snapshots).map(([name, { of, daysOld, ready = true, byHand }]) => [
      name,
      {
        metadata: {
          name,
          labels: byHand ? {} : { [SNAPSHOT_SCHEDULE]: TASK.schedule },
          creationTimestamp: ago(daysOld),
        },
        spec: { source: { persistentVolumeClaimName: of } },
        status: { readyToUse: ready, creationTime: ago(daysOld) },
      },
    ]),
  );
  let bad = unwell;
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    const answer = (code: number, body: unknown): void => {
      response.writeHead(code, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const url = new URL(request.url ?? '', 'http://api');
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      if (request.headers.authorization !== 'Bearer a-token') return answer(401, {});
      if (bad-- > 0) return answer(503, {});
      asked.push(`${request.method} ${url.pathname}`);
      const [, key, value] = /^(.*)=(.*)$/.exec(url.searchParams.get('labelSelector') ?? '') ?? [];
      if (request.method === 'GET' && url.pathname === '/api/v1/namespaces/team-vision/persistentvolumeclaims') {
        const items = Object.entries(volumes)
          .filter(([, { labels }]) => key !== undefined && labels[key] === value)
          .map(([name, { phase = 'Bound' }]) => ({ metadata: { name }, status: { phase } }));
        // In pages of one, to see that all are asked for.
        const at = Number(url.searchParams.get('continue') ?? 0);
        const more = at + 1 < items.length ? { continue: String(at + 1) } : {};
        return answer(200, { metadata: more, items: items.slice(at, at + 1) });
      }
      const base = '/apis/snapshot.storage.k8s.io/v1/namespaces/team-vision/volumesnapshots';
      if (!url.pathname.startsWith(base)) return answer(403, {});
      const name = url.pathname.slice(base.length + 1);
      if (request.method === 'GET') {
        const items = [...store.values()].filter(({ metadata }) => key !== undefined && metadata.labels[key] === value);
        return answer(200, { metadata: {}, items });
      }
      if (request.method === 'DELETE') return answer(store.delete(name) ? 200 : 404, {});
      const made: Stored = JSON.parse(text);
      const of = made.spec.source.persistentVolumeClaimName;
      if (refuses?.(of)) return answer(422, { message: 'no such class' });
      if (store.has(made.metadata.name)) return answer(409, {});
      made.metadata.creationTimestamp = ago(0);
      made.status = ends?.(of) ?? { readyToUse: true, creationTime: ago(0) };
      store.set(made.metadata.name, made);
      answer(201, made);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const env = {
    PATH: process.env.PATH,
    ACCOUNT_DIRECTORY: folder,
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: String(port),
    JOB_NAME: job,
    POLL_SECONDS: '0.02',
    READY_SECONDS: '0.2',
  };
  const ended = await new Promise<{ code: number; said: string }>((resolve) => {
    execFile('python3', [join(folder, 'take.py'), join(folder, 'task.json')], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    );
  });
  await new Promise((resolve) => server.close(resolve));
  return { ...ended, asked, names: [...store.keys()].sort(), store };
}

test('a snapshot of every volume that is picked, with the class of its kind, and of no other', async () => {
  const { code, store, names } = await run({
    volumes: { shared: SHARED, 'home-ada': HOME, 'home-bob': HOME, scratch: { labels: {} } },
  });
  expect(code).toBe(0);
  expect(names).toEqual(['home-ada-29384720', 'home-bob-29384720', 'shared-29384720']);
  expect(store.get('shared-29384720')).toMatchObject({
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: { labels: { 'keelson.dev/team': 'vision', [SNAPSHOT_SCHEDULE]: 'vision-snapshots' } },
    spec: { volumeSnapshotClassName: 'files', source: { persistentVolumeClaimName: 'shared' } },
  });
  expect(store.get('home-ada-29384720')?.spec.volumeSnapshotClassName).toBe('disks');
});

test('a second try of the same run makes no second snapshot', async () => {
  const snapshots = { 'home-ada-29384720': { of: 'home-ada', daysOld: 0 } };
  const { code, names } = await run({ volumes: { 'home-ada': HOME }, snapshots });
  expect([code, names]).toEqual([0, ['home-ada-29384720']]);
});

test('old ones go, those that people made and young ones stay', async () => {
  const snapshots = {
    old: { of: 'home-ada', daysOld: 15 },
    young: { of: 'home-ada', daysOld: 13 },
    mine: { of: 'home-ada', daysOld: 99, byHand: true },
  };
  const { code, names } = await run({ volumes: { 'home-ada': HOME }, snapshots });
  expect([code, names]).toEqual([0, ['home-ada-29384720', 'mine', 'young']]);
});

test('the last good one of a volume stays however old, until the volume is gone', async () => {
  const snapshots = { good: { of: 'home-ada', daysOld: 40 }, older: { of: 'home-ada', daysOld: 50 } };
  const ends = () => ({ readyToUse: false, error: { message: 'quota of snapshots exceeded' } });
  const failing = await run({ volumes: { 'home-ada': HOME }, snapshots, ends });
  expect([failing.code, failing.names]).toEqual([1, ['good', 'home-ada-29384720']]);
  expect(failing.said).toContain('home-ada-29384720: cannot be used yet: quota of snapshots exceeded');
  const gone = await run({ volumes: {}, snapshots });
  expect([gone.code, gone.names]).toEqual([0, []]);
});

test('what cannot be made is told, and the others are made all the same', async () => {
  const { code, names, said } = await run({
    volumes: { shared: SHARED, 'home-ada': HOME, 'home-new': { ...HOME, phase: 'Pending' } },
    refuses: (of) => of === 'shared',
  });
  expect([code, names]).toEqual([1, ['home-ada-29384720']]);
  expect(said).toContain('shared: refused');
  expect(said).toContain('home-new: has no volume yet');
});

test('an API server that is unwell for a moment is waited for', async () => {
  const { code, names } = await run({ volumes: { shared: SHARED }, unwell: 3 });
  expect([code, names]).toEqual([0, ['shared-29384720']]);
});

test('names of volumes that leave no room are cut, and stay apart', async () => {
  const long = 'a'.repeat(249);
  const { code, names } = await run({ volumes: { [`${long}b`]: HOME, [`${long}c`]: HOME } });
  expect(code).toBe(0);
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]{1,253}$/);
});

test('it asks for nothing but what its role allows', async () => {
  const { asked } = await run({ volumes: { shared: SHARED }, snapshots: { old: { of: 'x', daysOld: 99 } } });
  const kinds = new Set(asked.map((one) => one.replace(/\/volumesnapshots\/.*$/, '/volumesnapshots/*')));
  expect([...kinds].sort()).toEqual([
    'DELETE /apis/snapshot.storage.k8s.io/v1/namespaces/team-vision/volumesnapshots/*',
    'GET /api/v1/namespaces/team-vision/persistentvolumeclaims',
    'GET /apis/snapshot.storage.k8s.io/v1/namespaces/team-vision/volumesnapshots',
    'POST /apis/snapshot.storage.k8s.io/v1/namespaces/team-vision/volumesnapshots',
  ]);
});
