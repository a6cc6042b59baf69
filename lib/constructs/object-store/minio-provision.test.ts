import { spawnSync } from 'node:child_process';
import { MINIO_PROVISION } from './minio-provision.ts';
import { asked, runScript } from './testing.ts';

// The bash of macOS is of 2007; the image's is not.
const modern = spawnSync('bash', ['-c', '((BASH_VERSINFO[0] >= 4))']).status === 0;
const withBash = modern ? test : test.skip;

/** A server that knows a user and a bucket of which nobody is left. */
const MC = `case "$*" in
*'ilm export store/backups'*) echo '{"error":{"Code":"'"$LIFECYCLE"'"}}'; exit 1 ;;
*'admin user ls'*) echo '{"status":"success","accessKey":"mlflow"}'; echo '{"status":"success","accessKey":"gone"}' ;;
'--json ls store') echo '{"status":"success","key":"mlflow/"}'; echo '{"status":"success","key":"old/"}' ;;
esac`;
const run = (mc: string, env: Readonly<Record<string, string>> = {}) =>
  runScript('bash', MINIO_PROVISION, { mc, sleep: 'exit 0' }, asked('json'), {
    STORE_URL: 'http://minio:9000',
    ROOT_USER: 'root',
    ROOT_PASSWORD: 'secret-of-root',
    ATTEMPTS: '2',
    LIFECYCLE: 'NoSuchLifecycleConfiguration',
    ...env,
  });

withBash('buckets, policies, users and retentions are made', () => {
  const { status, calls } = run(MC);
  expect(status).toBe(0);
  expect(calls.filter((call) => call.includes('mlflow'))).toEqual([
    'mc --quiet mb --ignore-existing store/mlflow',
    'mc --quiet admin policy create store bucket-mlflow asked/mlflow.policy.json',
    'mc --quiet admin policy attach store bucket-mlflow --user mlflow',
    'mc --quiet ilm import store/mlflow',
  ]);
});

withBash('who is not asked for loses access, and no bucket is lost', () => {
  const { calls, output } = run(MC);
  expect(calls.filter((call) => / rm| rb/.test(call))).toEqual(['mc --quiet admin user rm store gone']);
  expect(output).toContain('nobody asks for bucket old any more: it stays');
});

withBash('no secret is in a command line', () => {
  const { calls, given } = run(MC);
  expect(calls.filter((call) => /secret/.test(call))).toEqual([]);
  expect(given).toContain('mlflow\nsecret"of\\mlflow\n');
  expect(given).toContain('root\nsecret-of-root\n');
});

withBash('a server that does not come is waited for, and not for ever', () => {
  const { status, output, calls } = run('exit 1');
  expect(status).not.toBe(0);
  expect(output).toContain('gave up waiting for http://minio:9000');
  expect(calls.filter((call) => call.includes('alias set'))).toHaveLength(2);
});

withBash('an answer that is not understood is not taken for "there is no retention"', () => {
  const { status, output } = run(MC, { LIFECYCLE: 'AccessDenied' });
  expect(status).not.toBe(0);
  expect(output).toContain('AccessDenied');
});
