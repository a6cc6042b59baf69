import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check.ts';
import { RULES } from './index.ts';
import { clusterFrom } from './testing.ts';

/** Pods that the hub asks for, as `npm run verify:jupyterhub` saw them, are held to the rules like what is written. */

const golden = (name: string): string =>
  readFileSync(join(__dirname, '..', 'constructs', 'notebooks', 'golden', `${name}.json`), 'utf8');
const pods = ['pod-cpu', 'pod-gpu'];

const GPU_POOL = {
  name: 'gpu',
  instanceType: 'g5.2xlarge',
  cpu: '8',
  memory: '32Gi',
  gpu: { model: 'a10g', count: 1 },
  max: 4,
  spot: false,
  labels: { 'keelson.dev/pool': 'gpu' },
  taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' as const }],
};
const PLAIN_POOL = { ...GPU_POOL, name: 'general', gpu: undefined, labels: {}, taints: [] };

/** What stands around them in a team's namespace. */
const around = (namespace: string, home: string): string => `
{apiVersion: v1, kind: Service, metadata: {name: jupyterhub, namespace: jupyterhub}, spec: {ports: [{name: hub, port: 8081}]}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: team, namespace: ${namespace}}, automountServiceAccountToken: false}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: platform, namespace: ${namespace}}, data: {}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: jupyterhub-session, namespace: ${namespace}}, data: {}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: ${home}, namespace: ${namespace}}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: shared, namespace: ${namespace}}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: imagenet, namespace: ${namespace}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: ${namespace}, labels: {pod-security.kubernetes.io/enforce: restricted}}}`;

/** Rules about what is written, which nobody writes here; each says why. */
const NOT_WRITTEN: Readonly<Record<string, string>> = {
  'containers-have-probes': 'the hub itself asks whether a server answers, and removes the pod of one that ended',
  'images-come-from-versions': 'the facts of this test know no images; those of the catalogue are from versions.ts',
  'labels-are-complete': 'of objects in dist/; KubeSpawner is another manager',
  'pods-have-one-network-policy': "the team's policy selects them by their labels, which the golden files hold",
};

test.each(pods)('%s breaks no rule', (name) => {
  const pod = JSON.parse(golden(name));
  const home = pod.spec.volumes.find((volume: { name: string }) => volume.name === 'home').persistentVolumeClaim
    .claimName;
  const cluster = clusterFrom(`${golden(name)}\n---${around(pod.metadata.namespace, home)}`, {
    facts: { nodePools: [PLAIN_POOL, GPU_POOL] },
  });
  const found = check(cluster, RULES).violations.filter(
    ({ entry, message }) =>
      // The hub makes it right before the pod.
      entry?.manifest.kind === 'Pod' && !message.includes(`the Secret "${pod.metadata.name}"`),
  );
  expect(found.filter(({ rule }) => !(rule in NOT_WRITTEN)).map(({ rule, message }) => `${rule}: ${message}`)).toEqual(
    [],
  );
});
