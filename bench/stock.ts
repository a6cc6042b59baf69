import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Sample } from './measure.ts';

/** What `cdk8s init typescript-app` sets up: cdk8s-cli, which starts ts-node, which type-checks with TypeScript. */
const STOCK = { 'ts-node': '10.9.2', typescript: '5.9.3' } as const;

const home = (repository: string): string => join(repository, '.cache', 'bench', 'stock');

/** Installs ts-node and the last TypeScript that it can drive, away from the project's own. */
export function prepareStock(repository: string): void {
  const directory = home(repository);
  if (existsSync(join(directory, 'node_modules', '.bin', 'ts-node'))) return;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'stock', private: true, dependencies: STOCK }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: directory, stdio: 'ignore' });
}

/** @param options of ts-node, beside those that it needs to find the project. */
export function runStock(repository: string, root: string, ...options: readonly string[]): Sample {
  const bin = join(home(repository), 'node_modules', '.bin', 'ts-node');
  const project = join(home(repository), 'tsconfig.json');
  // The project's own settings, with output for Node to run.
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(repository, 'tsconfig.json'),
      compilerOptions: {
        module: 'nodenext',
        noEmit: false,
        rewriteRelativeImportExtensions: false,
        types: ['node'],
        typeRoots: [join(repository, 'node_modules', '@types')],
      },
      // That imports end in .ts is for bundlers only, it says; what it emits runs all the same.
      'ts-node': { files: false, ignoreDiagnostics: [5096, 5097] },
    }),
  );
  const compiler = join(home(repository), 'node_modules', 'typescript');
  const app = [bin, '--compiler', compiler, '--project', project, ...options, join(repository, 'main.ts')].join(' ');
  const cdk8s = join(repository, 'node_modules', '.bin', 'cdk8s');
  return run(cdk8s, ['synth', '--app', app, '--output', 'dist', '--check-upgrade', 'false'], root);
}
