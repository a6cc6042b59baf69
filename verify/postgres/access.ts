/*
 * Starts a real PostgreSQL with the access rules of a generated Cluster and sees who gets in.
 *
 *   node --require tsx/cjs verify/postgres/access.ts      as root; needs Debian's packages postgresql and openssl
 *
 * CloudNativePG writes its own rules before ours (the operator's users, by certificate) and one after them that lets
 * every role into every database. Source: CloudNativePG 1.30, pkg/postgres/configuration.go.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { postgresKind } from '../../lib/components/postgres.ts';
import { objectsOf, testContext } from '../../lib/platform/testing.ts';

const PORT = '55432';
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

const home = mkdtempSync('/tmp/keelson-postgres-');
const data = join(home, 'data');
const [version = ''] = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
const bin = join('/usr/lib/postgresql', version, 'bin');
const as = (command: string, args: readonly string[]) =>
  execFileSync('setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', command, ...args], {
    cwd: home,
    stdio: 'ignore',
  });
const server = (...args: string[]) => as(join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(home, 'log'), ...args]);

let failures = 0;
let running = false;
try {
  execFileSync('chown', ['postgres', home]);
  as(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust']);
  const [key, certificate] = [join(data, 'server.key'), join(data, 'server.crt')];
  as('openssl', ['req', '-new', '-x509', '-nodes', '-subj', '/CN=postgres', '-keyout', key, '-out', certificate]);
  const rules = ['local all all trust', ...generatedRules(), 'host all all all scram-sha-256'];
  writeFileSync(join(data, 'pg_hba.conf'), `${rules.join('\n')}\n`);
  server('-o', `-c ssl=on -c port=${PORT} -c unix_socket_directories=${home}`, 'start');
  running = true;
  const admin = ['-h', home, '-p', PORT, '-U', 'postgres', '-qv', 'ON_ERROR_STOP=1'];
  // Even with a password, the superuser and the database of the bootstrap stay out of reach.
  as('psql', [...admin, '-c', `ALTER ROLE postgres PASSWORD 'secret'`]);
  for (const name of [...DATABASES, '_unused']) {
    as('psql', [...admin, '-c', `CREATE ROLE "${name}" LOGIN PASSWORD 'secret'`]);
    as('psql', [...admin, '-c', `CREATE DATABASE "${name}" OWNER "${name}"`]);
  }
  for (const { user, database, ssl, in: expected } of ATTEMPTS) {
    const address = `host=127.0.0.1 port=${PORT} user=${user} dbname=${database} sslmode=${ssl}`;
    const { status, stderr } = spawnSync('psql', [address, '-qc', 'CREATE TABLE runs ()'], {
      env: { PATH: '/usr/bin:/bin', PGPASSWORD: 'secret' },
      encoding: 'utf8',
    });
    const right = expected ? status === 0 : status !== 0 && stderr.includes('pg_hba.conf rejects connection');
    if (!right) failures++;
    console.log(`${right ? 'ok  ' : 'FAIL'} ${user} at ${database}, ssl ${ssl}: ${status === 0 ? 'in' : 'rejected'}`);
  }
} finally {
  if (running) server('-m', 'immediate', 'stop');
  rmSync(home, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
