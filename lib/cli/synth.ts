import { basename, join, relative } from 'node:path';
import { loadEnvironments } from '../config/load.ts';
import type { Problem } from '../config/problem.ts';
import { renderProblems } from '../config/render.ts';
import { argoCdManifests } from '../gitops/argo-cd.ts';
import { bootstrap } from '../gitops/bootstrap.ts';
import { argoCdSettings, SETTINGS } from '../gitops/health-checks.ts';
import { type Environment, SCHEMAS } from '../platform/environment-schema.ts';
import { plan } from '../platform/plan.ts';
import { environmentTree, FileNameError, flatTree } from '../platform/writer/file-names.ts';
import { NotOursError } from '../platform/writer/read.ts';
import { Comparison, type Stage } from '../platform/writer/stage.ts';
import { type Changes, size } from '../platform/writer/tree.ts';
import { Writer } from '../platform/writer/writer.ts';
import { toYaml } from '../platform/writer/yaml.ts';
import { SharedClusters } from '../rules/environments.ts';
import { renderViolations } from '../rules/render.ts';
import type { SynthArguments } from './arguments.ts';
import { type EnvironmentOutput, environmentOutput } from './environment-output.ts';
import { jsonSchemas } from './json-schemas.ts';
import type { Places } from './places.ts';
import { stageStale } from './stale.ts';
import { renderTable } from './table.ts';

/** The terminal and the clock, which tests replace. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Seconds since the process began. */
  seconds(): number;
}

/** Files that `--check` names before it only counts. */
const NAMED = 20;

interface Row {
  readonly name: string;
  readonly components: number;
  readonly objects: number;
  readonly changes: Changes;
}

/**
 * Synthesizes environments, one after the other, and puts all of them in place at once, or, when anything is wrong with
 * any of them, none. Only one environment is in memory at a time; those before it wait on disk.
 */
export function synth(
  { environments: only, check }: SynthArguments,
  places: Places,
  io: Io,
  outputOf: typeof environmentOutput = environmentOutput,
): number {
  const configuration = loadEnvironments(places.root, SCHEMAS, only.length === 0 ? {} : { only });
  // An environment that is not asked for may leave its operators to one that is. What is wrong with it stops both: seen
  // without it, the operators that it relies on would be removed.
  const everything = only.length === 0 ? configuration : loadEnvironments(places.root, SCHEMAS);
  const all = everything.environments;
  const unread = configuration.problems.length > 0 ? configuration.problems : everything.problems;
  if (unread.length > 0) {
    // Those that could be read are looked at further, so that every mistake is heard of at once.
    const wiring = configuration.environments.flatMap((environment) => plan(environment).problems);
    io.err(renderProblems([...unread, ...wiring], everything.locate));
    return 1;
  }
  const onWait = (): void => io.err('another synth is writing; waiting for it to end\n');
  const stage: Stage = check ? new Comparison() : new Writer(places.root, { onWait });
  try {
    const problems: Problem[] = [];
    const violations: string[] = [];
    const rows: Row[] = [];
    const others = new Map<string, Changes>();
    const asked = new Set(configuration.environments.map(({ name }) => name));
    const touched = new Set(configuration.environments.map(({ config }) => config.cluster.name));
    // Those on the same clusters too: what two environments write is wrong whichever of them is asked for.
    const seen = all.filter(({ config }) => touched.has(config.cluster.name));
    const clusters = new SharedClusters(seen.map(({ config }) => config.cluster.name));
    for (const environment of seen) {
      const output = outputOf(environment, dependentsOf(environment.name, all));
      const own = asked.has(environment.name);
      if (!output.complete) {
        if (own) problems.push(...output.problems);
        continue;
      }
      const { manifests } = output.delivery;
      const meeting = clusters.add(environment.name, environment.config.cluster.name, manifests);
      const found = own ? [...output.violations, ...meeting] : meeting;
      if (found.length > 0) {
        violations.push(`${environment.name}\n\n${renderViolations(found)}\n`);
        continue;
      }
      // What is not going to be written need not be staged.
      if (!own || problems.length + violations.length > 0) continue;
      rows.push(stageEnvironment(stage, places, environment, output, others));
    }
    if (problems.length + violations.length > 0) {
      if (problems.length > 0) io.err(renderProblems(problems, configuration.locate));
      for (const text of violations) io.err(text);
      return 1;
    }
    stageShared(stage, places, configuration.environments, only.length === 0, others);
    stage.commit();
    return report(rows, others, check, places, io);
  } catch (error) {
    if (!(error instanceof NotOursError || error instanceof FileNameError)) throw error;
    io.err(`${error.message}\n`);
    return 1;
  } finally {
    stage.close();
  }
}

/** Environments that leave their operators to this one. */
const dependentsOf = (name: string, environments: readonly Environment[]): readonly Environment[] =>
  environments.filter(({ config }) => config.operators !== 'install' && config.operators.providedBy === name);

type Complete = Extract<EnvironmentOutput, { readonly complete: true }>;

function stageEnvironment(
  stage: Stage,
  places: Places,
  { name, config }: Environment,
  { delivery, home, components, catalogue }: Complete,
  others: Map<string, Changes>,
): Row {
  const changes = stage.stageTree(join(places.dist, name), environmentTree(delivery.manifests, home));
  const argocd = join(places.argocd, config.cluster.name, name);
  others.set(argocd, stage.stageTree(argocd, flatTree(argoCdManifests(delivery))));
  const page = join(places.catalogue, `${name}.md`);
  others.set(page, stage.stageFile(page, catalogue));
  return { name, components, objects: delivery.manifests.size, changes };
}

/** What belongs to no single environment, and, when all of them were synthesized, what belongs to none at all any more. */
function stageShared(
  stage: Stage,
  places: Places,
  environments: readonly Environment[],
  all: boolean,
  others: Map<string, Changes>,
): void {
  for (const { config } of environments) {
    const path = join(places.argocd, config.cluster.name, 'bootstrap.yaml');
    if (others.has(path)) continue;
    const documents = bootstrap({ name: config.cluster.name, argocd: config.argocd }).map(toYaml);
    others.set(path, stage.stageFile(path, documents.join('---\n')));
    const settings = join(places.argocd, config.cluster.name, `${SETTINGS}.yaml`);
    others.set(settings, stage.stageFile(settings, toYaml(argoCdSettings(config.argocd))));
  }
  for (const { path, content } of jsonSchemas()) {
    others.set(join(places.root, path), stage.stageFile(join(places.root, path), content));
  }
  if (!all) return;
  const present = environments.map(({ name, config }) => ({ environment: name, cluster: config.cluster.name }));
  for (const [path, changes] of stageStale(stage, places, present)) others.set(path, changes);
}

function report(
  rows: readonly Row[],
  others: ReadonlyMap<string, Changes>,
  check: boolean,
  places: Places,
  io: Io,
): number {
  const table = renderTable<Row>(
    [
      { title: 'environment', cell: ({ name }) => name },
      { title: 'components', cell: ({ components }) => components },
      { title: 'objects', cell: ({ objects }) => objects },
      { title: 'added', cell: ({ changes }) => changes.added.length },
      { title: 'changed', cell: ({ changes }) => changes.changed.length },
      { title: 'removed', cell: ({ changes }) => changes.removed.length },
    ],
    rows,
  );
  const trees = new Map([...rows.map(({ name, changes }) => [join(places.dist, name), changes] as const), ...others]);
  const elsewhere = (kind: keyof Changes): number => sum([...others.values()].map((changes) => changes[kind].length));
  const seconds = `in ${io.seconds().toFixed(2)} s`;
  io.out(`${table}\n`);
  if ([...others.values()].some((changes) => size(changes) > 0)) {
    io.out(
      `beside dist/: ${elsewhere('added')} added, ${elsewhere('changed')} changed, ${elsewhere('removed')} removed\n`,
    );
  }
  const total = sum([...trees.values()].map(size));
  if (total === 0) {
    io.out(`nothing ${check ? 'would change' : 'changed'}, ${seconds}\n`);
    return 0;
  }
  if (!check) {
    io.out(`${total} files written or removed ${seconds}\n`);
    return 0;
  }
  const files = [...trees].flatMap(([target, changes]) => filesOf(target, changes, places.root));
  const named = total > NAMED ? [...files.slice(0, NAMED), `and ${total - NAMED} more`] : files;
  io.err(
    `these files are not what environments/ says:\n  ${named.join('\n  ')}\nrun npm run synth, and commit what it writes\n`,
  );
  return 1;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Changed files as `added dist/prod/...`; the target is the directory of the changes, or the file itself. */
function filesOf(target: string, { added, changed, removed }: Changes, root: string): string[] {
  const named = (verb: string, paths: readonly string[]): string[] =>
    paths.map((path) => `${verb} ${relative(root, path === basename(target) ? target : join(target, path))}`);
  return [...named('added', added), ...named('changed', changed), ...named('removed', removed)];
}
