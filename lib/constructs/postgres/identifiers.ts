/**
 * Why a database, and the role that owns it, cannot have this name; undefined when it can.
 *
 * Names need no quotes in SQL and, with `_` written as `-`, name Kubernetes objects. PostgreSQL keeps role names
 * that begin with `pg_`, and CloudNativePG those that begin with `cnpg_`, beside its own.
 */
export function databaseNameProblem(name: string): string | undefined {
  const shown = JSON.stringify(name);
  if (!/^[a-z][a-z0-9_]{0,61}[a-z0-9]$|^[a-z]$/.test(name)) {
    return `${shown} cannot name a database and its role; lower-case letters, digits and "_", at most 63, beginning with a letter and not ending with "_"`;
  }
  if (RESERVED.has(name)) return `${shown} cannot name a database and its role; PostgreSQL or its operator has one`;
  if (/^(pg|cnpg)_/.test(name)) {
    return `${shown} cannot name a database and its role; names that begin with pg_ or cnpg_ are reserved`;
  }
  return undefined;
}

/** Databases and roles that exist in every cluster, and the words that SQL takes for a role. */
const RESERVED: ReadonlySet<string> = new Set([
  'current_role',
  'current_user',
  'none',
  'postgres',
  'public',
  'session_user',
  'streaming_replica',
  'template0',
  'template1',
]);
