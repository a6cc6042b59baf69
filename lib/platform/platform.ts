import { append, compareText } from '../collections.ts';
import type { AnyComponent } from '../components/component.ts';
import { alertsOf } from '../derive/alerts.ts';
import { dashboardsOf } from '../derive/dashboards.ts';
import { flowsOf } from '../derive/flows.ts';
import { monitorsOf } from '../derive/monitors.ts';
import type { Inhabitant } from '../derive/namespaces.ts';
import { namespaceOf } from '../derive/namespaces.ts';
import { componentPolicy, defaultDeny, FlowIndex, operatorPolicies } from '../derive/network-policies.ts';
import { routesOf } from '../derive/routes.ts';
import { operatorApplication } from '../gitops/operator-application.ts';
import type { Layer } from '../graph/component.ts';
import type { Flow } from '../graph/flow.ts';
import { buildComponent } from './build.ts';
import { commonLabels } from './labels.ts';
import type { Entry, Manifest } from './manifest-set.ts';
import { identity, ManifestSet } from './manifest-set.ts';
import type { Plan } from './plan.ts';
import { surroundingsOf } from './surroundings.ts';

/** The folder of what belongs to no single component. */
const NAMESPACES = 'namespaces';

/** An environment as objects, before the rules have looked at them. */
export interface Synthesis {
  readonly plan: Plan;
  readonly flows: readonly Flow[];
  readonly manifests: ManifestSet;
}

/** Builds every component of a plan that has no problems, and derives what follows from the graph. */
export function synthesize(plan: Plan): Synthesis {
  const { graph, operators, operated } = plan;
  const flows = new FlowIndex(flowsOf(graph, surroundingsOf(plan.context), operators, operated));
  const secrets = secretsByComponent(plan);
  const own = graph.components.flatMap((component) => [
    ...buildComponent(component, graph),
    ...derivedEntries(component, plan, flows, secrets.get(component.name) ?? []),
  ]);
  const inhabited = new Set(own.map(({ manifest }) => manifest.metadata.namespace));
  const entries = [...own, ...foundationEntries(plan, flows, inhabited), ...operatorEntries(plan)];
  return {
    plan,
    flows: flows.flows,
    manifests: new ManifestSet(entries.map((entry) => labelled(entry, plan.context.name)).sort(byPlace)),
  };
}

function derivedEntries(component: AnyComponent, plan: Plan, flows: FlowIndex, secrets: readonly Manifest[]): Entry[] {
  const { context, graph } = plan;
  const derived = (deriver: string, manifests: readonly Manifest[]): Entry[] =>
    manifests.map((manifest) => entry(manifest, component.name, component.layer, deriver));
  return [
    ...derived('derive/network-policies', component.podless ? [] : [componentPolicy(component, flows)]),
    ...derived('derive/monitors', context.monitoring ? monitorsOf(component, context.monitoring.release) : []),
    ...derived(
      'derive/alerts',
      context.monitoring
        ? alertsOf(component, graph, { environment: context.name, release: context.monitoring.release })
        : [],
    ),
    ...derived('derive/dashboards', context.monitoring ? dashboardsOf(component, { environment: context.name }) : []),
    ...derived(
      'derive/routes',
      graph.gateway ? routesOf(component, graph.gateway, graph.within(component.namespace)) : [],
    ),
    ...derived('derive/credentials', secrets),
    ...(component.ownsNamespace
      ? derived('derive/namespaces', namespaceManifests(component.namespace, graph.within(component.namespace)))
      : []),
  ];
}

/** Namespaces that components share, and what the operators' namespaces need from us. */
function foundationEntries(
  { graph, installed }: Plan,
  flows: FlowIndex,
  inhabited: ReadonlySet<string | undefined>,
): Entry[] {
  const inhabitants = new Map<string, Inhabitant[]>();
  for (const component of graph.components) {
    const owned = graph.within(component.namespace).some(({ ownsNamespace }) => ownsNamespace);
    if (!owned && inhabited.has(component.namespace)) {
      append(inhabitants, component.namespace, component);
    }
  }
  for (const operator of installed) append(inhabitants, operator.namespace, operator);
  const foundation = (deriver: string, manifests: readonly Manifest[]): Entry[] =>
    manifests.map((manifest) => entry(manifest, NAMESPACES, 'foundation', deriver));
  return [
    ...foundation(
      'derive/namespaces',
      [...inhabitants].flatMap(([namespace, those]) => namespaceManifests(namespace, those)),
    ),
    ...foundation(
      'derive/network-policies',
      installed.flatMap((operator) => operatorPolicies(operator, flows)),
    ),
  ];
}

const namespaceManifests = (name: string, inhabitants: readonly Inhabitant[]): Manifest[] => [
  namespaceOf(name, inhabitants),
  defaultDeny(name),
];

function operatorEntries({ context, operated, installed, loaded }: Plan): Entry[] {
  return installed.map((operator) =>
    entry(
      operatorApplication(operator, context, loaded.config.argocd, operated),
      operator.name,
      'operators',
      'gitops/operator-application',
    ),
  );
}

/** What makes the Secrets, in the folder of the component in whose namespace they are; an object two credentials share is made once. */
function secretsByComponent({ placements, secretSource }: Plan): Map<string, Manifest[]> {
  const made = new Map<string, Manifest[]>();
  const seen = new Set<string>();
  for (const placement of placements) {
    for (const place of placement.places) {
      for (const manifest of secretSource?.manifests(placement, place) ?? []) {
        if (seen.has(identity(manifest))) continue;
        seen.add(identity(manifest));
        append(made, place.component, manifest);
      }
    }
  }
  return made;
}

const entry = (manifest: Manifest, component: string, layer: Layer, deriver: string): Entry => ({
  manifest,
  component,
  layer,
  source: `${component}/${deriver}`,
  owned: [],
});

function labelled(entry: Entry, environment: string): Entry {
  const { metadata } = entry.manifest;
  const labels = { ...commonLabels(environment, entry.component), ...metadata.labels };
  return { ...entry, manifest: { ...entry.manifest, metadata: { ...metadata, labels } } };
}

/** The same order whatever the order of components. */
const byPlace = (a: Entry, b: Entry): number =>
  compareText(a.layer, b.layer) ||
  compareText(a.component, b.component) ||
  compareText(identity(a.manifest), identity(b.manifest));
