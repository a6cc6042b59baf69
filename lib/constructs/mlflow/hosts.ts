interface Reached {
  /** Names without port. */
  readonly names: readonly string[];
  readonly port: number;
  readonly publicUrl: string | undefined;
  /** Jobs inside the pod call the server by the address it is bound to. */
  readonly jobs: boolean;
}

/**
 * Values of the Host header that MLflow answers to. It compares the header as a whole, port included, and refuses
 * every other with 403, so each name stands here alone and with the port of the Service.
 * Source: mlflow/server/security_utils.py.
 *
 * Prometheus scrapes pods by address. Allowing private address ranges would also allow names that only look like
 * addresses (`10.attacker.example`), so the pod's own address is all that is listed: Kubernetes puts it in.
 */
export function allowedHosts({ names, port, publicUrl, jobs }: Reached): string {
  const podIp = ['$(POD_IP)', '[$(POD_IP)]'];
  const hosts = [...names, ...podIp].flatMap((host) => [host, `${host}:${port}`]);
  // A port-forward ends on the loopback under whatever port its user chose.
  const loopback = ['localhost', 'localhost:*', '127.0.0.1', '127.0.0.1:*'];
  const self = jobs ? [`0.0.0.0:${port}`] : [];
  const outside = publicUrl === undefined ? [] : hostsOf(new URL(publicUrl));
  return [...new Set([...hosts, ...loopback, ...self, ...outside])].join(',');
}

/** As browsers write it, and as clients do that name the scheme's own port too. */
function hostsOf({ hostname, port, protocol }: URL): string[] {
  return port === '' ? [hostname, `${hostname}:${protocol === 'https:' ? 443 : 80}`] : [`${hostname}:${port}`];
}

/** Origins whose pages may change things: the server's own, since MLflow does not compare Origin with Host. */
export function allowedOrigins(publicUrl: string | undefined): string | undefined {
  return publicUrl === undefined ? undefined : new URL(publicUrl).origin;
}
