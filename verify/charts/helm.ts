import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { isFields } from '../../lib/kubernetes/read.ts';
import type { Manifest } from '../../lib/platform/manifest-set.ts';

/** The line that Argo CD 3.5 renders with. */
const HELM = 'v4.2.4';

/** Helm, built from its Go module into `.cache/`, where it stays. */
export function helmProgram(): string {
  const folder = resolve('.cache', `helm-${HELM}`);
  const program = join(folder, 'helm');
  if (existsSync(program)) return program;
  console.log(`building helm ${HELM}, which takes minutes on a small machine`);
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync('nice', ['go', 'install', `helm.sh/helm/v4/cmd/helm@${HELM}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
  });
  if (status !== 0) throw new Error(`go install of helm ${HELM} ended with ${status}`);
  return program;
}

/** What Argo CD would apply: the chart's templates and CRDs, hooks too. */
export async function render(
  helm: string,
  chart: string,
  release: { readonly name: string; readonly namespace: string; readonly values: string; readonly kubernetes: string },
): Promise<readonly Manifest[]> {
  const { stdout } = await promisify(execFile)(
    helm,
    [
      'template',
      release.name,
      chart,
      '--namespace',
      release.namespace,
      '--values',
      release.values,
      '--kube-version',
      release.kubernetes,
      '--include-crds',
    ],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  return parseAllDocuments(stdout, { uniqueKeys: false })
    .map((document) => document.toJS({ maxAliasCount: -1 }))
    .filter((document): document is Manifest => isFields(document) && isFields(document.metadata));
}
