import { text } from '../kubernetes/read.ts';
import { specField } from './references.ts';
import { rule } from './rule.ts';

export const serviceAccountsAreTheirOwn = rule({
  name: 'service-accounts-are-their-own',
  why: 'Rights given to a shared account are rights of everybody who shares it.',
  check({ written, templates }, report) {
    for (const template of templates) {
      const { entry, spec } = template;
      const name = text(spec.serviceAccountName) ?? 'default';
      const field = `${specField(template)}.serviceAccountName`;
      if (name === 'default') {
        report(
          entry,
          `${field} is the default account of the namespace`,
          'give the component a ServiceAccount and name it',
        );
        continue;
      }
      const owner = written.get('/ServiceAccount', entry.manifest.metadata.namespace, name)?.component;
      if (owner === undefined || owner === entry.component) continue;
      report(
        entry,
        `${field} names "${name}", the account of ${owner}`,
        'give the component a ServiceAccount of its own',
      );
    }
  },
});
