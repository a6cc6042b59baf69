import type { HTTPRoute } from '../../imports/gateway-api.ts';
import { groupBy } from '../collections.ts';
import type { AnyOffer, ComponentNode, Exposure, GatewayRole } from '../graph/component.ts';
import type { WiringProblem } from '../graph/service-graph.ts';
import type { Manifest } from '../platform/manifest-set.ts';

/** Where people reach an exposure, without a trailing slash. */
export function publicUrl({ host, path }: Exposure, { scheme, domain, publicPort }: GatewayRole): string {
  const port = publicPort === undefined ? '' : `:${publicPort}`;
  return `${scheme}://${publicHost(host, domain)}${port}${path === undefined || path === '/' ? '' : path}`;
}

export const publicHost = (host: string, domain: string): string => `${host}.${domain}`;

/**
 * The HTTPRoutes that a component writes: one for each exposure of its own, and, where it owns its namespace, one for
 * each host and path that others in it share by weight. So a route stays where it is, whoever comes or goes behind it.
 *
 * @param inhabitants components of the same namespace.
 */
export function routesOf(
  component: ComponentNode,
  gateway: ComponentNode,
  inhabitants: readonly ComponentNode[] = [component],
): Manifest[] {
  const role = gateway.gateway;
  if (!role) return [];
  const own = exposuresOf(component).filter(({ exposure }) => exposure.weight === undefined);
  const routes = own.map((backend, index) => ({
    name: index === 0 ? component.name : `${component.name}-${backend.exposure.offer}`,
    backends: [backend],
  }));
  if (writesShared(component, inhabitants)) {
    const shared = inhabitants.flatMap(exposuresOf).filter(({ exposure }) => exposure.weight !== undefined);
    for (const [place, backends] of groupBy(shared, ({ exposure }) => placeOf(exposure))) {
      routes.push({ name: place.replace(/[^a-z0-9]+/g, '-'), backends });
    }
  }
  return routes.map(({ name, backends }) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name,
      namespace: component.namespace,
      // Last: Argo CD waits for the gateway to answer for a route, and what the route leads to need not.
      annotations: { 'argocd.argoproj.io/sync-wave': '9' },
    },
    spec: routeSpec(backends, gateway, role),
  }));
}

function routeSpec(backends: readonly Backend[], gateway: ComponentNode, role: GatewayRole): HTTPRoute['spec'] {
  const exposure = backends[0]?.exposure;
  if (!exposure) throw new Error('a route leads somewhere');
  return {
    // Group, kind, weight and match type are what the API server would fill in: written out, the diff stays empty.
    parentRefs: [
      {
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        name: role.gateway,
        namespace: gateway.namespace,
        sectionName: role.listener,
      },
    ],
    hostnames: [publicHost(exposure.host, role.domain)],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: pathOf(exposure) } }],
        ...(exposure.stripPath && {
          filters: [
            {
              type: 'URLRewrite',
              urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } },
            },
          ],
        }),
        backendRefs: backends.map(({ component: { name }, offer, exposure: { weight = 1 } }) => ({
          group: '',
          kind: 'Service',
          name: offer.service ?? name,
          port: offer.ports[0].port,
          weight,
        })),
        ...(exposure.timeout !== undefined && { timeouts: { request: exposure.timeout } }),
      },
    ],
  };
}

interface Backend {
  readonly component: ComponentNode;
  readonly exposure: Exposure;
  readonly offer: AnyOffer;
}

const exposuresOf = (component: ComponentNode): Backend[] =>
  (component.exposes ?? []).map((exposure) => {
    const offer = component.offers[exposure.offer];
    if (!offer) throw new Error(`${component.name} exposes "${exposure.offer}", which it does not offer`);
    return { component, exposure, offer };
  });

/** The namespace's owner; the first by name in one that nobody owns. */
function writesShared(component: ComponentNode, inhabitants: readonly ComponentNode[]): boolean {
  const owner = inhabitants.find(({ ownsNamespace }) => ownsNamespace) ?? inhabitants[0];
  return owner === component;
}

const pathOf = ({ path }: Exposure): string => path ?? '/';
const placeOf = (exposure: Exposure): string => `${exposure.host}${pathOf(exposure)}`;

/** Exposures that would answer for the same host and path, each on its own, and those that disagree about the route they share. */
export function* routeProblems(components: readonly ComponentNode[]): Generator<WiringProblem> {
  const exposures = components.flatMap((component) =>
    (component.exposes ?? []).map((exposure) => ({ component, exposure })),
  );
  for (const those of groupBy(exposures, ({ exposure }) => placeOf(exposure)).values()) {
    const [first, ...others] = those;
    if (!first) continue;
    let apart = false;
    for (const { component, exposure } of others) {
      const said = { origin: component.origin };
      const both = `${component.name} and ${first.component.name}`;
      const shared =
        first.exposure.weight !== undefined &&
        exposure.weight !== undefined &&
        first.component.namespace === component.namespace;
      if (!shared) {
        apart = true;
        const message = `${both} would both answer for ${pathOf(exposure)} of ${exposure.host}; give one of them another name or path`;
        yield { ...said, message };
      } else if (first.exposure.timeout !== exposure.timeout) {
        const message = `${both} share a route, which has one timeout: ${exposure.timeout ?? 'none'} is not ${first.exposure.timeout ?? 'none'}; give both the same`;
        yield { ...said, message };
      }
    }
    if (!apart && those.every(({ exposure }) => exposure.weight === 0)) {
      const names = those.map(({ component: { name } }) => name).join(' and ');
      const message = `nobody answers for ${pathOf(first.exposure)} of ${first.exposure.host}: every weight of ${names} is 0; give one of them more`;
      yield { origin: first.component.origin, message };
    }
  }
}
