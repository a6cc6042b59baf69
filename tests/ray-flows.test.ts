import { loadEnvironments } from '../lib/config/load.ts';
import { SCHEMAS } from '../lib/platform/environment-schema.ts';
import { factsOf } from '../lib/platform/facts.ts';
import type { Manifest } from '../lib/platform/manifest-set.ts';
import { plan } from '../lib/platform/plan.ts';
import { synthesize } from '../lib/platform/platform.ts';
import { clusterOf } from '../lib/rules/cluster.ts';
import { ROOT } from './support/shipped.ts';

/*
 * Traffic of Ray as KubeRay, Prometheus and people cause it, written down by hand: what is declared nowhere is expected
 * by no other test.
 */

const [prod] = loadEnvironments(ROOT, SCHEMAS, { only: ['prod'] }).environments;
if (!prod) throw new Error('the environment "prod" is shipped');
const planned = plan(prod);
const cluster = clusterOf(synthesize(planned).manifests, planned.operators.values(), factsOf(planned));
const pods = cluster.all.ofKind('/Pod').map(({ manifest }) => manifest);

const pod = (namespace: string, labels: Readonly<Record<string, string>>): Manifest => {
  const found = pods.find(
    ({ metadata }) =>
      metadata.namespace === namespace &&
      Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
  );
  if (!found) throw new Error(`no pod of ${namespace} has ${JSON.stringify(labels)}`);
  return found;
};
const named = (namespace: string, name: string): Manifest => pod(namespace, { 'app.kubernetes.io/name': name });

const VISION = 'prod-team-vision';
const parties: Readonly<Record<string, Manifest>> = {
  head: pod(VISION, { 'app.kubernetes.io/name': 'vision-train', 'ray.io/node-type': 'head' }),
  worker: pod(VISION, { 'app.kubernetes.io/name': 'vision-train', 'ray.io/node-type': 'worker' }),
  'head of the shared cluster': pod('prod-ray', { 'ray.io/node-type': 'head' }),
  'head of a job': pod(VISION, { 'keelson.dev/ray': 'vision-tune', 'ray.io/node-type': 'head' }),
  submitter: pod(VISION, { 'keelson.dev/ray': 'vision-tune', 'app.kubernetes.io/component': 'submitter' }),
  service: pod('prod-team-ranking', { 'keelson.dev/ray': 'ranking-ranking', 'ray.io/node-type': 'worker' }),
  'notebook of the team': named(VISION, 'team-vision'),
  'notebook of another team': named('prod-team-ranking', 'team-ranking'),
  operator: named('kuberay-system', 'kuberay-operator'),
  Prometheus: pod('monitoring', {}),
  gateway: pod('prod-gateway', {}),
};

const allowed = (from: string, to: string, port: number): boolean => {
  const [sender, receiver] = [parties[from], parties[to]];
  if (!sender || !receiver) throw new Error(`nobody is called ${from} or ${to}`);
  return cluster.policies.allows(sender, receiver, port);
};

test.each([
  ['worker', 'head', [6379, 8265, 10001, 23456]],
  ['head', 'worker', [10002, 19999]],
  ['submitter', 'head of a job', [8265]],
  ['operator', 'head', [8265, 8000]],
  ['Prometheus', 'head', [8080, 44217, 44227]],
  ['Prometheus', 'worker', [8080]],
  ['notebook of the team', 'head', [10001, 8265, 8000]],
  ['notebook of the team', 'head of the shared cluster', [10001, 8265, 8000]],
  ['gateway', 'service', [8000]],
])('%s reaches %s', (from, to, ports) => {
  expect(ports.filter((port) => !allowed(from, to, port))).toEqual([]);
});

test.each([
  ['gateway', 'service', [8265, 6379, 10001]],
  ['gateway', 'head', [8265, 8000]],
  ['notebook of the team', 'head', [6379, 8080, 52365]],
  ['notebook of the team', 'service', [8000]],
  ['notebook of another team', 'head', [10001, 8265, 8000]],
  ['worker', 'head of the shared cluster', [8265, 6379]],
  ['worker', 'head of a job', [8265, 6379]],
  ['worker', 'notebook of the team', [8888]],
  ['operator', 'head', [6379, 10001]],
  ['Prometheus', 'head', [8265]],
])('%s does not reach %s by other ports', (from, to, ports) => {
  expect(ports.filter((port) => allowed(from, to, port))).toEqual([]);
});
