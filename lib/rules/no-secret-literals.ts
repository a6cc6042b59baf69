import { containersOf } from '../kubernetes/pod.ts';
import { eachString, items, text } from '../kubernetes/read.ts';
import { specField } from './references.ts';
import { rule } from './rule.ts';

/** Names of variables that hold secrets, but not those that say where one is or what it is called. */
const SECRET_NAME =
  /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_KEY(?:_ID)?|PRIVATE_KEY|CREDENTIALS?)$/i;
/** Not a secret in itself: empty, a switch, a path, or put together from other variables. */
const HARMLESS = /^(?:|true|false|\d{1,5}|\/.*|(?:\$\(\w+\)|\$\{\w+\})+)$/;

/** Texts that are secrets wherever they stand. The password of a URL may be a variable. */
const SECRET_TEXTS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/],
  ['a key of AWS', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a token of GitHub', /\bgh[pousr]_[A-Za-z0-9]{36}\b/],
  ['a password in a URL', /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/?#@"'$]*:(?!\$[({]?\w)[^\s:/?#@"']+@/i],
];

export const noSecretLiterals = rule({
  name: 'no-secret-literals',
  why: 'A password in a variable or a ConfigMap is as public as a Secret in git.',
  check({ written, templates }, report) {
    const fix = 'declare a credential and refer to its key (SecretRef)';
    for (const template of templates) {
      for (const { spec, field } of containersOf(template.spec)) {
        for (const [variable, path] of items(spec.env, `${specField(template)}.${field}.env`)) {
          const name = text(variable.name) ?? '';
          const value = text(variable.value) ?? '';
          if (!SECRET_NAME.test(name) || HARMLESS.test(value)) continue;
          report(template.entry, `${path} sets ${name} to a literal`, fix);
        }
      }
    }
    for (const entry of written) {
      eachString(entry.manifest, (content, { field }) => {
        // Each of them has one of these; most texts have none.
        if (!content.includes('://') && !content.includes('-----') && content.length < 20) return;
        for (const [what, pattern] of SECRET_TEXTS) {
          if (pattern.test(content)) report(entry, `${field()} holds ${what}`, fix);
        }
      });
    }
  },
});
