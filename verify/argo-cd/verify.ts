/*
 * Reads argocd/ and dist/ with the code of Argo CD itself (main.go says what is asked).
 *
 *   node --require tsx/cjs verify/argo-cd/verify.ts      needs Go; builds Argo CD's packages once, which takes minutes
 *
 * The version is the newest whose Go module can be built on its own: later ones refer to a module inside their own
 * repository. The code in question is the same; where 3.5 differs (`retry.refresh`) it ignores what it does not know.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SETTINGS } from '../../lib/gitops/health-checks.ts';
import { HEALTH_CASES } from './health-cases.ts';

const VERSION = 'v3.1.9';
const root = resolve(__dirname, '../..');
const source = join(root, '.cache/argo-cd', VERSION);
const program = join(source, 'keelson-verify');

function download(): void {
  if (existsSync(join(source, 'go.mod'))) return;
  const module = `github.com/argoproj/argo-cd/v3@${VERSION}`;
  // Outside of this repository, which is no Go module.
  const answer = execFileSync('go', ['mod', 'download', '-json', module], { cwd: '/', encoding: 'utf8' });
  const { Dir }: { Dir: string } = JSON.parse(answer);
  cpSync(Dir, source, { recursive: true });
  // The module cache is read-only, and so are copies of it.
  execFileSync('chmod', ['-R', 'u+w', source]);
}

download();
mkdirSync(join(source, 'keelson'), { recursive: true });
cpSync(join(__dirname, 'main.go'), join(source, 'keelson/main.go'));
execFileSync('go', ['build', '-o', program, './keelson'], { cwd: source, stdio: 'inherit' });

const cases = join(source, 'keelson/health-cases.json');
writeFileSync(cases, JSON.stringify(HEALTH_CASES));
for (const cluster of readdirSync(join(root, 'argocd'))) {
  const settings = join('argocd', cluster, `${SETTINGS}.yaml`);
  execFileSync(program, ['--health', settings, cases], { cwd: root, stdio: 'inherit' });
  for (const environment of readdirSync(join(root, 'argocd', cluster))) {
    if (!statSync(join(root, 'argocd', cluster, environment)).isDirectory()) continue;
    execFileSync(program, [cluster, environment], { cwd: root, stdio: 'inherit' });
  }
}
