import { podReferences } from '../kubernetes/pod.ts';
import type { Reference } from '../operators/operator.ts';
import type { Entry } from '../platform/manifest-set.ts';
import type { Cluster, Template } from './rule.ts';

/** Where the PodSpec of a template stands. */
export const specField = ({ field }: Pick<Template, 'field'>): string => (field === '' ? 'spec' : `${field}.spec`);

/** Everything that a written object says of others. */
export function* referencesOf(cluster: Cluster, { manifest }: Entry): Generator<Reference> {
  const { references, templates } = cluster.kind(manifest);
  if (references) yield* references(manifest);
  if (!templates) return;
  for (const template of templates(manifest)) {
    yield* podReferences(template.spec, manifest.metadata.namespace, specField(template));
  }
}

/** `the Secret "x" in namespace "ns"`. */
export const meant = ({ target, name, namespace }: Reference): string =>
  `the ${target.slice(target.indexOf('/') + 1)} "${name}"${namespace === undefined ? '' : ` in namespace "${namespace}"`}`;

/** A few names to choose from, in order. */
export function quoted(names: Iterable<string>, none: string): string {
  const sorted = [...new Set(names)].sort();
  if (sorted.length === 0) return none;
  const shown = sorted.slice(0, 8).map((name) => `"${name}"`);
  return sorted.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}
