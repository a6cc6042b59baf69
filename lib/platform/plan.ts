import { compareText } from '../collections.ts';
import type { AnyComponent, CredentialPlacement, KindProblem, SecretSource } from '../components/component.ts';
import { KINDS, TEAM_KINDS } from '../components/index.ts';
import { teamContext, teamKind } from '../components/team.ts';
import type { EnvironmentContext } from '../config/context.ts';
import { environmentContext } from '../config/context.ts';
import type { Problem } from '../config/problem.ts';
import { problemAt } from '../config/problem.ts';
import { placementsOf } from '../derive/credentials.ts';
import { routeProblems } from '../derive/routes.ts';
import { EXTERNAL_KINDS } from '../externals/index.ts';
import type { External, Origin } from '../graph/component.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import type { Operator } from '../operators/operator.ts';
import { requiredOperators } from '../operators/required.ts';
import type { Environment } from './environment-schema.ts';
import { quotaProblems } from './quotas.ts';
import { roomProblems } from './room.ts';
import { WAYS_OUT } from './ways-out.ts';

/** Everything that is known of an environment before anything is built. */
export interface Plan {
  readonly loaded: Environment;
  readonly context: EnvironmentContext;
  readonly graph: ServiceGraph<AnyComponent>;
  readonly placements: readonly CredentialPlacement[];
  readonly secretSource: SecretSource | undefined;
  /** Components that use the operators this environment has: its own, and those of environments that leave theirs to it. */
  readonly operated: readonly AnyComponent[];
  /** The operators that these components name, and those that these require. */
  readonly operators: ReadonlyMap<string, Operator>;
  /** Those of them that this environment installs; none where another one on the same cluster does. */
  readonly installed: readonly Operator[];
  readonly problems: readonly Problem[];
}

/** The operator that is none: the kinds of the Prometheus operator, which most clusters have already. */
const MONITORING_KINDS = 'prometheus-operator-crds';

/** Components and externals of an environment, wired. Creates no object and never throws for what a user wrote. */
export function plan(loaded: Environment, dependents: readonly Environment[] = []): Plan {
  const context = environmentContext(loaded);
  const components = componentsOf(loaded, context);
  const operated = [
    ...components,
    ...dependents.flatMap((dependent) => componentsOf(dependent, environmentContext(dependent))),
  ];
  const graph = new ServiceGraph(components, externalsOf(loaded, context), WAYS_OUT);
  const placements = graph.problems.length === 0 ? placementsOf(graph) : [];
  const source = components.find((component) => component.secretSource !== undefined);
  const problems = [
    ...settingsProblems(loaded, context),
    ...[
      ...graph.problems,
      ...routeProblems(graph.components),
      ...quotaProblems(graph.components),
      ...roomProblems(graph.components, context.cluster.nodePools),
    ].map(({ origin, message }) => problemAt(origin, message)),
  ];
  const [first] = placements;
  if (first && !source) {
    const message = `nothing says where credentials come from, and "${first.name}" (${first.spec.why}) is asked for; enable components.secrets`;
    problems.push(problemAt({ file: loaded.file, path: ['components'] }, message));
  }
  for (const message of source?.secretSource?.problems?.(placements) ?? []) {
    problems.push(problemAt(source?.origin ?? { file: loaded.file, path: [] }, message));
  }
  const monitoring = [loaded, ...dependents].flatMap(({ config }) => config.monitoring ?? []);
  const monitored = monitoring.length > 0 && operated.some((component) => component.metrics?.length);
  const named = operated.flatMap((component) => component.operators ?? []);
  const operators = requiredOperators(monitored ? [...named, MONITORING_KINDS] : named);
  problems.push(...versionProblems(loaded, operators));
  return {
    loaded,
    context,
    graph,
    placements,
    secretSource: source?.secretSource,
    operated,
    operators,
    installed:
      loaded.config.operators === 'install'
        ? [...operators.values()].filter(
            ({ name }) => name !== MONITORING_KINDS || monitoring.some(({ kinds }) => kinds === 'install'),
          )
        : [],
    problems,
  };
}

function componentsOf({ file, config, teams }: Environment, context: EnvironmentContext): AnyComponent[] {
  const fromKinds = KINDS.flatMap((kind) => {
    const settings = config.components[kind.name];
    return settings === undefined ? [] : kind.components(settings, context, { file, path: ['components', kind.name] });
  });
  const fromTeams = teams.flatMap(({ file: teamFile, config: team }) => [
    ...teamKind.components(team, context, { file: teamFile, path: [] }),
    ...TEAM_KINDS.flatMap((kind) => {
      const settings = team[kind.name];
      const origin = { file: teamFile, path: [kind.name] };
      return settings === undefined ? [] : kind.components(settings, teamContext(team, context), origin);
    }),
  ]);
  // By name: providers see their consumers in this order, and write it down.
  return [...fromKinds, ...fromTeams].sort((a, b) => compareText(a.name, b.name));
}

/** What kinds find wrong with their settings in this environment. */
function settingsProblems({ file, config, teams }: Environment, context: EnvironmentContext): Problem[] {
  const ofKinds = KINDS.flatMap((kind) => {
    const settings = config.components[kind.name];
    if (settings === undefined) return [];
    return placed({ file, path: ['components', kind.name] }, kind.problems?.(settings, context));
  });
  const ofTeams = teams.flatMap(({ file: teamFile, config: team }) => [
    ...placed({ file: teamFile, path: [] }, teamKind.problems?.(team, context)),
    ...TEAM_KINDS.flatMap((kind) => {
      const settings = team[kind.name];
      if (settings === undefined) return [];
      return placed({ file: teamFile, path: [kind.name] }, kind.problems?.(settings, teamContext(team, context)));
    }),
  ]);
  return [...ofKinds, ...ofTeams];
}

const placed = (origin: Origin, problems: Iterable<KindProblem> = []): Problem[] =>
  [...problems].map((problem) =>
    typeof problem === 'string' ? problemAt(origin, problem) : problemAt(origin, problem.message, problem.path),
  );

/** Operators whose charts refuse a cluster as old as this one. */
function versionProblems({ file, config }: Environment, operators: ReadonlyMap<string, Operator>): Problem[] {
  const { kubernetesVersion } = config.cluster;
  const refusing = [...operators.values()].flatMap(({ name, minKubernetes }) =>
    minKubernetes !== undefined && minor(kubernetesVersion) < minor(minKubernetes) ? [{ name, minKubernetes }] : [],
  );
  if (refusing.length === 0) return [];
  const named = refusing.map(({ name, minKubernetes }) => `"${name}" (${minKubernetes})`).join(', ');
  const message = `${kubernetesVersion} is too old for operators that this environment needs: ${named}; upgrade the cluster, or leave out the components that need them`;
  return [problemAt({ file, path: ['cluster', 'kubernetesVersion'] }, message)];
}

const minor = (version: string): number => Number(version.slice(version.indexOf('.') + 1));

function externalsOf({ file, config }: Environment, context: EnvironmentContext): External[] {
  return EXTERNAL_KINDS.flatMap((kind) => {
    const settings = config.external[kind.name];
    return settings === undefined ? [] : kind.external(settings, context, { file, path: ['external', kind.name] });
  });
}
