import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * `npm test`: everything that can be known without a cluster, side by side. Arguments go to jest.
 * npm puts the programs of the packages on the path.
 */

interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

interface Done extends Check {
  readonly code: number;
  readonly output: string;
  readonly seconds: string;
}

const root = resolve(__dirname, '../..');
const folder = join(root, '.cache/test');
const report = join(folder, 'jest.json');
const node = (...args: string[]): [string, ...string[]] => [process.execPath, '--require', 'tsx/cjs', ...args];
const CHECKS: readonly Check[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'dist is up to date', command: node('main.ts', '--check') },
  { name: 'dist is valid', command: node('tools/validate/main.ts') },
  {
    name: 'unit tests',
    command: ['jest', '--maxWorkers=100%', '--json', `--outputFile=${report}`, ...process.argv.slice(2)],
  },
];

function run(check: Check): Promise<Done> {
  const started = performance.now();
  const [program, ...args] = check.command;
  // Programs that would colour a terminal are told that their output goes to one in the end.
  const env = { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ ...check, code: code ?? 1, output, seconds: ((performance.now() - started) / 1000).toFixed(1) });
    });
  });
}

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that could not be run at all. */
  readonly numRuntimeErrorTestSuites: number;
}

function jestReport(): JestReport {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    // Jest did not come far enough to write one; the check itself has failed and is counted.
    return { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };
  }
}

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const done = await Promise.all(
    CHECKS.map(async (check) => {
      const result = await run(check);
      const said = result.code === 0 && check.name !== 'unit tests' ? '' : `${result.output.trimEnd()}\n`;
      process.stdout.write(`${result.code === 0 ? 'passed' : 'FAILED'}  ${check.name} (${result.seconds} s)\n${said}`);
      return result;
    }),
  );
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = jestReport();
  const failedTests = numFailedTests + numRuntimeErrorTestSuites;
  const failedChecks = done.filter(({ code, name }) => code !== 0 && (name !== 'unit tests' || failedTests === 0));
  const summary = `${numPassedTests} passed, ${failedTests + failedChecks.length} failed`;
  writeFileSync(join(folder, 'summary'), `${summary}\n`);
  process.stdout.write(`${summary}\n`);
  process.exitCode = done.every(({ code }) => code === 0) ? 0 : 1;
}

void main();
