import { parseAllDocuments } from 'yaml';
import { CLUSTER_DNS } from '../graph/surroundings.ts';
import type { Operator } from '../operators/operator.ts';
import type { Entry, Manifest } from '../platform/manifest-set.ts';
import { ManifestSet } from '../platform/manifest-set.ts';
import { check } from './check.ts';
import { clusterOf } from './cluster.ts';
import type { Cluster, ClusterFacts, Rule } from './rule.ts';

/** Clusters out of a few lines of YAML, for the tests of rules. */

export interface Options {
  readonly operators?: readonly Operator[];
  readonly facts?: Partial<ClusterFacts>;
  /** Changes what is known of each object, e.g. its owned fields. */
  readonly entry?: Partial<Entry>;
}

export const PROMETHEUS = {
  namespace: 'monitoring',
  labels: { 'app.kubernetes.io/name': 'prometheus' },
  release: 'prometheus',
} as const;

const FACTS: ClusterFacts = {
  environment: 'test',
  storageClasses: ['standard'],
  gatewayClass: undefined,
  images: new Set(['registry.example.com/app:1.2.3']),
  served: new Set(),
  foreignHosts: [],
  nodePools: [
    { name: 'general', instanceType: 'any', cpu: '8', memory: '32Gi', max: 1, spot: false, labels: {}, taints: [] },
  ],
  surroundings: {
    dns: { ...CLUSTER_DNS, nodeLocal: undefined },
    apiServer: { cidrs: ['10.0.0.1/32'], port: 443 },
    prometheus: PROMETHEUS,
  },
};

/** The documents of a YAML text. An object without a name is called `x`, and is in namespace `ns` where its kind has one. */
export function manifestsOf(yaml: string): Manifest[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    const object = document.toJS() as Record<string, unknown> | null;
    if (object === null) return [];
    const metadata = { name: 'x', ...(object.metadata as Record<string, unknown> | undefined) };
    return [{ ...object, apiVersion: String(object.apiVersion), kind: String(object.kind), metadata }];
  });
}

export const entryOf = (manifest: Manifest, more: Partial<Entry> = {}): Entry => ({
  manifest,
  component: 'app',
  layer: 'platform',
  source: `app/${manifest.kind.toLowerCase()}`,
  owned: [],
  ...more,
});

export const factsOf = (facts: Partial<ClusterFacts> = {}): ClusterFacts => ({ ...FACTS, ...facts });

export function clusterFrom(yaml: string, { operators = [], facts, entry }: Options = {}): Cluster {
  const entries = manifestsOf(yaml).map((manifest) => entryOf(manifest, entry));
  return clusterOf(new ManifestSet(entries), operators, factsOf(facts));
}

/** What a rule says about a YAML text: `Kind/name: message`. */
export const violationsOf = (rule: Rule, yaml: string, options: Options = {}): string[] =>
  check(clusterFrom(yaml, options), [rule]).violations.map(
    ({ entry, message }) => `${entry?.manifest.kind}/${entry?.manifest.metadata.name}: ${message}`,
  );
