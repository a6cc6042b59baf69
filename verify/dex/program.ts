import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * v2.45.1 as the Go module proxy has it: Dex's major version is not in the name of its module, so only the time and the
 * commit of the tag name a version. It cannot be installed by itself, because its module replaces a part by a
 * directory; what requires it can be built.
 */
const MODULE = 'github.com/dexidp/dex';
const VERSION = 'v0.0.0-20260303133905-11d2eeb52b42';
export const DEX_VERSION = '2.45.1';

export interface Programs {
  readonly dex: string;
  /** Reads a configuration as Dex does, and refuses names that Dex would not look at. */
  readonly strict: string;
}

/** Builds Dex, which takes some minutes the first time. It does without C: only its storage SQLite needs that. */
export function programs(cache: string): Programs {
  const module = join(cache, 'module');
  const [dex, strict] = [join(cache, `dex-${VERSION}`), join(cache, 'strict')];
  mkdirSync(join(module, 'strict'), { recursive: true });
  const [source, copy] = [join(__dirname, 'strict.go'), join(module, 'strict/main.go')];
  if (!existsSync(join(module, 'go.mod'))) {
    writeFileSync(join(module, 'go.mod'), `module keelson.dev/verify/dex\n\ngo 1.25\n\nrequire ${MODULE} ${VERSION}\n`);
  }
  const build = (output: string, main: string) => {
    const { status, error } = spawnSync('go', ['build', '-trimpath', '-o', output, main], {
      cwd: module,
      stdio: 'inherit',
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -p=2' },
    });
    if (error) throw error;
    if (status !== 0) throw new Error(`go build ${main} ended with ${status}`);
  };
  if (!existsSync(dex)) build(dex, `${MODULE}/cmd/dex`);
  if (!existsSync(strict) || readFileSync(source, 'utf8') !== readFileSync(copy, 'utf8')) {
    copyFileSync(source, copy);
    build(strict, './strict');
  }
  return { dex, strict };
}
