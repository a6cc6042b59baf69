import type { HTTPRoute } from '../../imports/gateway-api.ts';
import type { ComponentNode, Exposure, GatewayRole } from '../graph/component.ts';
import type { Manifest } from '../platform/manifest-set.ts';

/** Where people reach an exposure, without a trailing slash. */
export function publicUrl({ host, path }: Exposure, { scheme, domain, publicPort }: GatewayRole): string {
  const port = publicPort === undefined ? '' : `:${publicPort}`;
  return `${scheme}://${publicHost(host, domain)}${port}${path === undefined || path === '/' ? '' : path}`;
}

export const publicHost = (host: string, domain: string): string => `${host}.${domain}`;

/** One HTTPRoute for each exposure of a component. */
export function routesOf(component: ComponentNode, gateway: ComponentNode): Manifest[] {
  const role = gateway.gateway;
  if (!role) return [];
  return (component.exposes ?? []).flatMap((exposure, index) => {
    const offer = component.offers[exposure.offer];
    if (!offer) throw new Error(`${component.name} exposes "${exposure.offer}", which it does not offer`);
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
            matches: [{ path: { type: 'PathPrefix', value: exposure.path ?? '/' } }],
            backendRefs: [
              {
                group: '',
                kind: 'Service',
                name: offer.service ?? component.name,
                port: offer.ports[0].port,
                weight: 1,
              },
            ],
            ...(exposure.timeout !== undefined && { timeouts: { request: exposure.timeout } }),
          },
        ],
      },
    } satisfies HTTPRoute;
  });
}
