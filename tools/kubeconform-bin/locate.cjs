// Where kubeconform is. Nothing is done at install time: the first use finds or makes the binary, later ones take it.
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { delimiter, join, sep } = require('node:path');
const pins = require('./pins.json');
const { fileOf } = require('./untar.cjs');

const EXE = process.platform === 'win32' ? 'kubeconform.exe' : 'kubeconform';
const CACHE = join(__dirname, '..', '..', '.cache', 'kubeconform');

/** The path of kubeconform: from PATH, else from the cache, else from the release, else built by Go. */
async function locate({ cache = CACHE, sources = [fromRelease, fromGo], env = process.env } = {}) {
  const installed = onPath(env.PATH ?? '');
  if (installed) return installed;
  const cached = join(cache, `${pins.version}-${platform()}`, EXE);
  if (existsSync(cached)) return cached;

  const failures = [];
  for (const source of sources) {
    mkdirSync(join(cached, '..'), { recursive: true });
    // Another process may do the same: each works in a folder of its own, and the rename puts a whole file in place.
    const work = mkdtempSync(join(cache, 'work-'));
    try {
      renameSync(await source(work), cached);
      return cached;
    } catch (error) {
      failures.push(`  ${source.label}: ${error.message.trim().split('\n').slice(0, 3).join(' ')}`);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  throw new Error(
    `kubeconform ${pins.version} is not here and cannot be had:\n  PATH: none of this version\n${failures.join('\n')}`,
  );
}

/** A kubeconform on PATH that is of the pinned version and not this package itself. */
function onPath(path) {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, EXE);
    if (!existsSync(file) || folder.endsWith(join('node_modules', '.bin'))) continue;
    if (realpathSync(file).startsWith(realpathSync(__dirname) + sep)) continue;
    if (versionOf(file) === pins.version) return file;
  }
  return undefined;
}

function versionOf(file) {
  try {
    const said = run(file, ['-v']).trim().replace(/^v/, '');
    if (said !== 'development') return said;
    // Built by `go install`: the version is in the build information only.
    return /^\tmod\t\S+\tv(\S+)/m.exec(run('go', ['version', '-m', file]))?.[1];
  } catch {
    return undefined;
  }
}

async function fromRelease(work) {
  const expected = pins.sha256[platform()];
  if (!expected) throw new Error(`no checksum is pinned for ${platform()}`);
  const archive = await download(`${pins.release}/v${pins.version}/kubeconform-${platform()}.tar.gz`);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) throw new Error(`the archive has the checksum ${actual}, pinned is ${expected}`);
  const binary = join(work, EXE);
  writeFileSync(binary, fileOf(archive, 'kubeconform'), { mode: 0o755 });
  return binary;
}
fromRelease.label = 'release';

async function fromGo(work) {
  run('go', ['install', '-trimpath', `${pins.module}@v${pins.version}`], { ...process.env, GOBIN: work });
  return join(work, EXE);
}
fromGo.label = 'go install';

async function download(url) {
  const connecting = new AbortController();
  const patience = setTimeout(() => connecting.abort(new Error('no answer within 5 seconds')), 5_000);
  try {
    const response = await fetch(url, { signal: connecting.signal });
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    clearTimeout(patience);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw new Error(error.cause?.message ?? error.message);
  } finally {
    clearTimeout(patience);
  }
}

function run(command, args, env = process.env) {
  return execFileSync(command, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 16e6 });
}

function platform() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  return `${system}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

module.exports = { locate, onPath, fromRelease, fromGo };
