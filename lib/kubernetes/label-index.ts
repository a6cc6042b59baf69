import { append } from '../collections.ts';
import type { Labels } from '../graph/component.ts';
import type { Selector } from './selector.ts';

type Postings<T> = Map<string, Map<string, T[]>>;

/** Objects with labels, found by selector at the cost of the rarest label in it. */
export class LabelIndex<T> {
  readonly #byNamespace = new Map<string, T[]>();
  readonly #postings = new Map<string, Postings<T>>();

  constructor(
    items: Iterable<T>,
    private readonly labelsOf: (item: T) => Labels,
    namespaceOf: (item: T) => string | undefined,
  ) {
    for (const item of items) append(this.#byNamespace, namespaceOf(item) ?? '', item);
  }

  /** What a selector picks in one namespace; the empty name stands for objects that are in none. */
  select(selector: Selector, namespace: string): readonly T[] {
    const all = this.#byNamespace.get(namespace);
    if (!all || selector.everything) return all ?? [];
    const postings = this.#postingsIn(namespace, all);
    let rarest: readonly T[] = all;
    for (const [key, value] of selector.pairs) {
      const found = postings.get(key)?.get(value);
      if (!found) return [];
      if (found.length < rarest.length) rarest = found;
    }
    return rarest.filter((item) => selector.matches(this.labelsOf(item)));
  }

  in(namespace: string): readonly T[] {
    return this.#byNamespace.get(namespace) ?? [];
  }

  #postingsIn(namespace: string, all: readonly T[]): Postings<T> {
    const known = this.#postings.get(namespace);
    if (known) return known;
    const postings: Postings<T> = new Map();
    for (const item of all) {
      for (const [key, value] of Object.entries(this.labelsOf(item))) {
        const values = postings.get(key) ?? new Map<string, T[]>();
        postings.set(key, values);
        append(values, value, item);
      }
    }
    this.#postings.set(namespace, postings);
    return postings;
  }
}
