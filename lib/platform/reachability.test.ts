import { join } from 'node:path';
import type { AnyComponent } from '../components/component.ts';
import { loadEnvironments } from '../config/load.ts';
import { podLabels } from '../graph/component.ts';
import { Selector } from '../kubernetes/selector.ts';
import { clusterOf } from '../rules/cluster.ts';
import { SCHEMAS } from './environment-schema.ts';
import { factsOf } from './facts.ts';
import type { Manifest } from './manifest-set.ts';
import { plan } from './plan.ts';
import { synthesize } from './platform.ts';

/*
 * The written policies, evaluated as Kubernetes does, against what the components declare. What is expected is worked
 * out here, from needs, exposures, peers, metrics and operators, and not by the code that derives the policies.
 */

const { environments, problems } = loadEnvironments(join(__dirname, '..', '..'), SCHEMAS);

test('the shipped environments are all right', () => expect(problems).toEqual([]));

describe.each(environments.map((environment) => [environment.name, environment] as const))('%s', (_, environment) => {
  const planned = plan(environment);
  const { graph, operators, context } = planned;
  const { manifests } = synthesize(planned);
  const cluster = clusterOf(manifests, operators.values(), factsOf(planned));
  const pods = cluster.all.ofKind('/Pod').map(({ manifest }) => manifest);

  const componentOf = (pod: Manifest): AnyComponent | undefined =>
    graph.components.find(
      (component) =>
        component.namespace === pod.metadata.namespace &&
        Selector.of({ matchLabels: podLabels(component) }).matches(pod.metadata.labels ?? {}),
    );
  const name = (pod: Manifest): string => componentOf(pod)?.name ?? `${pod.metadata.namespace}/${pod.metadata.name}`;

  test('every pod belongs to a component, an operator, or the cluster itself', () => {
    const known = new Set(
      [...operators.values()].flatMap(({ namespace, pods }) => pods.map((pod) => `${namespace}/${pod.name}`)),
    );
    const { dns, prometheus } = factsOf(planned).surroundings;
    known.add(`${dns.namespace}/dns`).add(`${prometheus?.namespace}/prometheus`);
    expect(pods.map(name).filter((pod) => pod.includes('/') && !known.has(pod))).toEqual([]);
  });

  test('what may flow between pods is what the components declare, no more and no less', () => {
    const expected = new Set<string>();
    const everything = new Set<string>();
    const expect1 = (from: string, to: string, port: number): unknown => expected.add(`${from} > ${to}:${port}`);
    const target = (port: { port: number; targetPort?: number }): number => port.targetPort ?? port.port;
    const withPods = new Set(pods.flatMap((pod) => componentOf(pod)?.name ?? []));
    for (const { consumer, provider } of graph.edges) {
      if (provider.kind !== 'component') continue;
      for (const port of provider.offer.ports) expect1(consumer.name, provider.component.name, target(port));
    }
    for (const component of graph.components) {
      const { ports: among = [] } = component.peers ?? {};
      if (among === 'all') everything.add(component.name);
      else for (const port of among) expect1(component.name, component.name, target(port));
      for (const { port } of component.metrics ?? []) {
        if (context.monitoring) expect1(`${context.monitoring.namespace}/prometheus`, component.name, target(port));
      }
      for (const { offer } of component.exposes ?? []) {
        const port = component.offers[offer]?.ports[0];
        if (graph.gateway && port) expect1(graph.gateway.name, component.name, target(port));
      }
      for (const operator of (component.operators ?? []).flatMap((named) => operators.get(named) ?? [])) {
        for (const pod of operator.pods) {
          for (const { port } of pod.reaches ?? []) expect1(`${operator.namespace}/${pod.name}`, component.name, port);
          for (const { port } of pod.serves ?? []) expect1(component.name, `${operator.namespace}/${pod.name}`, port);
        }
      }
      // A gateway is there to be reached by everyone, pods of the cluster too, if their own policies let them out.
    }
    const components = (flow: string): boolean => {
      const [from = '', to = ''] = flow.replace(/:\d+$/, '').split(' > ');
      return [from, to].every((end) => end.includes('/') || withPods.has(end));
    };
    const ports = new Set([...expected].map((flow) => Number(flow.slice(flow.lastIndexOf(':') + 1))));
    for (const unexpected of [22, 80, 443, 8080, 65535]) ports.add(unexpected);
    for (const component of everything) for (const port of ports) expect1(component, component, port);
    const allowed = new Set<string>();
    for (const from of pods) {
      for (const to of pods) {
        if (!componentOf(from) && !componentOf(to)) continue;
        for (const port of ports) {
          if (cluster.policies.allows(from, to, port)) allowed.add(`${name(from)} > ${name(to)}:${port}`);
        }
      }
    }
    expect([...allowed].sort()).toEqual([...expected].filter(components).sort());
  });

  test('who speaks at all may ask the name server, and nobody else', () => {
    const dns = pods.find((pod) => pod.metadata.labels?.['k8s-app'] === 'kube-dns');
    if (!dns) throw new Error('every cluster has a name server');
    const speaks = (component: AnyComponent): boolean => {
      const { apiServer, internet, addresses = [] } = component.ambient ?? {};
      const serves = (component.operators ?? []).some((named) => operators.get(named)?.pods.some((pod) => pod.serves));
      const exposed = component === graph.gateway && graph.components.some(({ exposes }) => exposes?.length);
      return (
        component.peers !== undefined ||
        graph.outOf(component).length > 0 ||
        apiServer !== undefined ||
        internet !== undefined ||
        addresses.length > 0 ||
        serves ||
        exposed
      );
    };
    for (const pod of pods) {
      const component = componentOf(pod);
      if (!component) continue;
      expect([component.name, cluster.policies.allows(pod, dns, 53, 'UDP')]).toEqual([
        component.name,
        speaks(component),
      ]);
    }
  });

  test('nobody reaches an address that nothing speaks of, and components reach private ones only where they said so', () => {
    for (const pod of pods) {
      const component = componentOf(pod);
      if (!component) continue;
      const external = graph.outOf(component).some(({ provider }) => provider.kind === 'external');
      const public_ = component.ambient?.internet !== undefined || external;
      expect([component.name, cluster.policies.allows(pod, { address: '169.254.169.254' }, 80)]).toEqual([
        component.name,
        false,
      ]);
      expect([component.name, cluster.policies.allows(pod, { address: '10.99.99.99' }, 5432)]).toEqual([
        component.name,
        false,
      ]);
      if (!public_)
        expect([component.name, cluster.policies.allows(pod, { address: '93.184.216.34' }, 443)]).toEqual([
          component.name,
          false,
        ]);
    }
  });
});
