import type { KindFacts } from '../operators/operator.ts';

/** Facts of several sources about each kind, put together. */
export function mergeKinds(sources: Iterable<Readonly<Record<string, KindFacts>>>): ReadonlyMap<string, KindFacts> {
  const kinds = new Map<string, KindFacts>();
  for (const source of sources) {
    for (const [kind, facts] of Object.entries(source)) {
      const known = kinds.get(kind);
      kinds.set(kind, known ? both(known, facts) : facts);
    }
  }
  return kinds;
}

const both = (a: KindFacts, b: KindFacts): KindFacts => ({
  ...a,
  ...b,
  ...(a.references && b.references && { references: chain(a.references, b.references) }),
  ...(a.produces && b.produces && { produces: chain(a.produces, b.produces) }),
  ...(a.selects && b.selects && { selects: chain(a.selects, b.selects) }),
  ...(a.templates && b.templates && { templates: chain(a.templates, b.templates) }),
  ...(a.owned && b.owned && { owned: [...new Set([...a.owned, ...b.owned])] }),
});

/** Two operators may share the facts of a kind, such as a Gateway's; the same function is not asked twice. */
const chain = <M, T>(a: (manifest: M) => Iterable<T>, b: (manifest: M) => Iterable<T>) =>
  a === b ? a : (manifest: M): T[] => [...a(manifest), ...b(manifest)];
