import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOST_IP } from './network.ts';
import { attempt, run, until } from './shell.ts';

/** Something that runs beside the pods, until it is stopped. */
export interface Service {
  stop(): void;
}

export interface Postgres extends Service {
  /** Answers of a query, as the administrator, one line a row. */
  query(database: string, sql: string): string;
}

const POSTGRES = '/usr/lib/postgresql';

/** A PostgreSQL server from Debian's packages, with TLS and a role that owns the databases. */
export async function startPostgres(role: {
  readonly user: string;
  readonly password: string;
  readonly databases: readonly string[];
}): Promise<Postgres> {
  if (!existsSync(POSTGRES)) {
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-qqy', 'postgresql']);
  }
  const [version] = readdirSync(POSTGRES).sort((a, b) => Number(b) - Number(a));
  const bin = join(POSTGRES, version ?? '', 'bin');
  // The server refuses to run as root; its files are where its own user can reach them.
  const home = run('mktemp', ['-d', '/tmp/keelson-postgres-XXXXXX']).trim();
  const data = join(home, 'data');
  run('chown', ['postgres', home]);
  const as = (command: string, args: readonly string[]) =>
    run('setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', command, ...args]);
  as(join(bin, 'initdb'), ['-D', data, '--auth-local=trust', '--auth-host=scram-sha-256', '-U', 'postgres']);
  const [key, certificate] = [join(data, 'server.key'), join(data, 'server.crt')];
  as('openssl', [
    'req',
    '-new',
    '-x509',
    '-days',
    '2',
    '-nodes',
    '-subj',
    '/CN=postgres',
    '-keyout',
    key,
    '-out',
    certificate,
  ]);
  chmodSync(key, 0o600);
  writeFileSync(join(data, 'pg_hba.conf'), 'local all all trust\nhostssl all all 0.0.0.0/0 scram-sha-256\n');
  const options = `-c listen_addresses=${HOST_IP} -c port=5432 -c ssl=on -c unix_socket_directories=${home}`;
  as(join(bin, 'pg_ctl'), ['-D', data, '-w', '-l', join(home, 'log'), '-o', options, 'start']);
  const query = (database: string, sql: string) =>
    run('psql', ['-h', home, '-U', 'postgres', '-d', database, '-qAt', '-v', 'ON_ERROR_STOP=1', '-c', sql]).trim();
  query('postgres', `CREATE ROLE "${role.user}" LOGIN PASSWORD '${role.password.replaceAll("'", "''")}'`);
  for (const database of role.databases) query('postgres', `CREATE DATABASE "${database}" OWNER "${role.user}"`);
  return {
    query,
    stop: () => {
      attempt('setpriv', [
        '--reuid=postgres',
        '--regid=postgres',
        '--init-groups',
        join(bin, 'pg_ctl'),
        '-D',
        data,
        '-m',
        'immediate',
        'stop',
      ]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export interface ObjectStore extends Service {
  readonly endpoint: string;
  /** Keys of all objects in a bucket. */
  objects(bucket: string): readonly string[];
}

/** SeaweedFS with one bucket that its keys may write to. */
export async function startSeaweed(
  directory: string,
  weed: string,
  python: string,
  { bucket, accessKey, secretKey }: { readonly bucket: string; readonly accessKey: string; readonly secretKey: string },
): Promise<ObjectStore> {
  const home = join(directory, 'seaweed');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const config = join(home, 's3.json');
  const credentials = [{ accessKey, secretKey }];
  writeFileSync(config, JSON.stringify({ identities: [{ name: 'mlflow', credentials, actions: ['Admin'] }] }));
  const log = openSync(join(home, 'log'), 'a');
  const child: ChildProcess = spawn(
    'unshare',
    [
      '--mount',
      'sh',
      '-ec',
      // It leaves sockets with fixed names in /tmp, which another one on this machine would take for its own.
      'mount --make-rprivate /; mount -t tmpfs tmpfs /tmp; exec "$@"',
      'sh',
      weed,
      'server',
      `-dir=${home}`,
      `-ip=${HOST_IP}`,
      `-ip.bind=${HOST_IP}`,
      '-s3',
      '-s3.port=8333',
      `-s3.config=${config}`,
      '-volume.max=100',
      '-master.volumeSizeLimitMB=1024',
    ],
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const endpoint = `http://${HOST_IP}:8333`;
  const s3 = (code: string) =>
    run(
      python,
      ['-c', `import boto3\ns3 = boto3.client("s3", endpoint_url="${endpoint}", region_name="us-east-1")\n${code}`],
      {
        env: {
          PATH: '/usr/bin:/bin',
          AWS_MAX_ATTEMPTS: '1',
          AWS_ACCESS_KEY_ID: accessKey,
          AWS_SECRET_ACCESS_KEY: secretKey,
        },
      },
    );
  try {
    await until('object store', 60, () => {
      try {
        s3(`s3.create_bucket(Bucket="${bucket}")`);
        return true;
      } catch {
        return false;
      }
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    endpoint,
    objects: (name) =>
      s3(
        `for page in s3.get_paginator("list_objects_v2").paginate(Bucket="${name}"):\n  for o in page.get("Contents", []): print(o["Key"])`,
      )
        .split('\n')
        .filter((key) => key !== ''),
    stop: () => void child.kill('SIGKILL'),
  };
}
