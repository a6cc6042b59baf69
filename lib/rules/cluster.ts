import type { Surroundings } from '../graph/surroundings.ts';
import { BUILT_IN } from '../kubernetes/built-in.ts';
import { KUBERNETES_KINDS } from '../kubernetes/index.ts';
import { LabelIndex } from '../kubernetes/label-index.ts';
import { PolicyEvaluator } from '../kubernetes/network-policy.ts';
import { Selector } from '../kubernetes/selector.ts';
import { gatewayApiKinds } from '../operators/gateway-api-kinds.ts';
import type { KindFacts, Operator, Selection } from '../operators/operator.ts';
import { PART_OF } from '../platform/labels.ts';
import type { Entry, Manifest } from '../platform/manifest-set.ts';
import { groupKind, identity, ManifestSet } from '../platform/manifest-set.ts';
import { mergeKinds } from './kinds.ts';
import type { Cluster, ClusterFacts, Template } from './rule.ts';

const UNKNOWN: KindFacts = {};

/** Written objects, all that controllers make of them and of what they make, and what the cluster has anyway. */
export function clusterOf(written: ManifestSet, operators: Iterable<Operator>, facts: ClusterFacts): Cluster {
  const operatorList = [...operators];
  const kinds = mergeKinds([
    KUBERNETES_KINDS,
    // Whoever is behind the cluster's own GatewayClass brought these.
    ...(facts.gatewayClass === undefined ? [] : [gatewayApiKinds]),
    ...operatorList.map((operator) => operator.kinds),
  ]);
  const kind = (manifest: Manifest): KindFacts => kinds.get(groupKind(manifest)) ?? UNKNOWN;
  const origins = new Map<Entry, Entry>();
  const entries: Entry[] = [...written];
  const surrounding = [...given(facts), ...operatorList.flatMap((operator) => [...installed(operator)])];
  for (const manifest of surrounding) {
    const { metadata } = manifest;
    if (manifest.kind === 'Namespace' && written.get('/Namespace', undefined, metadata.name)) continue;
    entries.push({
      manifest,
      component: metadata.namespace ?? metadata.name,
      layer: 'operators',
      source: 'cluster',
      owned: [],
    });
  }
  expand(entries, kind, origins, written.size);
  const all = new ManifestSet(entries);
  const select = selecting(all);
  let templates: readonly Template[] | undefined;
  let policies: PolicyEvaluator | undefined;
  return {
    written,
    all,
    facts,
    operators: operatorList,
    kind,
    origin: (entry) => origins.get(entry) ?? (entry.source === 'cluster' ? undefined : entry),
    select,
    get templates() {
      templates ??= entries.slice(0, written.size).flatMap((entry) => templatesOf(entry, kind(entry.manifest)));
      return templates;
    },
    get policies() {
      policies ??= policiesOf(written, all);
      return policies;
    },
  };
}

/** Appends what controllers make of each entry, and of what they make in turn. */
function expand(
  entries: Entry[],
  kind: (manifest: Manifest) => KindFacts,
  origins: Map<Entry, Entry>,
  written: number,
): void {
  const made = new Set<string>();
  for (let index = 0; index < entries.length; index++) {
    const maker = entries[index];
    const produces = maker && kind(maker.manifest).produces;
    if (!maker || !produces) continue;
    const origin = origins.get(maker) ?? (index < written ? maker : undefined);
    for (const manifest of produces(maker.manifest)) {
      const key = `${identity(manifest)} of ${origin ? identity(origin.manifest) : ''}`;
      if (made.has(key)) continue;
      made.add(key);
      const entry = { ...maker, manifest, owned: [] };
      entries.push(entry);
      if (origin) origins.set(entry, origin);
    }
  }
}

const templatesOf = (entry: Entry, facts: KindFacts): Template[] =>
  facts.templates ? [...facts.templates(entry.manifest)].map((template) => ({ ...template, entry })) : [];

function policiesOf(written: ManifestSet, all: ManifestSet): PolicyEvaluator {
  const manifests = (set: ManifestSet, kind: string): Manifest[] => set.ofKind(kind).map(({ manifest }) => manifest);
  const policies = manifests(written, 'networking.k8s.io/NetworkPolicy');
  return new PolicyEvaluator(policies, manifests(all, '/Pod'), manifests(all, '/Namespace'));
}

function selecting(all: ManifestSet): Cluster['select'] {
  const indices = new Map<string, LabelIndex<Entry>>();
  const indexOf = (kind: string): LabelIndex<Entry> => {
    const known = indices.get(kind);
    if (known) return known;
    const index = new LabelIndex(all.ofKind(kind), labelsOf, ({ manifest }) => manifest.metadata.namespace);
    indices.set(kind, index);
    return index;
  };
  const inNamespaces = ({ target, within }: Omit<Selection, 'field'>, selector: Selector): readonly Entry[] => {
    if ('namespace' in within) return indexOf(target).select(selector, within.namespace);
    const namespaces = indexOf('/Namespace').select(Selector.of(within.namespaces), '');
    return namespaces.flatMap(({ manifest }) => indexOf(target).select(selector, manifest.metadata.name));
  };
  return (selection) => inNamespaces(selection, Selector.of(selection.selector));
}

const labelsOf = ({ manifest }: Entry): Readonly<Record<string, string>> =>
  manifest.kind === 'Namespace'
    ? { ...manifest.metadata.labels, 'kubernetes.io/metadata.name': manifest.metadata.name }
    : (manifest.metadata.labels ?? {});

/** What the environment says is there already. */
function* given({ storageClasses, gatewayClass, surroundings, present = [] }: ClusterFacts): Generator<Manifest> {
  yield* BUILT_IN;
  yield* present;
  for (const name of storageClasses)
    yield { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name } };
  if (gatewayClass !== undefined) {
    yield { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: gatewayClass } };
  }
  yield* surroundingPods(surroundings);
}

function* surroundingPods({ dns, prometheus }: Surroundings): Generator<Manifest> {
  yield {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'dns', namespace: dns.namespace, labels: dns.labels },
    spec: {
      containers: [
        {
          ports: [
            { name: 'dns', containerPort: 53, protocol: 'UDP' },
            { name: 'dns-tcp', containerPort: 53 },
          ],
        },
      ],
    },
  };
  if (!prometheus) return;
  const { namespace, labels } = prometheus;
  yield { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  yield { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'prometheus', namespace, labels } };
}

/** What an operator's chart puts into the cluster, as far as policies and bindings name it. */
function* installed({ namespace, pods }: Operator): Generator<Manifest> {
  yield { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { [PART_OF]: 'keelson' } } };
  for (const { name, labels, serviceAccount, serves = [], webhookPorts = [] } of pods) {
    const ports = new Set([...webhookPorts, ...serves.map(({ port }) => port)]);
    yield {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels },
      spec: { containers: [{ ports: [...ports].map((containerPort) => ({ containerPort })) }] },
    };
    if (serviceAccount !== undefined) {
      yield { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: serviceAccount, namespace } };
    }
  }
}
