import { certManager } from '../operators/cert-manager.ts';
import { cloudnativePg } from '../operators/cloudnative-pg.ts';
import { objectName } from './check.ts';
import { clusterFrom } from './testing.ts';

const database = `
apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata: {name: pool, namespace: ns}
spec: {cluster: {name: db}, instances: 1}`;

test('what controllers make of what controllers make is there too', () => {
  const cluster = clusterFrom(database, { operators: [cloudnativePg] });
  const pods = cluster.select({
    target: '/Pod',
    within: { namespace: 'ns' },
    selector: { matchLabels: { 'cnpg.io/poolerName': 'pool' } },
  });
  // One by the operator, one by the Deployment that it makes.
  expect(pods).toHaveLength(2);
  expect(new Set(pods.map((pod) => objectName(cluster.origin(pod) ?? pod)))).toEqual(new Set(['Pooler ns/pool']));
});

test('what the cluster has anyway comes of nothing that we write', () => {
  const cluster = clusterFrom('', { operators: [certManager] });
  const webhook = cluster.all.get('/Pod', 'cert-manager', 'cert-manager-webhook');
  expect(webhook && cluster.origin(webhook)).toBeUndefined();
  for (const [kind, namespace, name] of [
    ['/Namespace', undefined, 'kube-system'],
    ['/Namespace', undefined, 'cert-manager'],
    ['/ServiceAccount', 'cert-manager', 'default'],
    ['/ServiceAccount', 'cert-manager', 'cert-manager'],
    ['storage.k8s.io/StorageClass', undefined, 'standard'],
    ['/Pod', 'monitoring', 'prometheus'],
  ] as const) {
    expect(cluster.all.get(kind, namespace, name)).toBeDefined();
  }
});

test('a namespace that is written is not there twice', () => {
  const yaml = '{apiVersion: v1, kind: Namespace, metadata: {name: cert-manager, labels: {own: label}}}';
  const cluster = clusterFrom(yaml, { operators: [certManager] });
  expect(cluster.all.getAll('/Namespace', undefined, 'cert-manager')).toHaveLength(1);
});

test('pods are looked for in every namespace that a selector picks', () => {
  const pod = (namespace: string, team: string) => `
{apiVersion: v1, kind: Namespace, metadata: {name: ${namespace}, labels: {team: ${team}}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: ${namespace}, namespace: ${namespace}, labels: {app: web}}}
---`;
  const cluster = clusterFrom(pod('a', 'x') + pod('b', 'x') + pod('c', 'y'));
  const selector = { matchLabels: { app: 'web' } };
  const names = (namespaces: object) =>
    cluster.select({ target: '/Pod', within: { namespaces }, selector }).map(({ manifest }) => manifest.metadata.name);
  expect(names({ matchLabels: { team: 'x' } })).toEqual(['a', 'b']);
  expect(names({ matchLabels: { 'kubernetes.io/metadata.name': 'c' } })).toEqual(['c']);
  expect(names({})).toEqual(['a', 'b', 'c']);
});
