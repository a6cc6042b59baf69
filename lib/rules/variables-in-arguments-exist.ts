import { containersOf } from '../kubernetes/pod.ts';
import { dig, items, list, text } from '../kubernetes/read.ts';
import { specField } from './references.ts';
import { rule } from './rule.ts';

/** `$(NAME)`, but not the escaped `$$(NAME)`. Shells write commands like that, so only capitals are looked at. */
const VARIABLE = /(?<!\$)\$\(([A-Z_][A-Z0-9_]*)\)/g;

export const variablesInArgumentsExist = rule({
  name: 'variables-in-arguments-exist',
  why: 'Kubernetes hands a reference to an unknown variable to the program as it is written.',
  check({ templates }, report) {
    for (const template of templates) {
      for (const { spec, field } of containersOf(template.spec)) {
        if (list(spec.envFrom).length > 0) continue;
        const at = `${specField(template)}.${field}`;
        const missing = (where: string, content: string, known: ReadonlySet<string>, fix: string): void => {
          for (const [, name = ''] of content.matchAll(VARIABLE)) {
            if (!known.has(name)) report(template.entry, `${at}.${where} uses $(${name}), which is not set there`, fix);
          }
        };
        const known = new Set<string>();
        for (const [variable, where] of items(spec.env, 'env')) {
          missing(where, text(variable.value) ?? '', known, 'set the variable before the one that uses it');
          known.add(text(variable.name) ?? '');
        }
        for (const key of ['command', 'args']) {
          for (const [index, argument] of list(dig(spec, key)).entries()) {
            missing(`${key}[${index}]`, text(argument) ?? '', known, 'set the variable in env of the container');
          }
        }
      }
    }
  },
});
