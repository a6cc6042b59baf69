import { databaseNameProblem } from './identifiers.ts';

test.each(['mlflow', 'mlflow_auth', 'a', 'user', 'x'.repeat(63)])('%s names a database and its role', (name) => {
  expect(databaseNameProblem(name)).toBeUndefined();
});

test.each([
  ['team-a', 'cannot name a database and its role; lower-case letters'],
  ['_unused', 'lower-case letters'],
  ['a_', 'not ending with "_"'],
  ['x'.repeat(64), 'at most 63'],
  ['postgres', 'PostgreSQL or its operator has one'],
  ['streaming_replica', 'PostgreSQL or its operator has one'],
  ['pg_stats', 'names that begin with pg_ or cnpg_ are reserved'],
  ['cnpg_pooler', 'names that begin with pg_ or cnpg_ are reserved'],
])('%s does not', (name, why) => {
  expect(databaseNameProblem(name)).toContain(why);
});
