// Where promtool is. Nothing is done at install time: the first use finds or makes the binary, later ones take it.
const { execFileSync } = require('node:child_process');
const { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, renameSync, rmSync } = require('node:fs');
const { delimiter, join, sep } = require('node:path');
const pins = require('./pins.json');

const CACHE = join(__dirname, '..', '..', '.cache', 'promtool');

/** The path of promtool: from PATH, else from the cache, else from the distribution's package, else built by Go. */
function locate({ cache = CACHE, sources = [fromDistribution, fromGo], env = process.env } = {}) {
  const installed = onPath(env.PATH ?? '');
  if (installed) return installed;
  const cached = join(cache, `${process.platform}-${process.arch}`, 'promtool');
  if (existsSync(cached)) return cached;

  const failures = [];
  for (const source of sources) {
    mkdirSync(join(cached, '..'), { recursive: true });
    // Another process may do the same: each works in a folder of its own, and the rename puts a whole file in place.
    const work = mkdtempSync(join(cache, 'work-'));
    try {
      const made = source(work);
      if (!isAccepted(made)) throw new Error(`it is older than ${pins.minimum}`);
      renameSync(made, cached);
      return cached;
    } catch (error) {
      failures.push(`  ${source.label}: ${error.message.trim().split('\n').slice(0, 3).join(' ')}`);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  throw new Error(
    `promtool is not here and cannot be had:\n  PATH: none from version ${pins.minimum} on\n${failures.join('\n')}`,
  );
}

/** A promtool on PATH that is new enough and not this package itself. */
function onPath(path) {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, 'promtool');
    if (!existsSync(file) || folder.endsWith(join('node_modules', '.bin'))) continue;
    if (realpathSync(file).startsWith(realpathSync(__dirname) + sep)) continue;
    if (isAccepted(file)) return file;
  }
  return undefined;
}

function isAccepted(file) {
  try {
    const said = /^promtool, version (\S*)/m.exec(run(file, ['--version']))?.[1];
    if (said === undefined) return false;
    // One that Go built knows no version; the tests will tell whether it serves.
    if (!/^\d/.test(said)) return true;
    const [found, least] = [said, pins.minimum].map((version) => version.split(/[^0-9]/).map(Number));
    return found[0] !== least[0] ? found[0] > least[0] : found[1] >= least[1];
  } catch {
    return false;
  }
}

/** apt checks what it downloads against signed lists. */
function fromDistribution(work) {
  run('apt-get', ['-qq', '-o', 'APT::Sandbox::User=root', 'download', pins.package], { cwd: work });
  const archive = readdirSync(work).find((file) => file.endsWith('.deb'));
  if (archive === undefined) throw new Error(`apt-get left no package ${pins.package}`);
  run('dpkg-deb', ['--extract', archive, 'contents'], { cwd: work });
  return join(work, 'contents', 'usr', 'bin', 'promtool');
}
fromDistribution.label = 'package of the distribution';

/** `go install` refuses the module, because it replaces others; in its own folder Go follows it to the letter. */
function fromGo(work) {
  const download = JSON.parse(
    run('go', ['mod', 'download', '-json', `${pins.module}@v${pins.version}`], { cwd: work }),
  );
  const binary = join(work, 'promtool');
  const env = { ...process.env, GOWORK: 'off', GOFLAGS: '-mod=readonly' };
  run('go', ['build', '-trimpath', '-o', binary, './cmd/promtool'], { cwd: download.Dir, env });
  return binary;
}
fromGo.label = 'go build';

function run(command, args, options = {}) {
  return execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 16e6,
    ...options,
  });
}

module.exports = { locate, onPath, fromDistribution, fromGo };
