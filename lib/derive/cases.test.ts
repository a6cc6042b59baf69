import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ComponentNode, External } from '../graph/component.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { CLUSTER_DNS, type Surroundings } from '../graph/surroundings.ts';
import { external, needs, node, offers } from '../graph/testing.ts';
import type { Operator } from '../operators/operator.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { alertsOf } from './alerts.ts';
import { dashboardsOf } from './dashboards.ts';
import { flowsOf } from './flows.ts';
import { monitorsOf } from './monitors.ts';
import { componentPolicy, FlowIndex, operatorPolicies } from './network-policies.ts';
import { routesOf } from './routes.ts';

/** One file a case in `cases/`: components in few words, and what follows from them. */
interface Case {
  readonly description: string;
  readonly monitoring?: boolean;
  readonly components: readonly (Omit<Partial<ComponentNode>, 'needs' | 'offers'> & {
    readonly name: string;
    readonly namespace: string;
    readonly needs?: Record<string, string>;
    readonly offers?: Record<string, { contract: string; port: number; targetPort?: number }>;
  })[];
  readonly externals?: readonly { name: string; port: number; addresses: External['addresses'] }[];
  readonly operators?: readonly Operator[];
  readonly expect: {
    readonly policies: Record<string, unknown>;
    readonly monitors?: Record<string, readonly unknown[]>;
    readonly alerts?: Record<string, readonly unknown[]>;
    readonly dashboards?: Record<string, readonly unknown[]>;
    readonly routes?: Record<string, readonly unknown[]>;
  };
}

const directory = join(__dirname, 'cases');
const cases = readdirSync(directory).map((file): [string, Case] => {
  const read: Case = parse(readFileSync(join(directory, file), 'utf8'));
  return [read.description, read];
});

test.each(cases)('%s', (_, { monitoring, components, externals, operators, expect: expected }) => {
  const graph = new ServiceGraph(
    components.map(component),
    (externals ?? []).map(({ name, port, addresses }) => external(name, { addresses, ports: [port] })),
  );
  expect(graph.problems).toEqual([]);
  const byName = new Map((operators ?? []).map((operator) => [operator.name, operator]));
  const flows = new FlowIndex(flowsOf(graph, surroundings(monitoring ?? false), byName));
  const policies = new Map(
    [
      ...graph.components.map((component) => componentPolicy(component, flows)),
      ...[...byName.values()].flatMap((operator) => operatorPolicies(operator, flows)),
    ].map((policy) => [policy.metadata.name, policy]),
  );
  for (const [name, rules] of Object.entries(expected.policies)) {
    expect({ name, ...rulesOf(policies.get(name)) }).toEqual({ name, ...Object(rules) });
  }
  for (const [name, monitors] of Object.entries(expected.monitors ?? {})) {
    const component = graph.components.find((c) => c.name === name);
    expect(component && monitorsOf(component, 'kube-prometheus-stack')).toMatchObject(monitors);
  }
  for (const [name, rules] of Object.entries(expected.alerts ?? {})) {
    const component = graph.components.find((c) => c.name === name);
    const watched = { environment: 'prod', release: 'kube-prometheus-stack' };
    expect(component && alertsOf(component, graph, watched)).toEqual(rules);
  }
  for (const [name, dashboards] of Object.entries(expected.dashboards ?? {})) {
    const component = graph.components.find((c) => c.name === name);
    expect(component && dashboardsOf(component, { environment: 'prod' })).toEqual(dashboards);
  }
  for (const [name, routes] of Object.entries(expected.routes ?? {})) {
    const component = graph.components.find((c) => c.name === name);
    expect(component && graph.gateway && routesOf(component, graph.gateway).map((route) => route.spec)).toEqual(routes);
  }
});

const rulesOf = (policy: Manifest | undefined) => {
  const { podSelector: _, policyTypes, ...rules } = Object(policy?.spec);
  expect(policyTypes).toEqual(['Ingress', 'Egress']);
  return rules;
};

const component = ({
  needs: wanted = {},
  offers: given = {},
  name,
  ...rest
}: Case['components'][number]): ComponentNode =>
  node(name, {
    ...rest,
    needs: Object.fromEntries(Object.entries(wanted).map(([key, id]) => [key, needs(id)])),
    offers: Object.fromEntries(
      Object.entries(given).map(([key, { contract, ...port }]) => [
        key,
        offers(contract, { ports: [{ name: key, ...port }] }),
      ]),
    ),
  });

const surroundings = (monitoring: boolean): Surroundings => ({
  dns: { ...CLUSTER_DNS, nodeLocal: undefined },
  apiServer: { cidrs: ['10.96.0.0/12'], port: 6443 },
  prometheus: monitoring
    ? { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' }, release: 'kube-prometheus-stack' }
    : undefined,
});
