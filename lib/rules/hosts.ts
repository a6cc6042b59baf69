/** `<service>.<namespace>.svc`, perhaps with the cluster domain and a port. Source: kubernetes.io, "DNS for Services and Pods". */
const HOST =
  /(?<![\w-])(?<service>[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.(?<namespace>[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.svc(?:\.[a-z0-9.-]*[a-z0-9])?(?::(?<port>\d{1,5}))?(?![\w-])/g;

export interface ServiceHost {
  readonly service: string;
  readonly namespace: string;
  readonly port: number | undefined;
}

/** Services whose cluster DNS names stand in a text. */
export function* hostsIn(text: string): Generator<ServiceHost> {
  if (!text.includes('svc')) return;
  for (const { groups } of text.matchAll(HOST)) {
    const { service, namespace, port } = groups ?? {};
    if (!service || !namespace) continue;
    yield { service, namespace, port: port === undefined ? undefined : Number(port) };
  }
}
