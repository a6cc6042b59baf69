/*
 * Starts a real PostgreSQL outside the cluster, with a certificate of an authority of its own, and connects to it with
 * the environment and the files that a generated MLflow gets.
 *
 *   node --require tsx/cjs verify/postgres/certificates.ts [python]
 *
 * As root; needs Debian's packages postgresql and openssl. With a Python that has psycopg2-binary and sqlalchemy, the
 * driver of MLflow connects as well, which brings a libpq and an OpenSSL of its own.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { mlflowKind } from '../../lib/components/mlflow.ts';
import { objectStore } from '../../lib/contracts/object-store.ts';
import { postgresExternal } from '../../lib/externals/postgres.ts';
import { bound, objectsOf, testContext } from '../../lib/platform/testing.ts';
import { report } from './report.ts';
import { withServer } from './server.ts';

const HOST = 'ml.db.example.com';
const python = process.argv[2];
const home = mkdtempSync('/tmp/keelson-authority-');
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: home, stdio: 'ignore' });
const pem = (name: string) => readFileSync(join(home, name), 'utf8');

function authority(name: string): string {
  openssl('req', '-new', '-x509', '-nodes', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`);
  return pem(`${name}.crt`);
}

function signedBy(name: string): { key: string; certificate: string } {
  openssl('req', '-new', '-nodes', '-subj', '/CN=server', '-keyout', 'server.key', '-out', 'server.csr');
  writeFileSync(join(home, 'names'), `subjectAltName=DNS:${HOST}\n`);
  const by = ['-CA', `${name}.crt`, '-CAkey', `${name}.key`, '-CAcreateserial', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', ...by, '-out', 'server.crt');
  return { key: pem('server.key'), certificate: pem('server.crt') };
}

const env = z.array(z.object({ name: z.string(), value: z.string().optional() }));
const jobShape = z.object({
  spec: z.object({ template: z.object({ spec: z.object({ containers: z.tuple([z.object({ env })]) }) }) }),
});
const filesShape = z.object({ data: z.record(z.string(), z.string()) });

/** What MLflow's migration gets where the server is bound with these settings: libpq's variables, their files written. */
function generated(host: string, authority: string | undefined): { uri: string; variables: Record<string, string> } {
  const origin = { file: 'verify', path: [] };
  const binding = { host, addresses: ['127.0.0.1/32'], port: 55_432, ...(authority !== undefined && { authority }) };
  const external = postgresExternal.external(postgresExternal.settings.parse(binding), testContext(), origin);
  const store = bound(objectStore, {
    protocol: 's3',
    bucket: 'b',
    region: 'eu-central-1',
    auth: { kind: 'workload-identity', serviceAccountAnnotations: {}, podLabels: {} },
  });
  const [mlflow] = mlflowKind.components(mlflowKind.settings.parse({}), testContext(), origin);
  const objects = mlflow ? objectsOf(mlflow, [], [external, store]) : [];
  const [container] = jobShape.parse(objects.find(({ kind }) => kind === 'Job')).spec.template.spec.containers;
  const values = new Map(container.env.map(({ name, value }) => [name, value ?? '']));
  const variables: Record<string, string> = { PGPASSWORD: 'secret' };
  for (const name of ['PGSSLMODE', 'PGSSLROOTCERT', 'SSL_CERT_FILE']) {
    const value = values.get(name);
    if (value !== undefined) variables[name] = value;
  }
  const files = objects.find(({ metadata }) => metadata.name === 'mlflow-migrate-database');
  for (const [name, content] of Object.entries(files ? filesShape.parse(files).data : {})) {
    writeFileSync(join(home, name), content);
    variables.PGSSLROOTCERT = (variables.PGSSLROOTCERT ?? '').replace('/etc/mlflow-database', home);
  }
  return { uri: values.get('MLFLOW_BACKEND_STORE_URI') ?? '', variables };
}

/** Connects by the name, which leads to this machine, and says why when it cannot. */
function connect(client: 'psql' | 'sqlalchemy', uri: string, variables: Record<string, string>): string {
  const script = `import sys, sqlalchemy; sqlalchemy.create_engine(sys.argv[1]).connect().exec_driver_sql("CREATE TEMP TABLE runs ()")`;
  const [command, args] =
    client === 'psql'
      ? ['psql', [uri.replace('+psycopg2', ''), '-qc', 'CREATE TEMP TABLE runs ()']]
      : [python ?? 'python3', ['-c', script, uri]];
  const { status, stderr } = spawnSync(command, args, {
    env: { PATH: '/usr/bin:/bin', HOME: home, PGHOSTADDR: '127.0.0.1', ...variables },
    encoding: 'utf8',
  });
  return status === 0 ? 'in' : (/certificate verify failed|does not match host name/.exec(stderr)?.[0] ?? stderr);
}

try {
  const [right, wrong] = [authority('right'), authority('wrong')];
  const REFUSED = 'certificate verify failed';
  const attempts: readonly [what: string, host: string, authority: string | undefined, expected: string][] = [
    ['the right authority', HOST, right, 'in'],
    ['a bundle with the right authority in it', HOST, `${wrong}${right}`, 'in'],
    ['a wrong authority', HOST, wrong, REFUSED],
    ['the right authority, another host', 'other.example.com', right, 'does not match host name'],
    ['no authority', 'other.example.com', undefined, 'in'],
  ];
  const rules = ['hostssl all all all scram-sha-256'];
  withServer({ rules, tls: signedBy('right') }, ({ sql }) => {
    sql(`CREATE ROLE mlflow LOGIN PASSWORD 'secret'`, 'CREATE DATABASE mlflow OWNER mlflow');
    for (const client of python === undefined ? (['psql'] as const) : (['psql', 'sqlalchemy'] as const)) {
      for (const [what, host, authority, expected] of attempts) {
        const { uri, variables } = generated(host, authority);
        const seen = connect(client, uri, variables);
        report(`${client}, ${what}`, seen === expected, seen);
      }
    }
    if (python === undefined) return;
    // Debian's libpq is too old to know "system"; the driver's is not.
    const { uri, variables } = generated(HOST, 'public');
    const seen = connect('sqlalchemy', uri, variables);
    report('sqlalchemy, authorities that the system trusts', seen === REFUSED, seen);
    writeFileSync(join(home, 'trusted.pem'), right);
    const trusting = connect('sqlalchemy', uri, { ...variables, SSL_CERT_FILE: join(home, 'trusted.pem') });
    report('sqlalchemy, the right one among those that the system trusts', trusting === 'in', trusting);
  });
} finally {
  rmSync(home, { recursive: true, force: true });
}
