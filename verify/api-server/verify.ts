/**
 * Applies the synthesized objects to a real Kubernetes API server, which knows more than schemas do: its own validation,
 * the CEL rules and defaults of custom resources, and admission. `npm run verify:api-server`
 *
 *     npm run verify:api-server -- [--kubernetes 1.37] [--dist dist] [environment ...]
 *
 * For each Kubernetes version in schemas/sources.yaml it builds etcd and kube-apiserver from their Go modules (once, into
 * `.cache/`), starts them on loopback, installs the CRDs of all operators there, and then for each environment, beginning
 * with an empty store, shows that
 *
 *  - the API server accepts every object by server-side apply, in the order of layers, without a warning and without
 *    leaving out a field;
 *  - applying everything a second time changes nothing;
 *  - a pod of every pod template, custom resources' too, is admitted to its namespace: by Pod Security, quotas, limits,
 *    and with its ServiceAccount and PriorityClass there;
 *  - every namespace refuses a privileged pod, unless it is labelled as privileged and says why.
 *
 * Environments that share a cluster are put to the same proofs together, and so is what is made for Argo CD.
 *
 * Before, it shows that this API server refuses what it must. Last, it lists what the API server adds to the objects or
 * writes in other words: what a tool that compares cluster and repository has to tolerate.
 * No controllers run but what the above needs: default ServiceAccounts and the status of quotas are written in their stead.
 * So it does not show that anything starts.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { groupBy } from '../../lib/collections.ts';
import { dig, text } from '../../lib/kubernetes/read.ts';
import { minor, readSources } from '../../tools/import/sources.ts';
import { Applier } from './apply.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { judge, type Verdict } from './environment.ts';
import { readManifests, type Written } from './manifests.ts';
import { install, readCrds } from './operators.ts';
import { programs } from './programs.ts';
import { selfCheck } from './self-check.ts';
import { summary } from './summary.ts';

const CACHE = resolve('.cache/api-server');

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { kubernetes: { type: 'string', multiple: true }, dist: { type: 'string', default: 'dist' } },
  });
  const sets = readSets(values.dist, positionals);
  const { kubernetes, operators } = readSources('schemas/sources.yaml');
  const all = kubernetes.versions.map((version) => ({ module: kubernetes.module, ...version }));
  const newest = all.at(-1);
  const wanted = all.filter(({ version }) => {
    const names = [version, version.slice(1), minor(version), minor(version).slice(1)];
    return values.kubernetes === undefined || values.kubernetes.some((name) => names.includes(name));
  });
  if (!newest || wanted.length === 0) {
    throw new Error(`no such Kubernetes; schemas/sources.yaml has ${all.map(({ version }) => version).join(' and ')}`);
  }
  sweep();
  const crds = await readCrds(operators);
  let good = true;
  for (const version of wanted) {
    const binaries = await programs(CACHE, version, newest);
    const watch = stopwatch();
    const cluster = await startCluster(binaries, join(CACHE, `run-${process.pid}`));
    try {
      console.log(`\nKubernetes ${version.version}: ready after ${watch()}`);
      const { resources, refused } = await install(cluster.client, crds);
      const applier = new Applier(cluster.client, resources);
      console.log(`${crds.length - refused.length} CustomResourceDefinitions installed after ${watch()}`);
      // An operator may want a newer Kubernetes. Where an environment uses such a kind, its objects are refused below.
      for (const [name, reason] of refused) console.log(`  ${name} does not install: ${firstLine(reason)}`);
      const clean = await cluster.keys();
      await selfCheck(applier);
      const verdicts: Verdict[] = [];
      for (const [name, manifests] of sets) {
        await reset(cluster, clean);
        const verdict = await judgeSet(applier, name, manifests);
        verdicts.push(verdict);
        good &&= verdict.findings.length === 0;
      }
      console.log(`\nWhat the API server of ${version.version} makes of what is written:\n`);
      console.log(summary(verdicts.flatMap(({ differences }) => differences)));
    } finally {
      await cluster.stop();
    }
  }
  return good;
}

type Set = readonly [name: string, manifests: readonly Written[]];

/** Manifests by environment, then of environments that share a cluster together, then those for Argo CD by cluster. */
function readSets(dist: string, only: readonly string[]): Set[] {
  const environments = foldersIn(dist)
    .filter((name) => only.length === 0 || only.includes(name))
    .map((name): Set => [name, readManifests(join(dist, name))]);
  if (environments.length === 0) throw new Error(`nothing is in ${[dist, ...only].join(' ')}; run \`npm run synth\``);
  const shared = [...groupBy(environments, ([name]) => clusterOf(name))].flatMap(([cluster, those]): Set[] =>
    those.length > 1 && cluster !== undefined
      ? [[`${those.map(([name]) => name).join(' and ')} on ${cluster}`, those.flatMap(([, manifests]) => manifests)]]
      : [],
  );
  const argocd = join(dist, '../argocd');
  const clusters = only.length > 0 ? [] : foldersIn(argocd);
  return [
    ...environments,
    ...shared,
    ...clusters.map((name): Set => [`argocd/${name}`, readManifests(join(argocd, name))]),
  ];
}

const foldersIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []))
    : [];

/** The cluster that an environment says it is on. */
function clusterOf(environment: string): string | undefined {
  const file = join('environments', environment, 'environment.yaml');
  return existsSync(file) ? text(dig(parse(readFileSync(file, 'utf8')), 'cluster', 'name')) : undefined;
}

async function judgeSet(applier: Applier, name: string, manifests: readonly Written[]): Promise<Verdict> {
  const watch = stopwatch();
  // What is Argo CD's own goes to where it runs, be it this cluster or another.
  const argocd = manifests.filter(({ object }) => object.apiVersion.startsWith('argoproj.io/'));
  const namespaces = new Set(argocd.flatMap(({ object }) => object.metadata.namespace ?? []));
  await Promise.all([...namespaces].map((namespace) => applier.createNamespace(namespace)));
  const verdict = await judge(applier, manifests);
  const { accepted, early, expected, pods, guarded, findings } = verdict;
  console.log(
    `\n${name}: ${accepted} of ${manifests.length} objects accepted, ${pods} pods tried, ` +
      `${guarded} namespaces refuse a privileged one; ${watch()}`,
  );
  if (early.length > 0) console.log(`  ${early.length} objects came before their namespaces and were tried again`);
  for (const [reason, those] of groupBy(expected, (reason) => reason)) {
    console.log(`  ${those.length} warnings are expected: ${reason}`);
  }
  for (const { file, object, message } of findings) console.log(`  ${file}: ${object}: ${message}`);
  return verdict;
}

/** An empty store, and an API server whose caches know. */
async function reset(cluster: Cluster, clean: ReadonlySet<string>): Promise<void> {
  await cluster.reset(clean);
  const cached = '/api/v1/namespaces?resourceVersion=0';
  for (;;) {
    const { items } = (await cluster.client.expect('GET', cached)) as { items: { metadata: { name: string } }[] };
    if (items.every(({ metadata }) => clean.has(`/registry/namespaces/${metadata.name}`))) return;
    await sleep(50);
  }
}

const firstLine = (text: string): string => {
  const [line = ''] = text.split('\n');
  return line.length > 300 ? `${line.slice(0, 297)}...` : line;
};

/** What a run that was killed left behind. */
function sweep(): void {
  for (const name of foldersIn(CACHE)) {
    const pid = /^run-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(CACHE, name), { recursive: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function stopwatch(): () => string {
  const start = performance.now();
  return () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

// Ends by `exit`, on which the children are killed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
main().then(
  (good) => {
    console.log(good ? '\neverything is accepted' : '\nnot everything is as it should be');
    process.exitCode = good ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
