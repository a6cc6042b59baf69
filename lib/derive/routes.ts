import type { HTTPRoute } from '../../imports/gateway-api.ts';
import type { ComponentNode, Exposure, GatewayRole } from '../graph/component.ts';
import type { WiringProblem } from '../graph/service-graph.ts';
import type { Manifest } from '../platform/manifest-set.ts';

/** Where people reach an exposure, without a trailing slash. */
export function publicUrl({ host, path }: Exposure, { scheme, domain, publicPort }: GatewayRole): string {
  const port = publicPort === undefined ? '' : `:${publicPort}`;
  return `${scheme}://${publicHost(host, domain)}${port}${path === undefined || path === '/' ? '' : path}`;
}

export const publicHost = (host: string, domain: string): string => `${host}.${domain}`;

/**
 * One HTTPRoute for each exposure of a component. Exposures of one namespace that share host and path by weight have one
 * together, which the first of them by name writes.
 */
export function routesOf(
  component: ComponentNode,
  gateway: ComponentNode,
  all: readonly ComponentNode[] = [component],
): Manifest[] {
  const role = gateway.gateway;
  if (!role) return [];
  return (component.exposes ?? []).flatMap((exposure, index) => {
    const behind = sharers(component, exposure, all);
    if (behind[0]?.component !== component) return [];
    return {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: {
        name: index === 0 ? component.name : `${component.name}-${exposure.offer}`,
        namespace: component.namespace,
        // Last: Argo CD waits for the gateway to answer for a route, and what the route leads to need not.
        annotations: { 'argocd.argoproj.io/sync-wave': '9' },
      },
      spec: {
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
                  type: 'URLRewrite' as const,
                  urlRewrite: { path: { type: 'ReplacePrefixMatch' as const, replacePrefixMatch: '/' } },
                },
              ],
            }),
            backendRefs: behind.map(({ component: { name }, offer, weight }) => ({
              group: '',
              kind: 'Service',
              name: offer.service ?? name,
              port: offer.ports[0].port,
              weight,
            })),
            ...(exposure.timeout !== undefined && { timeouts: { request: exposure.timeout } }),
          },
        ],
      },
    } satisfies HTTPRoute;
  });
}

const pathOf = ({ path }: Exposure): string => path ?? '/';

/** Who answers for an exposure, and for which share of the requests. */
function sharers(component: ComponentNode, exposure: Exposure, all: readonly ComponentNode[]) {
  const alone = exposure.weight === undefined;
  const exposures = (alone ? [component] : all.filter(({ namespace }) => namespace === component.namespace)).flatMap(
    (one) => (one.exposes ?? []).map((exposed) => ({ component: one, exposure: exposed })),
  );
  return exposures
    .filter(({ exposure: other }) =>
      alone
        ? other === exposure
        : other.weight !== undefined && other.host === exposure.host && pathOf(other) === pathOf(exposure),
    )
    .map(({ component: one, exposure: { offer: name, weight = 1 } }) => {
      const offer = one.offers[name];
      if (!offer) throw new Error(`${one.name} exposes "${name}", which it does not offer`);
      return { component: one, offer, weight };
    });
}

/** Exposures that would answer for the same host and path, each on its own. */
export function* routeProblems(components: readonly ComponentNode[]): Generator<WiringProblem> {
  const taken = new Map<string, { readonly component: ComponentNode; readonly exposure: Exposure }>();
  for (const component of components) {
    for (const exposure of component.exposes ?? []) {
      const place = `${exposure.host}${pathOf(exposure)}`;
      const first = taken.get(place);
      const shared =
        first?.exposure.weight !== undefined &&
        exposure.weight !== undefined &&
        first.component.namespace === component.namespace;
      if (!first) taken.set(place, { component, exposure });
      else if (!shared) {
        yield {
          origin: component.origin,
          message: `${component.name} and ${first.component.name} would both answer for ${pathOf(exposure)} of ${exposure.host}; give one of them another name or path`,
        };
      }
    }
  }
}
