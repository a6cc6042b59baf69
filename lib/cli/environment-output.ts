import { type Problem, problemAt } from '../config/problem.ts';
import type { Delivery } from '../gitops/delivery.ts';
import type { ComponentNode } from '../graph/component.ts';
import { KUBERNETES_KINDS } from '../kubernetes/index.ts';
import type { KindFacts } from '../operators/operator.ts';
import type { Environment } from '../platform/environment-schema.ts';
import { inspect } from '../platform/inspect.ts';
import { type Entry, groupKind, type OwnedField } from '../platform/manifest-set.ts';
import { plan } from '../platform/plan.ts';
import { synthesize } from '../platform/platform.ts';
import type { Violation } from '../rules/rule.ts';

/** An environment as far as the command line is concerned. */
export type EnvironmentOutput =
  /** The configuration cannot be made into an environment. */
  | { readonly complete: false; readonly problems: readonly Problem[] }
  | {
      readonly complete: true;
      readonly violations: readonly Violation[];
      readonly components: number;
      readonly delivery: Delivery;
      /** Namespace that a component lives in; undefined for what belongs to none. */
      home(component: string): string | undefined;
      /** `docs/catalogue/<environment>.md`. */
      readonly catalogue: string;
    };

/** @param dependents environments of the same cluster that leave their operators to this one. */
export function environmentOutput(loaded: Environment, dependents: readonly Environment[] = []): EnvironmentOutput {
  const planned = plan(loaded, dependents);
  if (planned.problems.length > 0) return { complete: false, problems: planned.problems };
  const synthesis = synthesize(planned);
  const { manifests } = synthesis;
  const { violations, catalogue } = inspect(synthesis);
  const { graph, operators } = planned;
  const problems = misfits(violations, graph.components);
  if (problems.length > 0) return { complete: false, problems };
  const homes = new Map(graph.components.map(({ name, namespace }) => [name, namespace]));
  const { cluster, argocd } = loaded.config;
  for (const operator of operators.keys()) homes.set(operator, argocd.namespace);
  const kinds = [KUBERNETES_KINDS, ...[...operators.values()].map((operator) => operator.kinds)];
  return {
    complete: true,
    violations,
    components: graph.components.length,
    delivery: {
      environment: loaded.name,
      cluster,
      argocd,
      manifests,
      operators,
      ownedFields: (entry) => ownedFields(entry, kinds),
    },
    home: (component) => homes.get(component),
    catalogue,
  };
}

/** Violations that a person mends in the settings of a component, told there. */
const misfits = (violations: readonly Violation[], components: readonly ComponentNode[]): Problem[] =>
  violations
    .filter(({ ofSettings }) => ofSettings)
    .flatMap(({ component, message, fix }) => {
      const origin = components.find(({ name }) => name === component)?.origin;
      return origin ? [problemAt(origin, `${message}; ${fix}`)] : [];
    });

type Kinds = Readonly<Record<string, KindFacts>>;

const ownedFields = (entry: Entry, kinds: readonly Kinds[]): readonly OwnedField[] => [
  ...entry.owned,
  ...kinds.flatMap((those) => those[groupKind(entry.manifest)]?.owned ?? []),
];
