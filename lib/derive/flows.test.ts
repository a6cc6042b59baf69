import { portNumbers } from '../graph/flow.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { CLUSTER_DNS } from '../graph/surroundings.ts';
import { external, needs, node, offers } from '../graph/testing.ts';
import { dig, list } from '../kubernetes/read.ts';
import { flowsOf } from './flows.ts';
import { componentPolicy, FlowIndex } from './network-policies.ts';

const surroundings = {
  dns: { ...CLUSTER_DNS, nodeLocal: '169.254.20.10/32' },
  apiServer: { cidrs: ['10.96.0.0/12'], port: 6443 },
  prometheus: undefined,
} as const;

test('every flow says why, and whether somebody asked for it', () => {
  const graph = new ServiceGraph([
    node('a', { needs: { b: needs('b', { why: 'runs' }) } }),
    node('b', { offers: { http: offers('b') } }),
  ]);
  const flows = flowsOf(graph, surroundings, new Map());
  expect(flows.map(({ from, to, why, origin }) => `${origin}: ${from.name} to ${to.name}, ${why}`)).toEqual([
    'need: a to b, runs',
    'ambient: a to dns, name resolution',
    'ambient: a to node-local-dns, name resolution',
  ]);
});

test('pods of one component find each other by name', () => {
  const graph = new ServiceGraph([node('a', { peers: { ports: [{ name: 'sync', port: 7000 }], why: 'replication' } })]);
  expect(flowsOf(graph, surroundings, new Map()).map(({ to }) => to.name)).toEqual(['a', 'dns', 'node-local-dns']);
});

test('pods reach the place where their cloud tells who they are', () => {
  const identity = { name: 'metadata-server', cidrs: ['169.254.169.254/32'], ports: [80] };
  const graph = new ServiceGraph([node('a', { needs: { store: needs('store') } })], [external('store', { identity })]);
  expect(
    flowsOf(graph, surroundings, new Map()).map(({ to, ports, why }) => [to.name, portNumbers(ports)[0], why]),
  ).toEqual([
    ['external.store', 80, 'it must'],
    ['metadata-server', 80, 'proves to external.store who it is'],
    ['dns', 53, 'name resolution'],
    ['node-local-dns', 53, 'name resolution'],
  ]);
});

test('who opens no connection needs no name server', () => {
  const graph = new ServiceGraph([node('a', { offers: { http: offers('a') } })]);
  expect(flowsOf(graph, surroundings, new Map())).toEqual([]);
});

test('pods of one component may use all ports among themselves, and say so without listing them', () => {
  const component = node('a', { peers: { ports: 'all', why: 'workers choose their ports' } });
  const flows = flowsOf(new ServiceGraph([component]), surroundings, new Map());
  const policy = componentPolicy(component, new FlowIndex(flows));
  expect(dig(policy, 'spec', 'ingress')).toEqual([{ from: [expect.anything()] }]);
  expect(list(dig(policy, 'spec', 'egress')).filter((rule) => dig(rule, 'ports') === undefined)).toHaveLength(1);
});

test('an address outside that no contract stands for is reached on its ports, and nothing beside it', () => {
  const directory = { name: 'directory', cidrs: ['10.1.2.0/24'], ports: [636], why: 'asks who people are' };
  const flows = flowsOf(
    new ServiceGraph([node('a', { ambient: { addresses: [directory] } })]),
    surroundings,
    new Map(),
  );
  expect(flows.map(({ to, ports, why }) => [to.name, portNumbers(ports)[0], why])).toEqual([
    ['directory', 636, 'asks who people are'],
    ['dns', 53, 'name resolution'],
    ['node-local-dns', 53, 'name resolution'],
  ]);
  expect(flows[0]?.to).toMatchObject({ cidrs: ['10.1.2.0/24'] });
});
