import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PersistentVolumeClaim, Pod, PodSpec } from '../../../imports/k8s.ts';
import { HOME_LABELS } from '../../contracts/team-workspace.ts';
import { breaches } from '../../kubernetes/pod-security.ts';
import { RANKING, VISION } from './testing.ts';

/*
 * What KubeSpawner asks a cluster for, as the real hub did in `npm run verify:jupyterhub -- --update`, where these teams
 * and sizes are used. Verification fails when the hub asks for something else.
 */

const golden = <T>(name: string): T => JSON.parse(readFileSync(join(__dirname, 'golden', `${name}.json`), 'utf8'));
const cpu = golden<Pod>('pod-cpu');
const gpu = golden<Pod>('pod-gpu');
const home = golden<PersistentVolumeClaim>('home');
const specOf = (pod: Pod): PodSpec => pod.spec ?? { containers: [] };
const container = (pod: Pod) => specOf(pod).containers[0] ?? { name: 'none' };
const mounts = (pod: Pod) =>
  Object.fromEntries(
    (container(pod).volumeMounts ?? []).map(({ name, mountPath, readOnly = false }) => [
      mountPath,
      `${name}${readOnly ? ', read only' : ''}`,
    ]),
  );

describe.each([
  ['without a GPU', cpu, RANKING],
  ['with a GPU', gpu, VISION],
])('a server %s', (_, pod, team) => {
  test('is let in by Pod Security restricted', () => {
    expect([...breaches({ ...specOf(pod) }, 'restricted')]).toEqual([]);
  });

  test('runs in the namespace of its team, under its labels and account', () => {
    expect(pod.metadata?.namespace).toBe(team.namespace);
    expect(pod.metadata?.labels).toMatchObject(team.podLabels);
    expect(specOf(pod).serviceAccountName).toBe(team.serviceAccount);
  });

  test('holds no token of the Kubernetes API', () => {
    expect(specOf(pod).automountServiceAccountToken).toBe(false);
  });

  test('keeps its home, and finds what ends it in time', () => {
    expect(mounts(pod)).toMatchObject({
      '/home/jovyan': 'home',
      '/etc/keelson': 'session, read only',
      '/dev/shm': 'shm',
    });
  });

  test('asks for what its quota counts: CPU and memory, and is limited in memory', () => {
    const { requests = {}, limits = {} } = container(pod).resources ?? {};
    expect(Number(requests.cpu)).toBeGreaterThan(0);
    expect(requests.memory).toBe(limits.memory);
  });

  test('answers where policies let the hub and its proxy in', () => {
    expect(container(pod).ports).toEqual([expect.objectContaining({ containerPort: 8888 })]);
  });
});

test('a GPU is asked for and limited to, on the nodes that have it, past their taints', () => {
  expect(container(gpu).resources?.requests).toMatchObject({ 'nvidia.com/gpu': '1' });
  expect(container(gpu).resources?.limits).toMatchObject({ 'nvidia.com/gpu': '1' });
  expect(specOf(gpu).tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
  expect(specOf(gpu).affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms).toEqual(
    [{ matchExpressions: [{ key: 'keelson.dev/pool', operator: 'In', values: ['gpu'] }] }],
  );
});

test('without a GPU nothing is tolerated, and nothing of one is asked for', () => {
  expect(specOf(cpu).tolerations ?? []).toEqual([]);
  expect(JSON.stringify(container(cpu).resources)).not.toContain('gpu');
});

test("the team's shared volume is there, and its datasets only to be read", () => {
  expect(mounts(gpu)).toMatchObject({
    '/mnt/shared': 'shared',
    '/mnt/datasets/imagenet': 'dataset-imagenet, read only',
  });
  expect(specOf(gpu).volumes).toContainEqual({
    name: 'dataset-imagenet',
    persistentVolumeClaim: { claimName: 'imagenet', readOnly: true },
  });
  expect(Object.keys(mounts(cpu))).not.toContain('/mnt/shared');
});

test('addresses come from the ConfigMap of the team, and what is secret by its name', () => {
  expect(container(gpu).envFrom).toEqual([{ configMapRef: { name: VISION.variables, optional: true } }]);
  expect(container(gpu).env).toContainEqual({
    name: 'TRACKING_PASSWORD',
    valueFrom: { secretKeyRef: { name: 'team-vision-tracking', key: 'password', optional: true } },
  });
});

test('ends sooner with a GPU than without', () => {
  const idle = (pod: Pod) => Number(container(pod).env?.find(({ name }) => name === 'NOTEBOOK_IDLE_SECONDS')?.value);
  expect([idle(gpu), idle(cpu)]).toEqual([3600, 14400]);
});

test('a home carries what backups select it by, and belongs to its team', () => {
  expect(home.metadata?.labels).toMatchObject({ ...HOME_LABELS, ...RANKING.podLabels });
  expect(home.metadata?.namespace).toBe(RANKING.namespace);
  expect(home.spec?.accessModes).toEqual(['ReadWriteOnce']);
});
