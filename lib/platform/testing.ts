import type { AnyComponent } from '../components/component.ts';
import { type EnvironmentContext, environmentContext } from '../config/context.ts';
import { environmentSchemaOf } from '../config/environment.ts';
import type { External } from '../graph/component.ts';
import type { Contract } from '../graph/contract.ts';
import { offer } from '../graph/contract.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { node, external as plainExternal } from '../graph/testing.ts';
import { buildComponent } from './build.ts';
import type { Manifest } from './manifest-set.ts';

/** An environment of which a component's test wants to know no more than this. */
export const testContext = (namespacePrefix = ''): EnvironmentContext =>
  environmentContext({
    name: 'test',
    sealedSecrets: {},
    config: environmentSchemaOf([], []).parse({
      namespacePrefix,
      cluster: {
        name: 'test',
        provider: 'kind',
        kubernetesVersion: '1.34',
        domain: 'ml.example.com',
        nodePools: [{ name: 'general', instanceType: 'any', cpu: '8', memory: '32Gi', min: 1, max: 1 }],
      },
      argocd: { repository: { url: 'https://git.example.com/ml/platform.git' } },
    }),
  });

/** A gateway in front of everything that is exposed. */
export const testGateway: AnyComponent = {
  ...node('gateway', {
    gateway: { gateway: 'main', listener: 'https', scheme: 'https', domain: 'ml.example.com' },
  }),
  build: () => undefined,
};

/** A managed service that hands out a fixed handle. */
export const bound = <Ask, Handle>(contract: Contract<Ask, Handle>, handle: Handle): External =>
  plainExternal(contract.id, { offer: offer(contract, { ports: [{ name: 'any', port: 1 }], handle: () => handle }) });

/** The objects of one component, as they are built in an environment with these others. */
export const objectsOf = (
  component: AnyComponent,
  others: readonly AnyComponent[] = [],
  externals: readonly External[] = [],
): readonly Manifest[] => {
  const graph = new ServiceGraph([component, ...others], externals);
  if (graph.problems.length > 0) throw new Error(graph.problems.map(({ message }) => message).join('\n'));
  return buildComponent(component, graph).map(({ manifest }) => manifest);
};
