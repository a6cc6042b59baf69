import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { type EnvironmentOutput, environmentOutput } from '../../lib/cli/environment-output.ts';
import { loadEnvironments } from '../../lib/config/load.ts';
import type { Locate } from '../../lib/config/locate.ts';
import type { Problem } from '../../lib/config/problem.ts';
import { argoCdManifests } from '../../lib/gitops/argo-cd.ts';
import { type Environment, SCHEMAS } from '../../lib/platform/environment-schema.ts';
import type { Manifest, ManifestSet } from '../../lib/platform/manifest-set.ts';
import { environmentTree, flatTree } from '../../lib/platform/writer/file-names.ts';
import { SharedClusters } from '../../lib/rules/environments.ts';
import type { Violation } from '../../lib/rules/rule.ts';

/** What becomes of one environment. */
export interface Result {
  readonly environment: Environment;
  readonly manifests: ManifestSet;
  readonly violations: readonly Violation[];
  readonly argocd: readonly Manifest[];
  readonly catalogue: string;
  /** Namespace that a component lives in. */
  home(component: string): string | undefined;
  /** Every file that is written, by its path from the root of the repository. Writing YAML takes longer than all the rest. */
  files(): ReadonlyMap<string, string>;
}

/** What becomes of all environments: everything that is wrong with the configuration, or everything that is made of it. */
export interface Outcome {
  readonly problems: readonly Problem[];
  readonly locate: Locate;
  readonly results: readonly Result[];
}

type Environments = readonly Environment[];

/**
 * Everything that `npm run synth` does, except that nothing is written.
 *
 * @param rearrange puts what was loaded into another order.
 */
export function outcomeOf(root: string, rearrange = (loaded: Environments): Environments => loaded): Outcome {
  const { environments: loaded, problems, locate } = loadEnvironments(root, SCHEMAS);
  const environments = rearrange(loaded);
  if (problems.length > 0) return { problems, locate, results: [] };
  const outputs = environments.map((environment) => ({
    environment,
    output: environmentOutput(
      environment,
      environments.filter(
        ({ config: { operators } }) => operators !== 'install' && operators.providedBy === environment.name,
      ),
    ),
  }));
  const wrong = outputs.flatMap(({ output }) => (output.complete ? [] : output.problems));
  if (wrong.length > 0) return { problems: wrong, locate, results: [] };
  const clusters = new SharedClusters(environments.map(({ config }) => config.cluster.name));
  const results = outputs.flatMap(({ environment, output }) =>
    output.complete ? [resultOf(environment, output, clusters)] : [],
  );
  return { problems: [], locate, results };
}

function resultOf(
  environment: Environment,
  { delivery, violations, home, catalogue }: Extract<EnvironmentOutput, { readonly complete: true }>,
  clusters: SharedClusters,
): Result {
  const { name, config } = environment;
  const argocd = argoCdManifests(delivery);
  const below = (folder: string, tree: ReadonlyMap<string, string>): [string, string][] =>
    [...tree].map(([path, text]) => [`${folder}/${path}`, text]);
  return {
    environment,
    manifests: delivery.manifests,
    violations: [...violations, ...clusters.add(name, config.cluster.name, delivery.manifests)],
    argocd,
    catalogue,
    home,
    files: () =>
      new Map([
        ...below(`dist/${name}`, environmentTree(delivery.manifests, home)),
        ...below(`argocd/${config.cluster.name}/${name}`, flatTree(argocd)),
        [`docs/catalogue/${name}.md`, catalogue],
      ]),
  };
}

/** A repository that holds nothing but these files; data is written as YAML. Gone when the tests of the file are over. */
export class Repository {
  readonly root = mkdtempSync(join(tmpdir(), 'keelson-'));

  constructor(files: Readonly<Record<string, unknown>> = {}) {
    this.replace(files);
    afterAll(() => rmSync(this.root, { recursive: true, force: true }));
  }

  /** These files in place of all there were. */
  replace(files: Readonly<Record<string, unknown>>): this {
    rmSync(join(this.root, 'environments'), { recursive: true, force: true });
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(join(this.root, dirname(file)), { recursive: true });
      writeFileSync(join(this.root, file), typeof content === 'string' ? content : stringify(content));
    }
    return this;
  }

  outcome(rearrange?: (loaded: Environments) => Environments): Outcome {
    return outcomeOf(this.root, rearrange);
  }
}

/** Problems and violations as lines, for a test that expects none. */
export function complaints({ problems, results }: Outcome): string[] {
  return [
    ...problems.map(({ file, path, message }) => `${file} ${path.join('.')}: ${message}`),
    ...results.flatMap(({ environment, violations }) =>
      violations.map(
        ({ rule, entry, message }) =>
          `${environment.name}: ${rule}: ${entry?.manifest.kind}/${entry?.manifest.metadata.name}: ${message}`,
      ),
    ),
  ];
}
