import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { fetchModule, type Module } from '../../tools/import/fetch.ts';

export interface Programs {
  readonly etcd: string;
  readonly apiServer: string;
}

/**
 * etcd and kube-apiserver built from their Go modules into `cache`, where they stay. etcd is the one that `newest`, the
 * newest Kubernetes of schemas/sources.yaml, is made with; it serves older API servers too.
 */
export async function programs(cache: string, kubernetes: Module, newest: Module): Promise<Programs> {
  return {
    apiServer: await build(cache, kubernetes, 'kube-apiserver', 'k8s.io/kubernetes/cmd/kube-apiserver'),
    etcd: await build(cache, newest, 'etcd', 'go.etcd.io/etcd/server/v3'),
  };
}

async function build(cache: string, kubernetes: Module, name: string, main: string): Promise<string> {
  const folder = resolve(cache, kubernetes.version);
  const program = join(folder, name);
  if (existsSync(program)) return program;
  console.log(`building ${main} as of Kubernetes ${kubernetes.version}, which takes many minutes on a small machine`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'go.mod');
  if (!existsSync(file)) writeFileSync(file, goModOf(await fetchModule(kubernetes), kubernetes.version));
  run(['go', 'build', '-mod=mod', `-ldflags=${linkerFlags(kubernetes.version)}`, '-o', `${program}.new`, main], folder);
  renameSync(`${program}.new`, program);
  return program;
}

const goMod = z.object({
  Go: z.string(),
  Replace: z.array(
    z.object({
      Old: z.object({ Path: z.string() }),
      New: z.object({ Path: z.string(), Version: z.string().optional() }),
    }),
  ),
});

/**
 * A module that builds as Kubernetes itself does. Kubernetes keeps its libraries beside itself in `staging/` and
 * publishes those of v1.37.1 as v0.37.1; Go honours replacements in the main module alone, so they are said again here.
 */
function goModOf(folder: string, version: string): string {
  const { Go, Replace } = goMod.parse(JSON.parse(run(['go', 'mod', 'edit', '-json', join(folder, 'go.mod')], folder)));
  const published = version.replace(/^v1\./, 'v0.');
  return [
    'module keelson.invalid/api-server',
    `go ${Go}`,
    `require k8s.io/kubernetes ${version}`,
    ...Replace.map(({ Old, New }) =>
      New.Path.startsWith('./')
        ? `replace ${Old.Path} => ${Old.Path} ${published}`
        : `replace ${Old.Path} => ${New.Path} ${New.Version ?? ''}`,
    ),
    '',
  ].join('\n');
}

function linkerFlags(version: string): string {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor };
  const set = Object.entries(values).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  return ['-s', '-w', ...set].join(' ');
}

/** Runs a Go command at low priority, one package at a time: a laptop stays usable. */
function run(command: readonly string[], cwd: string): string {
  const { status, error, stdout } = spawnSync('nice', [...command], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-p=1', GOWORK: 'off' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}`);
  return stdout;
}
