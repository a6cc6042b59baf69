/**
 * Renders the chart of every operator with our values by the real Helm, and compares what comes out with what
 * `lib/operators/` says of it. `npm run verify:charts`
 *
 *     npm run verify:charts -- [--charts folder] [operator ...]
 *
 * For each operator, and for several environments (a laptop, AWS, Azure, a registry mirror) it shows that
 *
 *  - the chart knows every value that is set;
 *  - the pods, their labels, ServiceAccounts, webhook ports and namespace are those that policies are made for;
 *  - the kinds that are said to be served are installed, in the scope that is said;
 *  - every container has resources, satisfies Pod Security, and runs an image of versions.ts;
 *  - with a mirror no other registry is left anywhere.
 *
 * A chart comes from `--charts <folder>/<operator>`, else from its repository, else from the Go module of
 * schemas/sources.yaml, which may be of another version: the first column says so. One that cannot be had is named
 * and not counted as seen.
 */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { gatewayKind } from '../../lib/components/gateway.ts';
import { type EnvironmentContext, environmentContext } from '../../lib/config/context.ts';
import { environmentSchemaOf } from '../../lib/config/environment.ts';
import { node } from '../../lib/graph/testing.ts';
import { OPERATORS } from '../../lib/operators/index.ts';
import type { ChartOperator } from '../../lib/operators/operator.ts';
import { IMAGES, type ImageName } from '../../lib/platform/versions.ts';
import { type Chart, chartOf } from './charts.ts';
import { chartProblems } from './checks.ts';
import { helmProgram, render } from './helm.ts';
import { commentedKeys, unknownValues } from './values.ts';

const MIRROR = 'mirror.example.com:5000/ml';

const environment = (name: string, provider: string, nodes: number, mirror?: string): EnvironmentContext =>
  environmentContext({
    name,
    sealedSecrets: {},
    config: environmentSchemaOf([], []).parse({
      cluster: {
        name,
        provider,
        kubernetesVersion: '1.34',
        domain: 'ml.example.com',
        ...(provider === 'eks' && { storageClasses: { block: 'gp3' } }),
        ...(mirror !== undefined && { registryMirror: mirror }),
        nodePools: [{ name: 'general', instanceType: 'any', cpu: 8, memory: '32Gi', min: 1, max: nodes }],
      },
      argocd: { repository: { url: 'https://git.example.com/ml/platform.git' } },
    }),
  });

const ENVIRONMENTS = [
  environment('laptop', 'kind', 1),
  environment('aws', 'eks', 6),
  environment('azure', 'aks', 6),
  environment('mirror', 'eks', 6, MIRROR),
];

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { charts: { type: 'string' } } });
  const unknown = positionals.filter((name) => OPERATORS[name] === undefined);
  if (unknown.length > 0)
    throw new Error(`no operator ${unknown.join(', ')}; there are ${Object.keys(OPERATORS).join(', ')}`);
  const helm = helmProgram();
  let good = true;
  for (const operator of Object.values(OPERATORS)) {
    if (positionals.length > 0 && !positionals.includes(operator.name)) continue;
    if (!('chart' in operator)) {
      console.log(`not seen  ${operator.name}: it is a kustomization, which Helm does not render`);
      continue;
    }
    const chart = await chartOf(operator, helm, values.charts);
    if (!chart) {
      console.log(`not seen  ${operator.name}: neither its repository nor a package has the chart here`);
      continue;
    }
    const problems = await problemsOf(operator, chart, helm);
    for (const problem of problems) console.log(`wrong     ${operator.name}: ${problem}`);
    if (problems.length === 0) console.log(`good      ${operator.name} (${chart.provenance})`);
    good &&= problems.length === 0;
  }
  return good;
}

async function problemsOf(operator: ChartOperator, chart: Chart, helm: string): Promise<string[]> {
  const problems: string[] = [];
  const written = readFileSync(join(chart.folder, 'values.yaml'), 'utf8');
  const defaults: unknown = parse(written);
  const schemaFile = join(chart.folder, 'values.schema.json');
  const schema: unknown = existsSync(schemaFile) ? JSON.parse(readFileSync(schemaFile, 'utf8')) : undefined;
  for (const context of ENVIRONMENTS) {
    const components = [
      ...gatewayKind.components(gatewayKind.settings.parse({ tls: { issuer: 'self-signed' } }), context, {
        file: 'environment.yaml',
        path: [],
      }),
      // Two that use the operator, for those that look at nothing else.
      node('one', { namespace: 'one', operators: [operator.name] }),
      node('two', { namespace: 'two', operators: [operator.name] }),
    ];
    const values = operator.values(context, components);
    const report = (problem: string) => problems.push(`[${context.name}] ${problem}`);
    for (const path of unknownValues(values, defaults, schema, commentedKeys(written)))
      report(`the chart knows no value ${path}`);
    const file = join(mkdtempSync(join(tmpdir(), 'values-')), 'values.json');
    writeFileSync(file, JSON.stringify(values));
    const { name, namespace } = operator;
    const kubernetes = `${context.cluster.kubernetesVersion}.0`;
    const rendered = await render(helm, chart.folder, { name, namespace, values: file, kubernetes });
    const images = new Set(imageNames().map((image) => context.image(image)));
    const foreign = context.cluster.registryMirror === undefined ? [] : registries();
    for (const problem of chartProblems(operator, rendered, images, foreign)) report(problem);
  }
  return problems;
}

const isImageName = (name: string): name is ImageName => Object.hasOwn(IMAGES, name);
const imageNames = (): ImageName[] => Object.keys(IMAGES).filter(isImageName);
const registries = (): string[] => [...new Set(Object.values(IMAGES).map(({ registry }) => registry))];

main().then(
  (good) => {
    process.exitCode = good ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
