import { join, resolve } from 'node:path';
import type { Declaration } from './bindings.ts';
import { readGenerated } from './bindings.ts';
import { importCrds, importKubernetes } from './cdk8s.ts';
import { CoreTypes } from './collapse.ts';
import type { CustomKind } from './crd.ts';
import { parseCrds, preferredVersion } from './crd.ts';
import { fetchModule, readFiles } from './fetch.ts';
import { nameKinds } from './kinds.ts';
import { coreKinds, prepareDefinitions, shortNames } from './kubernetes.ts';
import { json, MARK, Output } from './output.ts';
import type { PreparedCrd } from './prepare.ts';
import { Placeholders, prepareCrd } from './prepare.ts';
import { print } from './print.ts';
import type { Definitions, Schema } from './schema.ts';
import { share } from './share.ts';
import type { KubernetesSource, OperatorSource } from './sources.ts';
import { minor, readSources } from './sources.ts';
import { coreDefinitions, coreFileName, coreResource, customFileName, customResource } from './validation.ts';
import { differences } from './verify.ts';

const LIMIT = 3_000_000;
const METADATA = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

async function main(root: string): Promise<void> {
  const sources = readSources(join(root, 'schemas', 'sources.yaml'));
  const output = new Output();

  const coreTypes = new CoreTypes(await importCore(sources.kubernetes, output));
  for (const operator of sources.operators) await importOperator(operator, coreTypes, output);

  const size = output.size('imports/');
  if (size > LIMIT) throw new Error(`imports/ would have ${size} bytes, the limit is ${LIMIT}`);
  const changed = output.write(root, ['imports', 'schemas/kubernetes', 'schemas/crds']);
  for (const path of changed) console.log(path);
  console.log(
    `${changed.length} files changed; imports ${megabytes(size)}, schemas ${megabytes(output.size('schemas/'))}`,
  );
}

/** imports/k8s.ts and schemas/kubernetes. Returns the types of the former. */
async function importCore(source: KubernetesSource, output: Output): Promise<Definitions> {
  let bindings: Definitions | undefined;
  for (const { version, sum } of source.versions) {
    const folder = await fetchModule({ module: source.module, version, sum });
    const [text = ''] = readFiles(folder, source.path);
    const { definitions } = JSON.parse(text) as { definitions: Definitions };
    const kinds = coreKinds(definitions, source.groups);
    const origin = `${source.module} ${version}, ${source.path}`;

    if (!bindings) {
      bindings = shortNames(definitions, kinds);
      output.add('imports/k8s.ts', await bindCore(bindings, origin));
      const metadata = coreDefinitions(definitions, [{ group: '', version: '', kind: '', definition: METADATA }]);
      output.add('schemas/crds/_definitions.json', generated(origin, { definitions: metadata }));
    }
    const target = `schemas/kubernetes/${minor(version)}`;
    output.add(`${target}/_definitions.json`, generated(origin, { definitions: coreDefinitions(definitions, kinds) }));
    for (const kind of kinds) {
      output.add(`${target}/${coreFileName(kind)}`, generated(origin, coreResource(kind, '_definitions.json')));
    }
  }
  return bindings ?? {};
}

async function bindCore(types: Definitions, origin: string): Promise<string> {
  const placeholders = new Placeholders();
  const prepared = prepareDefinitions(types, placeholders);
  const generated = readGenerated(await importKubernetes(prepared), placeholders);
  const declarations = nameKinds(generated, Object.keys(types));
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  fail(
    'k8s',
    [...byName.keys()].flatMap((name) => differences(prepared[`k8s.v1.${name}`] ?? {}, name, byName)),
  );
  return print(declarations, { header: header(origin), core: true });
}

/** imports/<operator>.ts and its part of schemas/crds. */
async function importOperator(source: OperatorSource, coreTypes: CoreTypes, output: Output): Promise<void> {
  const folder = await fetchModule(source);
  const origin = `${source.module} ${source.version}, ${source.crds.join(', ')}`;
  const kinds = wanted(
    source,
    source.crds
      .flatMap((path) => readFiles(folder, path))
      .flatMap(parseCrds)
      .map(preferredVersion),
  );

  const placeholders = new Placeholders();
  const crds = kinds.map((kind) => prepareCrd(kind, { placeholders, coreTypes }));
  const declarations = readGenerated(await importCrds(crds), placeholders);
  verify(source.name, crds, declarations);
  output.add(`imports/${source.name}.ts`, print(share(nameKinds(declarations)), { header: header(origin) }));

  for (const kind of kinds) {
    const schema = customResource(kind.schema, kind, `../_definitions.json#/definitions/${METADATA}`);
    output.add(`schemas/crds/${kind.group}/${customFileName(kind)}`, generated(origin, schema));
  }
}

function wanted({ name, kinds }: OperatorSource, found: readonly CustomKind[]): readonly CustomKind[] {
  if (!kinds) return found;
  const missing = kinds.filter((kind) => !found.some((crd) => crd.kind === kind));
  if (missing.length > 0) throw new Error(`${name}: no CustomResourceDefinition of ${missing.join(', ')}`);
  return found.filter(({ kind }) => kinds.includes(kind));
}

function verify(name: string, crds: readonly PreparedCrd[], declarations: readonly Declaration[]): void {
  const byName = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const wrong = crds.flatMap(({ spec }) => {
    const schema = spec.versions[0].schema.openAPIV3Schema;
    const type = declarations.find(
      ({ manifest }) => manifest?.kind === spec.names.kind && manifest.apiVersion.startsWith(`${spec.group}/`),
    );
    const { metadata, ...fields } = schema.properties ?? {};
    return type
      ? differences({ properties: { ...fields, metadata: {} } }, type.name, byName)
      : [`${spec.names.kind} is missing`];
  });
  fail(name, wrong);
}

function fail(name: string, wrong: readonly string[]): void {
  if (wrong.length > 0) throw new Error(`${name}: the binding differs from the definition\n  ${wrong.join('\n  ')}`);
}

function generated(origin: string, schema: Schema | { definitions: Definitions }): string {
  return `${json({ $comment: `${MARK} ${origin}. Do not edit.`, ...schema })}\n`;
}

function header(origin: string): string[] {
  return [`${MARK} ${origin}. Do not edit.`, 'Types only: use `import type`.'];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

main(resolve(__dirname, '..', '..')).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
