import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Definitions } from './schema.ts';

const cli = join(dirname(require.resolve('cdk8s-cli/package.json')), 'bin', 'cdk8s');

/** What `cdk8s import` writes for CustomResourceDefinitions: one text, whatever number of groups they are of. */
export function importCrds(crds: readonly object[]): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, 'crds.yaml');
    // JSON is YAML, and documents of one line each are read fast.
    writeFileSync(file, crds.map((crd) => `---\n${JSON.stringify(crd)}\n`).join(''));
    return run(folder, [], file);
  });
}

/** What `cdk8s import k8s` writes for these definitions, which it would otherwise fetch from the network. */
export function importKubernetes(definitions: Definitions): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, 'definitions.json');
    writeFileSync(file, JSON.stringify({ definitions }));
    return run(folder, ['--require', join(__dirname, 'local-definitions.cjs')], 'k8s@0.0.0', {
      LOCAL_DEFINITIONS: file,
    });
  });
}

async function run(
  cwd: string,
  node: readonly string[],
  source: string,
  env: Record<string, string> = {},
): Promise<string> {
  const options = [
    '--language',
    'typescript',
    '--output',
    'out',
    '--no-class-prefix',
    '--no-save',
    '--no-check-upgrade',
  ];
  await promisify(execFile)(process.execPath, [...node, cli, 'import', source, ...options], {
    cwd,
    env: { ...process.env, ...env },
    maxBuffer: 64e6,
  });
  const folder = join(cwd, 'out');
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-import-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
