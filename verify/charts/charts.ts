import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import type { ChartOperator } from '../../lib/operators/operator.ts';
import { CHARTS, IMAGES } from '../../lib/platform/versions.ts';
import { fetchModule } from '../../tools/import/fetch.ts';
import { readSources } from '../../tools/import/sources.ts';

const run = promisify(execFile);

/** A chart on disk and what it is. */
export interface Chart {
  readonly folder: string;
  /** `the pinned chart`, or how it differs from it. */
  readonly provenance: string;
}

/** Charts that stand in a Go module of schemas/sources.yaml, unpackaged: what their release adds is added here. */
const IN_MODULES: Readonly<Record<string, { path: string; version: string; crds?: string; values?: () => string }>> = {
  'cert-manager': { path: 'deploy/charts/cert-manager', version: CHARTS['cert-manager'].version },
  'envoy-gateway': {
    path: 'charts/gateway-helm',
    version: CHARTS['envoy-gateway'].version,
    values: () => `docker.io/envoyproxy/gateway:${IMAGES['envoy-gateway'].tag}`,
  },
  'external-secrets': { path: 'deploy/charts/external-secrets', version: '', crds: 'config/crds/bases' },
  'sealed-secrets': { path: 'helm/sealed-secrets', version: '' },
};

/**
 * The chart of an operator: from `--charts <folder>/<operator>` when it is there, else the pinned one from its
 * repository, else the one in the Go module that schemas/sources.yaml takes the CRDs from.
 */
export async function chartOf(
  operator: ChartOperator,
  helm: string,
  given: string | undefined,
): Promise<Chart | undefined> {
  if (given !== undefined && existsSync(join(given, operator.name, 'Chart.yaml')))
    return complete(join(given, operator.name), `${given}/${operator.name}`);
  return (await fromRepository(operator, helm)) ?? (await fromModule(operator));
}

async function fromRepository({ chart }: ChartOperator, helm: string): Promise<Chart | undefined> {
  const { repository, chart: name, version } = CHARTS[chart];
  const folder = mkdtempSync(join(tmpdir(), 'chart-'));
  const source = repository.includes('://') ? [name, '--repo', repository] : [`oci://${repository}/${name}`];
  try {
    await run(helm, ['pull', ...source, '--version', version, '--untar', '--untardir', folder], { timeout: 60_000 });
    return { folder: join(folder, name), provenance: 'the pinned chart' };
  } catch {
    // Without a network, or without this registry: the module is asked next, and the report says which it was.
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

async function fromModule({ name }: ChartOperator): Promise<Chart | undefined> {
  const place = IN_MODULES[name];
  const source = readSources('schemas/sources.yaml').operators.find((operator) => operator.name === name);
  if (!place || !source) return undefined;
  const module = await fetchModule(source);
  const folder = join(mkdtempSync(join(tmpdir(), 'chart-')), name);
  cpSync(join(module, place.path), folder, { recursive: true });
  await run('chmod', ['-R', 'u+w', folder]);
  const template = join(folder, 'values.tmpl.yaml');
  if (place.values && existsSync(template)) {
    const text = readFileSync(template, 'utf8')
      .replaceAll('${GatewayImagePullPolicy}', 'IfNotPresent')
      .replaceAll('${GatewayImage}', place.values());
    writeFileSync(join(folder, 'values.yaml'), text);
  }
  if (place.crds !== undefined) {
    mkdirSync(join(folder, 'crds'), { recursive: true });
    for (const file of readdirSync(join(module, place.crds)).filter((file) => file !== 'kustomization.yaml'))
      cpSync(join(module, place.crds, file), join(folder, 'crds', file));
  }
  return complete(folder, `${source.module}@${source.version}`, place.version);
}

/** Fills in what only a release has: the version, and dependencies that are switched off. */
function complete(folder: string, provenance: string, version = ''): Chart {
  const file = join(folder, 'Chart.yaml');
  const chart = parse(readFileSync(file, 'utf8'));
  const missing = (chart.dependencies ?? []).filter(
    ({ name }: { name: string }) => !existsSync(join(folder, 'charts', name)),
  );
  if (missing.length === 0 && version === '') return { folder, provenance };
  const copy = join(mkdtempSync(join(tmpdir(), 'chart-')), 'chart');
  cpSync(folder, copy, { recursive: true });
  chart.dependencies = (chart.dependencies ?? []).filter((dependency: unknown) => !missing.includes(dependency));
  if (version !== '') {
    chart.version = version;
    chart.appVersion = version;
  }
  rmSync(join(copy, 'Chart.lock'), { force: true });
  writeFileSync(join(copy, 'Chart.yaml'), stringify(chart));
  return { folder: copy, provenance };
}
