import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface ScriptRun {
  readonly status: number | null;
  readonly output: string;
  /** Command lines of the programs that stood in, in order. */
  readonly calls: readonly string[];
  /** What they were given on standard input. */
  readonly given: string;
}

/** Runs a script with stand-ins for the programs it calls: each notes how it was called and then does `programs[name]`. */
export function runScript(
  shell: 'sh' | 'bash',
  script: string,
  programs: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): ScriptRun {
  const directory = mkdtempSync(join(tmpdir(), 'keelson-script-'));
  try {
    const write = (name: string, text: string) => {
      const path = join(directory, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    };
    write('calls', '');
    write('given', '');
    mkdirSync(join(directory, 'work'));
    for (const [name, body] of Object.entries(programs)) {
      chmodSync(
        write(
          `bin/${name}`,
          `#!/bin/sh\nprintf '%s\\n' "${name} $*" >>'${directory}/calls'\nif [ ! -t 0 ]; then input=$(cat); printf '%s\\n' "$input" >>'${directory}/given'; fi\n${body}\n`,
        ),
        0o755,
      );
    }
    for (const [name, text] of Object.entries(files)) write(name, text);
    const { status, stdout, stderr, error } = spawnSync(shell, [write('script', script)], {
      cwd: directory,
      env: {
        PATH: `${join(directory, 'bin')}:${process.env.PATH}`,
        ASKED: 'asked',
        CREDENTIALS: 'credentials',
        WORK: 'work',
        ...env,
      },
      input: '',
      encoding: 'utf8',
      timeout: 20_000,
    });
    if (error) throw error;
    const read = (name: string) => readFileSync(join(directory, name), 'utf8');
    return { status, output: stdout + stderr, calls: read('calls').split('\n').filter(Boolean), given: read('given') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Files of a store that was asked for `mlflow`, with a retention, and `backups`, without. */
export const asked = (lifecycle: string): Readonly<Record<string, string>> => ({
  'asked/buckets': 'backups\nmlflow\n',
  'asked/backups.policy.json': '{}',
  'asked/mlflow.policy.json': '{}',
  [`asked/mlflow.lifecycle.${lifecycle}`]: 'the retention',
  'credentials/backups/access-key-id': 'backups',
  'credentials/backups/secret-access-key': 'secret-of-backups',
  'credentials/mlflow/access-key-id': 'mlflow',
  'credentials/mlflow/secret-access-key': 'secret"of\\mlflow',
});
