import { rule } from './rule.ts';

export const noSecretObjects = rule({
  name: 'no-secret-objects',
  why: 'What is in git is known to all who can read it, and to all who ever will.',
  check({ written }, report) {
    for (const entry of written.ofKind('/Secret')) {
      report(
        entry,
        'is a Secret, and dist/ is committed',
        "declare a credential; the environment's secrets component makes the Secret in the cluster",
      );
    }
  },
});
