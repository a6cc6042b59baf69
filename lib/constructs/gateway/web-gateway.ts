import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Gateway, GatewaySpecListeners, HTTPRoute } from '../../../imports/gateway-api.ts';

export interface WebGatewayProps {
  /** Of the Gateway; a controller may name proxies, Service and ServiceAccount after it. */
  readonly name: string;
  readonly gatewayClass: string;
  /** Domain whose subdomains it serves. */
  readonly domain: string;
  /** Labels of the namespaces whose routes it takes. */
  readonly routesFrom: Readonly<Record<string, string>>;
  /** Secret with `tls.crt` and `tls.key` for the domain's subdomains. Default: plain HTTP. */
  readonly certificate?: string | undefined;
  /** HTTPS port that people use, where it is not 443. */
  readonly publicPort?: number | undefined;
  /** Settings of the proxies, in the same namespace. */
  readonly parameters?: { readonly group: string; readonly kind: string; readonly name: string };
}

/** Listeners that routes attach to. */
export const LISTENERS = { http: { name: 'http', port: 80 }, https: { name: 'https', port: 443 } } as const;

/** One door for all subdomains of a domain. With a certificate, plain HTTP is only there to say where HTTPS is. */
export class WebGateway extends Construct {
  constructor(scope: Construct, id: string, props: WebGatewayProps) {
    super(scope, id);
    const { name, domain, certificate, parameters } = props;
    const common = {
      hostname: `*.${domain}`,
      allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: props.routesFrom } } },
    } as const;
    const listeners: GatewaySpecListeners[] = [{ ...LISTENERS.http, protocol: 'HTTP', ...common }];
    if (certificate !== undefined) {
      listeners.push({
        ...LISTENERS.https,
        protocol: 'HTTPS',
        ...common,
        tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: certificate }] },
      });
    }
    new ApiObject(this, 'gateway', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name },
      spec: {
        gatewayClassName: props.gatewayClass,
        ...(parameters && { infrastructure: { parametersRef: parameters } }),
        listeners,
      },
    } satisfies Gateway);
    if (certificate !== undefined) this.#redirectToHttps(props);
  }

  #redirectToHttps({ name, publicPort }: WebGatewayProps): void {
    new ApiObject(this, 'redirect', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: `${name}-redirect` },
      spec: {
        parentRefs: [
          {
            group: 'gateway.networking.k8s.io',
            kind: 'Gateway',
            name,
            sectionName: LISTENERS.http.name,
          },
        ],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            filters: [
              {
                type: 'RequestRedirect',
                requestRedirect: {
                  scheme: 'https',
                  statusCode: 301,
                  ...(publicPort !== undefined && { port: publicPort }),
                },
              },
            ],
          },
        ],
      },
    } satisfies HTTPRoute);
  }
}
