import { join } from 'node:path';
import { gatewayKind } from '../components/gateway.ts';
import { loadEnvironments } from '../config/load.ts';
import { SCHEMAS } from './environment-schema.ts';
import { factsOf } from './facts.ts';
import { plan } from './plan.ts';

const [environment] = loadEnvironments(join(__dirname, '..', '..'), SCHEMAS, { only: ['local'] }).environments;

/** What rules take for there, in an environment whose gateway belongs to the cluster. */
function present(proxies: unknown) {
  if (!environment) throw new Error('the environment "local" is shipped');
  const { config } = environment;
  const components = {
    ...config.components,
    gateway: gatewayKind.settings.parse({ tls: { issuer: 'none' }, proxies }),
  };
  const cluster = { ...config.cluster, gatewayClass: 'shared' };
  return factsOf(plan({ ...environment, teams: [], config: { ...config, cluster, components } })).present?.map(
    ({ kind, metadata }) => [kind, metadata],
  );
}

test("the proxies of the cluster's own gateway are there, and so is the namespace of Argo CD", () => {
  expect(present({ namespace: 'ingress', labels: { app: 'proxy' } })).toEqual([
    ['Namespace', { name: 'argocd' }],
    ['Namespace', { name: 'ingress' }],
    ['Pod', { name: 'proxy', namespace: 'ingress', labels: { app: 'proxy' } }],
  ]);
});

test('a balancer with addresses is no pod', () => {
  expect(present({ cidrs: ['10.5.0.0/24'] })).toEqual([['Namespace', { name: 'argocd' }]]);
});
