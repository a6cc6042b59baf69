import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface Module {
  readonly module: string;
  readonly version: string;
  readonly sum?: string | undefined;
}

/** The folder of a Go module in the cache of the Go client, which downloads and verifies it when it is not there yet. */
export async function fetchModule({ module, version, sum }: Module): Promise<string> {
  const spec = `${module}@${version}`;
  // Outside of any Go module, so that no go.mod decides about the version.
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', spec], { cwd: tmpdir() }).catch(
    (cause) => {
      throw new Error(`go mod download ${spec} failed: ${errorOf(cause.stdout) ?? cause.message}`);
    },
  );
  const found = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (found.Sum !== sum) {
    throw new Error(`${spec} has the checksum ${found.Sum}, schemas/sources.yaml says ${sum ?? 'nothing'}`);
  }
  return found.Dir;
}

/** The files of a module that match `pattern`, sorted by name; none is an error. */
export function readFiles(folder: string, pattern: string): string[] {
  const path = join(folder, pattern);
  const names = new RegExp(
    `^${pattern
      .slice(dirname(pattern).length + 1)
      .replaceAll('.', '\\.')
      .replaceAll('*', '[^/]*')}$`,
  );
  const found = readdirSync(dirname(path))
    .filter((name) => names.test(name))
    .sort();
  if (found.length === 0) throw new Error(`no file matches ${path}`);
  return found.map((name) => readFileSync(join(dirname(path), name), 'utf8'));
}

function errorOf(stdout: unknown): string | undefined {
  try {
    return JSON.parse(String(stdout)).Error;
  } catch {
    return undefined;
  }
}
