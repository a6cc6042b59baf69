import { SEAWEEDFS_MAINTENANCE, SEAWEEDFS_PROVISION } from './seaweedfs-scripts.ts';
import { asked, runScript } from './testing.ts';

/** As `weed shell` does, it notes what it is given; it knows a bucket that is asked for and one that is not. */
const WEED = `case "$input" in
s3.bucket.list) printf '  mlflow\\tsize:0\\n  old\\tsize:0\\n' ;;
*s3.iam.import*) printf 'users: '; cat work/users.json; echo ;;
esac`;
const PROGRAMS = { weed: WEED, curl: 'exit 0', timeout: 'exit 99', sha256sum: 'echo digest -', sleep: 'exit 0' };
/** Runs what it is to time, with the input it took. */
const TIMEOUT = `shift; printf '%s\\n' "$input" | "$@"`;

const provision = (programs: Readonly<Record<string, string>> = {}) =>
  runScript('sh', SEAWEEDFS_PROVISION, { ...PROGRAMS, timeout: TIMEOUT, ...programs }, asked('xml'), {
    MASTER: 'master:9333',
    FILER: 'filer:8888',
    STORE_URL: 'http://seaweedfs:8333',
    ADMIN_ACCESS_KEY_ID: 'admin',
    ADMIN_SECRET_ACCESS_KEY: 'secret-of-admin',
    ATTEMPTS: '2',
  });

test('only buckets that are missing are made, and none is removed', () => {
  const { status, given, output } = provision();
  expect(output).not.toContain('error');
  expect(status).toBe(0);
  expect(given).toContain('s3.bucket.create -name=backups');
  expect(given).not.toContain('s3.bucket.create -name=mlflow');
  expect(given).not.toContain('s3.bucket.delete');
  expect(output).toContain('nobody asks for bucket old any more: it stays');
});

test('the users are those who ask, each with the policy of its bucket', () => {
  const users = provision().output.match(/users: (.*)/)?.[1] ?? '';
  expect(JSON.parse(users)).toEqual({
    identities: [
      {
        name: 'backups',
        credentials: [{ accessKey: 'backups', secretKey: 'secret-of-backups' }],
        policyNames: ['bucket-backups'],
      },
      {
        name: 'mlflow',
        credentials: [{ accessKey: 'mlflow', secretKey: 'secret"of\\mlflow' }],
        policyNames: ['bucket-mlflow'],
      },
    ],
  });
});

test('retentions are set where they are asked for, and removed where not', () => {
  const requests = provision().calls.filter((call) => call.includes('--request'));
  expect(requests.map((call) => call.match(/--request (.*)/)?.[1])).toEqual([
    'DELETE --data-binary @work/empty http://seaweedfs:8333/backups?lifecycle=',
    'PUT --data-binary @asked/mlflow.lifecycle.xml http://seaweedfs:8333/mlflow?lifecycle=',
  ]);
});

test('no secret is in a command line', () => {
  const { calls, given } = provision();
  expect(calls.filter((call) => call.includes('secret-of') || call.includes('secret"of'))).toEqual([]);
  expect(given).toContain('user = "admin:secret-of-admin"');
});

test('a failure of any program fails the job', () => {
  expect(provision({ curl: 'case "$*" in *PUT*) exit 22 ;; esac' }).status).not.toBe(0);
  expect(provision({ weed: `${WEED}\ncase "$input" in *s3.policy*) exit 1 ;; esac` }).status).not.toBe(0);
  expect(provision({ weed: 'case "$input" in s3.bucket.list) exit 1 ;; esac' }).status).not.toBe(0);
});

test('a server that does not come is waited for, and not for ever', () => {
  const { status, output } = provision({ curl: 'exit 7' });
  expect(status).not.toBe(0);
  expect(output).toContain('gave up waiting for http://seaweedfs:8333');
});

const maintain = (copies: string, weed = 'exit 0') =>
  runScript(
    'sh',
    SEAWEEDFS_MAINTENANCE,
    { weed, timeout: TIMEOUT },
    {},
    {
      MASTER: 'master:9333',
      FILER: 'filer:8888',
      S3_GRPC: 'seaweedfs:18333',
      RUNTIME: '45m',
      TIMEOUT: '3300',
      COPIES: copies,
    },
  );

test('the maintenance carries out retentions, and makes lost copies again where there are any', () => {
  const lifecycle = 's3.lifecycle.run-shard -shards=0-15 -s3=seaweedfs:18333 -events=0 -runtime=45m';
  expect(maintain('1').given).toContain(lifecycle);
  expect(maintain('1').given).not.toContain('volume.fix.replication');
  expect(maintain('2').given).toContain('volume.fix.replication -apply');
  expect(maintain('1', 'exit 1').status).not.toBe(0);
});
