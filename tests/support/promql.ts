import { parser } from '@prometheus-io/lezer-promql';

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

export interface Parsed {
  /** What is no PromQL, as it stands there. */
  readonly errors: readonly string[];
  readonly selectors: readonly { readonly metric: string; readonly matchers: readonly Matcher[] }[];
  /** Labels of `by`, `on` and their like. */
  readonly grouping: readonly string[];
}

/** What an expression of PromQL speaks of. */
export function parsePromql(expression: string): Parsed {
  const errors: string[] = [];
  const grouping: string[] = [];
  const selectors: { metric: string; matchers: Matcher[] }[] = [];
  parser.parse(expression).iterate({
    enter: ({ name, node, type }) => {
      const text = expression.slice(node.from, node.to);
      if (type.isError) errors.push(`at ${node.from}: ${expression.slice(Math.max(0, node.from - 20), node.to + 10)}`);
      if (name === 'VectorSelector') selectors.push({ metric: /^[\w:]*/.exec(text)?.[0] ?? '', matchers: [] });
      if (name === 'UnquotedLabelMatcher') {
        const [, label = '', operator = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(text) ?? [];
        selectors.at(-1)?.matchers.push({ label, operator, value });
      }
      if (name === 'GroupingLabels') grouping.push(...text.replace(/[()\s]/g, '').split(','));
    },
  });
  return { errors, selectors, grouping };
}
