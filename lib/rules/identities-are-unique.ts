import { rule } from './rule.ts';

export const identitiesAreUnique = rule({
  name: 'identities-are-unique',
  why: 'Of two objects with one identity the cluster keeps the one that happens to be applied last.',
  check({ written }, report) {
    for (const entries of written.identities().values()) {
      const [first, ...others] = entries;
      for (const other of others) {
        report(
          other,
          `has kind, namespace and name in common with what ${first?.source} writes`,
          'give one of the two another name, or write it once',
        );
      }
    }
  },
});
