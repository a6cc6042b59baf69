import { dig, fields, integer, isFields, list, text } from '../../lib/kubernetes/read.ts';
import { Selector } from '../../lib/kubernetes/selector.ts';
import type { Entry, Manifest } from '../../lib/platform/manifest-set.ts';
import { groupKind, identity, ManifestSet } from '../../lib/platform/manifest-set.ts';
import { check, objectName } from '../../lib/rules/check.ts';
import { clusterOf } from '../../lib/rules/cluster.ts';
import { referencesOf } from '../../lib/rules/references.ts';
import type { Cluster, Rule } from '../../lib/rules/rule.ts';

/**
 * Proof that the rules close over what objects say of each other: every name that something uses is changed in turn, and
 * each change must be noticed.
 */

/** Kinds, and objects of a kind, that nothing needs to name, and why. They are renamed only when something does after all. */
const LEAVES: Readonly<Record<string, string>> = {
  'apps/Deployment': 'found by the labels of its pods',
  'apps/DaemonSet': 'found by the labels of its pods',
  'apps/StatefulSet': 'found by the labels of its pods',
  'batch/Job': 'runs by itself',
  'batch/CronJob': 'runs by itself',
  'autoscaling/HorizontalPodAutoscaler': 'names its target',
  'policy/PodDisruptionBudget': 'selects its pods',
  'networking.k8s.io/NetworkPolicy': 'selects its pods',
  'networking.k8s.io/Ingress': 'names its Services',
  '/ResourceQuota': 'holds for its namespace',
  '/LimitRange': 'holds for its namespace',
  'rbac.authorization.k8s.io/RoleBinding': 'names role and subjects',
  'rbac.authorization.k8s.io/ClusterRoleBinding': 'names role and subjects',
  'gateway.networking.k8s.io/HTTPRoute': 'names its Gateway and Services',
  'gateway.networking.k8s.io/GRPCRoute': 'names its Gateway and Services',
  'gateway.networking.k8s.io/ReferenceGrant': 'holds for its namespace',
  'gateway.envoyproxy.io/BackendTrafficPolicy': 'names its targets',
  'gateway.envoyproxy.io/ClientTrafficPolicy': 'names its targets',
  'gateway.envoyproxy.io/SecurityPolicy': 'names its targets',
  'monitoring.coreos.com/ServiceMonitor': 'selects its Services',
  'monitoring.coreos.com/PodMonitor': 'selects its pods',
  'monitoring.coreos.com/PrometheusRule': 'picked by its label',
  'cert-manager.io/Certificate': 'known by the Secret that it makes',
  'external-secrets.io/ExternalSecret': 'known by the Secret that it makes',
  'external-secrets.io/PushSecret': 'names its Secret',
  'ray.io/RayCluster': 'found by its Services and pods',
  'ray.io/RayService': 'found by its Services and pods',
  'ray.io/RayJob': 'runs by itself',
  'postgresql.cnpg.io/Database': 'names its Cluster',
  'postgresql.cnpg.io/DatabaseRole': 'names its Cluster',
  'postgresql.cnpg.io/ScheduledBackup': 'names its Cluster',
  'argoproj.io/Application': 'installs a chart',
  '/ConfigMap/platform': 'read by what teams themselves run',
  '/ConfigMap/features-client': 'read by what teams themselves run',
  '/ConfigMap/jupyterhub-session': 'mounted by the pods that the hub starts',
  '/ConfigMap/platform-secrets': 'read by what starts notebooks',
  '/ServiceAccount/team': 'taken by what teams themselves run',
};

/** Labels of objects that nothing needs to name, and why. */
const LEAF_LABELS: Readonly<Record<string, string>> = {
  grafana_dashboard: 'picked by this label',
};

export interface Mutation {
  /** What was changed: `Service data/minio renamed`. */
  readonly what: string;
  readonly manifests: ManifestSet;
}

/** Mutations that no rule notices. */
export function unnoticed(cluster: Cluster, rules: readonly Rule[]): string[] {
  const before = check(cluster, rules).violations.length;
  const missed: string[] = [];
  for (const { what, manifests } of mutations(cluster)) {
    const mutated = clusterOf(manifests, cluster.operators, cluster.facts);
    if (check(mutated, rules).violations.length <= before) missed.push(what);
  }
  return missed;
}

/** Every change of a name that something in the environment uses, one at a time. */
export function* mutations(cluster: Cluster): Generator<Mutation> {
  const named = new Set<string>();
  const keys = new Map<string, Set<string>>();
  const used = selectedLabels(cluster);
  for (const entry of cluster.written) {
    for (const { target, namespace, name, keys: read = [] } of referencesOf(cluster, entry)) {
      const key = `${target}/${namespace ?? ''}/${name}`;
      named.add(key);
      keys.set(key, new Set([...(keys.get(key) ?? []), ...read]));
    }
  }
  for (const entry of cluster.written) {
    const what = objectName(entry);
    const change = (more: string, manifest: Manifest): Mutation => ({
      what: `${what} ${more}`,
      manifests: replaced(cluster.written, entry, manifest),
    });
    if (!isLeaf(entry.manifest) || named.has(identity(entry.manifest))) {
      yield change('renamed', renamed(entry.manifest, cluster));
    }
    const makes = (manifest: Manifest): Manifest[] => [...(cluster.kind(manifest).produces?.(manifest) ?? [])];
    for (const made of [entry.manifest, ...makes(entry.manifest)]) {
      for (const key of keys.get(identity(made)) ?? []) {
        const manifest = withText(entry.manifest, key, other(key), ['spec', 'data']);
        if (manifest) yield change(`with key ${key} renamed`, manifest);
      }
      if (made === entry.manifest || !named.has(identity(made))) continue;
      const elsewhere = [
        renamed(entry.manifest, cluster),
        withText(entry.manifest, made.metadata.name, other(made.metadata.name), ['spec']),
      ].find((manifest) => manifest && !makes(manifest).some((other) => identity(other) === identity(made)));
      if (elsewhere) yield change(`making its ${made.kind} ${made.metadata.name} under another name`, elsewhere);
    }
    yield* labelMutations(entry, used, change);
    yield* portMutations(entry, change);
  }
}

const isLeaf = (manifest: Manifest): boolean => {
  const kind = groupKind(manifest);
  const labels = Object.keys(manifest.metadata.labels ?? {});
  return (
    kind in LEAVES || `${kind}/${manifest.metadata.name}` in LEAVES || labels.some((label) => label in LEAF_LABELS)
  );
};

type Change = (more: string, manifest: Manifest) => Mutation;

/** Labels by which something finds pods, Services and namespaces; a workload's own selector follows its pods. */
function* labelMutations({ manifest }: Entry, used: ReadonlySet<string>, change: Change): Generator<Mutation> {
  const isWorkload = dig(manifest, 'spec', 'template') !== undefined;
  const target = isWorkload ? '/Pod' : groupKind(manifest);
  const path = isWorkload ? ['spec', 'template', 'metadata', 'labels'] : ['metadata', 'labels'];
  for (const [key, value] of Object.entries(fields(dig(manifest, ...path)))) {
    if (typeof value !== 'string' || !used.has(`${target} ${key}=${value}`)) continue;
    const own = ['spec', 'selector', 'matchLabels', key];
    const moved = assigned(manifest, [...path, key], other(value));
    const changed = isWorkload && dig(manifest, ...own) === value ? assigned(moved, own, other(value)) : moved;
    yield change(`with label ${key} changed`, { ...manifest, ...fields(changed) });
  }
}

/** Every label that some selector asks for, as `group/Kind key=value`. */
function selectedLabels(cluster: Cluster): Set<string> {
  const used = new Set<string>();
  const add = (target: string, selector: unknown): void => {
    for (const [key, value] of Selector.of(selector).pairs) used.add(`${target} ${key}=${value}`);
  };
  for (const { manifest } of cluster.written) {
    // Its own selector is changed along.
    if (dig(manifest, 'spec', 'template') !== undefined) continue;
    for (const { target, selector, within } of cluster.kind(manifest).selects?.(manifest) ?? []) {
      add(target, selector);
      if ('namespaces' in within) add('/Namespace', within.namespaces);
    }
  }
  return used;
}

/** Ports of containers and of Services: name and number change together, since users take the one or the other. */
function* portMutations({ manifest }: Entry, change: Change): Generator<Mutation> {
  const isService = manifest.kind === 'Service';
  // Names of a headless Service lead to the pods themselves, whatever ports it lists.
  if (isService && dig(manifest, 'spec', 'clusterIP') === 'None') return;
  const path = isService ? ['spec'] : ['spec', 'template', 'spec', 'containers'];
  const holders = isService ? [dig(manifest, ...path)] : list(dig(manifest, ...path));
  for (const [index, holder] of holders.entries()) {
    for (const [position, declared] of list(dig(holder, 'ports')).entries()) {
      const key = isService ? 'port' : 'containerPort';
      const number = integer(dig(declared, key)) ?? 0;
      // Far from the ports beside it.
      const elsewhere = (number % 30_000) + 30_001;
      const name = text(dig(declared, 'name'));
      const at = [...path, ...(isService ? [] : [String(index)]), 'ports', String(position)];
      const numbered = assigned(manifest, [...at, key], elsewhere);
      const changed = name === undefined ? numbered : assigned(numbered, [...at, 'name'], other(name));
      yield change(`with port ${name ?? number} changed`, { ...manifest, ...fields(changed) });
      if (!isService) {
        yield change(`with the number of port ${name ?? number} changed`, { ...manifest, ...fields(numbered) });
      }
    }
  }
}

const replaced = (written: ManifestSet, changed: Entry, manifest: Manifest): ManifestSet =>
  new ManifestSet(written.entries.map((entry) => (entry === changed ? { ...entry, manifest } : entry)));

/** A name of the same length, so that no limit is what notices it. */
const other = (name: string): string => name.slice(0, -1) + (name.endsWith('z') ? 'y' : 'z');

function renamed(manifest: Manifest, { all }: Cluster): Manifest {
  const { metadata } = manifest;
  let name = other(metadata.name);
  while (all.get(groupKind(manifest), metadata.namespace, name)) name = `z${name.slice(1, -1)}${name.length % 10}`;
  return { ...manifest, metadata: { ...metadata, name } };
}

/** A copy in which a text, as a key or as a value below some fields, is another; undefined when it occurs nowhere. */
function withText(manifest: Manifest, from: string, to: string, below: readonly string[]): Manifest | undefined {
  let found = false;
  const copy = (value: unknown): unknown => {
    if (value === from) {
      found = true;
      return to;
    }
    if (Array.isArray(value)) return value.map(copy);
    if (!isFields(value)) return value;
    const entries = Object.entries(value).map(([key, item]) => {
      if (key === from) found = true;
      return [key === from ? to : key, copy(item)] as const;
    });
    return Object.fromEntries(entries);
  };
  const changed = Object.fromEntries(
    below.flatMap((field) => (field in manifest ? [[field, copy(manifest[field])]] : [])),
  );
  return found ? { ...manifest, ...changed } : undefined;
}

/** A copy with another value at the end of a path; steps into lists are indices. */
function assigned(value: unknown, [step, ...rest]: readonly string[], to: unknown): unknown {
  if (step === undefined) return to;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === step ? assigned(item, rest, to) : item));
  return { ...fields(value), [step]: assigned(fields(value)[step], rest, to) };
}
