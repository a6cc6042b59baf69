import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES } from '../../lib/platform/versions.ts';
import { run } from '../mlflow/shell.ts';

/** As the image of the hub has them. Source: zero-to-jupyterhub-k8s 4.4.0, images/hub/requirements.txt. */
const HUB = [
  'jupyterhub==5.5.0',
  'jupyterhub-kubespawner==7.0.0',
  'kubernetes-asyncio==36.1.0',
  'oauthenticator==17.4.0',
  'psycopg2-binary==2.9.12',
  'sqlalchemy==2.0.50',
  'tornado==6.5.7',
];

/** As an image of docker-stacks has them: what a notebook is started with. */
const SERVER = ['jupyterhub==5.5.0', 'jupyterlab==4.6.2', 'ipykernel==7.2.0'];

/** Programs below `cache`, installed when they are not there yet. */
export function install(cache: string): { readonly hub: string; readonly server: string; readonly proxy: string } {
  if (IMAGES.jupyterhub.tag !== '4.4.0') throw new Error('the image of the hub is another one; look up what it holds');
  return {
    hub: join(
      once(join(cache, `jupyterhub-${IMAGES.jupyterhub.tag}`), (directory) => python(directory, HUB)),
      'bin',
    ),
    server: join(
      once(join(cache, 'jupyterhub-singleuser'), (directory) => python(directory, SERVER)),
      'bin',
    ),
    proxy: join(
      once(join(cache, `configurable-http-proxy-${IMAGES['configurable-http-proxy'].tag}`), (directory) => {
        mkdirSync(directory, { recursive: true });
        writeFileSync(join(directory, 'package.json'), '{}');
        const proxy = `configurable-http-proxy@${IMAGES['configurable-http-proxy'].tag}`;
        run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', directory, proxy]);
      }),
      'node_modules/.bin',
    ),
  };
}

function python(directory: string, requirements: readonly string[]): void {
  run('python3', ['-m', 'venv', directory]);
  run(join(directory, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...requirements]);
}

function once(directory: string, make: (directory: string) => void): string {
  const complete = join(directory, 'keelson-complete');
  if (existsSync(complete)) return directory;
  console.log(`installing ${directory} …`);
  rmSync(directory, { recursive: true, force: true });
  make(directory);
  mkdirSync(`${complete}.new`);
  renameSync(`${complete}.new`, complete);
  return directory;
}
