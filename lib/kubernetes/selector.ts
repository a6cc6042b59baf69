import type { Labels } from '../graph/component.ts';
import { dig, labelMap, list, text } from './read.ts';

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A label selector. Source: kubernetes.io, "Labels and Selectors", set-based requirements. */
export class Selector {
  readonly pairs: readonly (readonly [key: string, value: string])[];
  readonly #requirements: readonly Requirement[];

  private constructor(labels: Labels, requirements: readonly Requirement[]) {
    this.pairs = Object.entries(labels);
    this.#requirements = requirements;
  }

  /** A LabelSelector as workloads, policies and monitors write it. */
  static of(selector: unknown): Selector {
    const requirements = list(dig(selector, 'matchExpressions')).map((expression) => ({
      key: text(dig(expression, 'key')) ?? '',
      operator: text(dig(expression, 'operator')) ?? '',
      values: list(dig(expression, 'values')).filter((value) => typeof value === 'string'),
    }));
    return new Selector(labelMap(dig(selector, 'matchLabels')), requirements);
  }

  /** A plain map of labels, as Services write it. */
  static ofLabels(labels: unknown): Selector {
    return new Selector(labelMap(labels), []);
  }

  /** True of `{}`, which selects everything. */
  get everything(): boolean {
    return this.pairs.length === 0 && this.#requirements.length === 0;
  }

  matches(labels: Labels): boolean {
    for (const [key, value] of this.pairs) if (own(labels, key) !== value) return false;
    for (const requirement of this.#requirements) if (!meets(labels, requirement)) return false;
    return true;
  }

  /** As kubectl writes it: `app=web,tier in (a,b)`. */
  toString(): string {
    const pairs = this.pairs.map(([key, value]) => `${key}=${value}`);
    const requirements = this.#requirements.map(({ key, operator, values }) => {
      if (operator === 'Exists') return key;
      if (operator === 'DoesNotExist') return `!${key}`;
      return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
    });
    return [...pairs, ...requirements].join(',');
  }
}

const own = (labels: Labels, key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);

function meets(labels: Labels, { key, operator, values }: Requirement): boolean {
  const value = own(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
