/*
 * Starts a real PostgreSQL with the access rules of a generated Cluster and sees who gets in.
 *
 *   node --require tsx/cjs verify/postgres/access.ts      as root; needs Debian's packages postgresql and openssl
 *
 * CloudNativePG writes its own rules before ours (the operator's users, by certificate) and one after them that lets
 * every role into every database. Source: CloudNativePG 1.30, pkg/postgres/configuration.go.
 */
import { spawnSync } from 'node:child_process';
import { z } from 'zod';
import { postgresKind } from '../../lib/components/postgres.ts';
import { objectsOf, testContext } from '../../lib/platform/testing.ts';
import { report } from './report.ts';
import { withServer } from './server.ts';

/** Names that a component could have asked for, one of them a word of SQL. */
const DATABASES = ['mlflow', 'mlflow_auth', 'user'];

const ATTEMPTS = [
  { user: 'mlflow', database: 'mlflow', ssl: 'require', in: true },
  { user: 'mlflow_auth', database: 'mlflow_auth', ssl: 'require', in: true },
  { user: 'user', database: 'user', ssl: 'require', in: true },
  { user: 'mlflow', database: 'mlflow', ssl: 'disable', in: false },
  { user: 'mlflow', database: 'mlflow_auth', ssl: 'require', in: false },
  { user: 'mlflow', database: 'postgres', ssl: 'require', in: false },
  { user: '_unused', database: '_unused', ssl: 'require', in: false },
  { user: 'postgres', database: 'postgres', ssl: 'require', in: false },
];

const clusterShape = z.object({ spec: z.object({ postgresql: z.object({ pg_hba: z.array(z.string()) }) }) });

function generatedRules(): readonly string[] {
  const origin = { file: 'verify', path: [] };
  const [component] = postgresKind.components(postgresKind.settings.parse({}), testContext(), origin);
  const cluster = component && objectsOf(component).find(({ kind }) => kind === 'Cluster');
  return clusterShape.parse(cluster).spec.postgresql.pg_hba;
}

withServer({ rules: [...generatedRules(), 'host all all all scram-sha-256'] }, ({ port, sql }) => {
  // Even with a password, the superuser and the database of the bootstrap stay out of reach.
  sql(`ALTER ROLE postgres PASSWORD 'secret'`);
  for (const name of [...DATABASES, '_unused']) {
    sql(`CREATE ROLE "${name}" LOGIN PASSWORD 'secret'`, `CREATE DATABASE "${name}" OWNER "${name}"`);
  }
  for (const { user, database, ssl, in: expected } of ATTEMPTS) {
    const address = `host=127.0.0.1 port=${port} user=${user} dbname=${database} sslmode=${ssl}`;
    const { status, stderr } = spawnSync('psql', [address, '-qc', 'CREATE TABLE runs ()'], {
      env: { PATH: '/usr/bin:/bin', PGPASSWORD: 'secret' },
      encoding: 'utf8',
    });
    const right = expected ? status === 0 : status !== 0 && stderr.includes('pg_hba.conf rejects connection');
    report(`${user} at ${database}, ssl ${ssl}`, right, status === 0 ? 'in' : 'rejected');
  }
});
