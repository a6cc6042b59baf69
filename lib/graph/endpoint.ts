/**
 * How a Service is reached inside a cluster. The only place where cluster DNS names are put together.
 *
 * Kubernetes gives every Service the names below; clients may use any of them, so servers that check the
 * Host header have to allow all. Source: kubernetes.io, "DNS for Services and Pods".
 */
export interface Endpoint {
  /** Fully qualified enough to work from every namespace: `<service>.<namespace>.svc`. */
  readonly host: string;
  /** Port of the Service. */
  readonly port: number;
}

/** A Service in a namespace. */
export interface ServiceName {
  readonly service: string;
  readonly namespace: string;
}

/** `<service>.<namespace>.svc`: resolves from every namespace and does not assume a cluster domain. */
export function serviceHost({ service, namespace }: ServiceName): string {
  return `${service}.${namespace}.svc`;
}

/** Every name a client may reach the Service by, the shortest first. */
export function serviceHosts({ service, namespace }: ServiceName): readonly string[] {
  return [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.cluster.local`,
  ];
}
