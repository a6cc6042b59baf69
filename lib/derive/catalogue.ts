import { compareText } from '../collections.ts';
import type { CredentialPlacement, SecretSource } from '../components/component.ts';
import type { ComponentNode, External } from '../graph/component.ts';
import type { Flow } from '../graph/flow.ts';
import type { Edge, ServiceGraph } from '../graph/service-graph.ts';
import { providerName } from '../graph/service-graph.ts';
import type { Operator } from '../operators/operator.ts';
import { dashboardUid } from './dashboards.ts';

/** What the catalogue of one environment is drawn from. */
export interface CatalogueInput {
  readonly environment: string;
  readonly graph: ServiceGraph;
  readonly flows: readonly Flow[];
  readonly operators: readonly Operator[];
  /** Environment that installs the operators, when it is another one. */
  readonly operatorsProvidedBy: string | undefined;
  readonly placements: readonly CredentialPlacement[];
  readonly secretSource: SecretSource | undefined;
  /** Images that occur in the output, and where: the components' names. */
  readonly images: ReadonlyMap<string, ReadonlySet<string>>;
  /** The chart of an operator as Argo CD fetches it: repository, name and version. */
  chart(operator: Operator): string;
}

/** `docs/catalogue/<environment>.md`: what runs, who talks to whom and why, and where it departs from the rules. */
export function catalogue(input: CatalogueInput): string {
  const { environment, graph, flows, operators, placements, secretSource, images } = input;
  const components = [...graph.components].sort(byName);
  const sections = [
    `# ${environment}`,
    'Written by `npm run synth` from `environments/`; an edit here does not last.',
    section('Picture', picture(graph)),
    section(
      'Components',
      table(
        ['Component', 'Layer', 'Namespace', 'Version', 'What it is'],
        components.map((c) => [c.name, c.layer, c.podless ? '' : c.namespace, c.version ?? '', c.summary]),
      ),
    ),
    section(
      'Connections',
      'Each is a need that somebody declared; the NetworkPolicies allow these and nothing else between components.',
      table(
        ['From', 'To', 'Contract', 'Ports', 'Why'],
        [...graph.edges]
          .sort(byEnds)
          .map((edge) => [
            edge.consumer.name,
            providerName(edge.provider),
            edge.provider.offer.contract.id,
            edge.provider.offer.ports.map(({ port }) => port).join(', '),
            edge.why,
          ]),
      ),
    ),
    section(
      'Other traffic',
      'With the gateway, operators and what every cluster has, and among the pods of one component.',
      table(
        ['From', 'To', 'Ports', 'Why'],
        unique(
          flows
            .filter(({ origin }) => origin !== 'need')
            .map(({ from, to, ports, why }) => [
              from.name,
              to.name,
              ports === 'all'
                ? ports
                : ports.map(({ port, protocol }) => (protocol === 'UDP' ? `${port}/UDP` : String(port))).join(', '),
              why,
            ]),
        ),
      ),
    ),
    section(
      'Managed services',
      table(
        ['Contract', 'Service', 'Addresses'],
        [...graph.externals].sort(byName).map((e: External) => [e.name, e.summary, e.addresses.cidrs.join(', ')]),
      ),
    ),
    section(
      'Operators',
      ...(input.operatorsProvidedBy === undefined
        ? []
        : [`Installed by the environment \`${input.operatorsProvidedBy}\`, on the same cluster.`]),
      table(
        ['Operator', 'Namespace', 'Chart', 'What it is'],
        operators.map((o) => [o.name, o.namespace, input.chart(o), o.summary]),
      ),
    ),
    section(
      'Credentials',
      'Secrets that will exist in the cluster. No value is in git.',
      table(
        ['Secret', 'Namespaces', 'Keys', 'Source', 'What for'],
        [...placements]
          .sort(byName)
          .map((p) => [
            p.name,
            p.places.map((place) => place.namespace).join(', '),
            Object.keys(p.spec.keys).join(', '),
            secretSource?.locate(p) ?? '',
            p.spec.why,
          ]),
      ),
    ),
    section(
      'Images',
      table(
        ['Image', 'Used by'],
        [...images]
          .sort(([a], [b]) => compareText(a, b))
          .map(([image, users]) => [image, [...users].sort(compareText).join(', ')]),
      ),
    ),
    section(
      'Alerts',
      table(
        ['Component', 'Alert', 'Severity', 'After', 'What is the matter'],
        components.flatMap((c) =>
          (c.alerts ?? []).map((alert) => [c.name, alert.name, alert.severity, alert.for, alert.summary]),
        ),
      ),
    ),
    section(
      'Dashboards',
      'In Grafana, at the address `/d/` and the name.',
      table(
        ['Component', 'Dashboard', 'Name', 'What it shows'],
        components.flatMap((c) =>
          (c.dashboards ?? []).map(({ name, title, description }) => [
            c.name,
            title,
            dashboardUid(environment, c.name, name),
            description,
          ]),
        ),
      ),
    ),
    section('Exceptions', table(['Component', 'Rule', 'Objects', 'Reason'], components.flatMap(exceptions))),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function exceptions(component: ComponentNode): string[][] {
  const optOuts = (component.optOuts ?? []).map(({ rule, object, reason }) => [
    component.name,
    rule,
    object ?? 'all',
    reason,
  ]);
  const { podSecurity } = component;
  return podSecurity
    ? [...optOuts, [component.name, `Pod Security ${podSecurity.level}`, component.namespace, podSecurity.reason]]
    : optOuts;
}

/** A Mermaid flowchart. Consumers that differ in nothing but their name (teams) are drawn once. */
function picture(graph: ServiceGraph): string {
  const teams = graph.components.filter(({ layer }) => layer === 'teams');
  const nodeId = (component: ComponentNode): string => (component.layer === 'teams' ? 'teams' : component.name);
  const nodes = graph.components
    .filter(({ layer }) => layer !== 'teams')
    .map(({ name }) => `  ${id(name)}[${name}]`)
    .sort(compareText);
  const externals = graph.externals
    .map(({ name }) => `  ${id(`external-${name}`)}([${name}, managed])`)
    .sort(compareText);
  const target = ({ provider }: Edge): string =>
    provider.kind === 'component' ? nodeId(provider.component) : `external-${provider.external.name}`;
  const arrows = new Set(
    graph.edges.map(
      (edge) => `  ${id(nodeId(edge.consumer))} -->|${edge.provider.offer.contract.id}| ${id(target(edge))}`,
    ),
  );
  const exposed = graph.gateway
    ? graph.components
        .filter((c) => c.exposes?.length)
        .map((c) => `  ${id(graph.gateway?.name ?? '')} -->|route| ${id(c.name)}`)
    : [];
  return [
    '```mermaid',
    'flowchart LR',
    ...nodes,
    ...(teams.length > 0 ? [`  teams[/${teams.length === 1 ? '1 team' : `${teams.length} teams`}/]`] : []),
    ...externals,
    ...[...arrows, ...exposed].sort(compareText),
    '```',
  ].join('\n');
}

/** Mermaid takes some words, `end` among them, for its own. */
const id = (name: string): string => `n_${name.replace(/[^A-Za-z0-9]/g, '_')}`;

/** A section without rows is left out. */
function section(title: string, ...parts: readonly string[]): string {
  return parts.at(-1) === '' ? '' : [`## ${title}`, ...parts].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function unique(rows: readonly string[][]): string[][] {
  return [...new Map(rows.map((row) => [row.join('\0'), row])).entries()]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, row]) => row);
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => compareText(a.name, b.name);
const byEnds = (a: Edge, b: Edge): number =>
  compareText(a.consumer.name, b.consumer.name) || compareText(providerName(a.provider), providerName(b.provider));
