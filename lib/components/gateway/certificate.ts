import type { EnvironmentContext } from '../../config/context.ts';
import type { AcmeSolver, CertificateIssuer } from '../../constructs/gateway/index.ts';
import type { OperatorEgress } from '../../graph/component.ts';
import { credential, type DeclaredSecret, provided } from '../../graph/credential.ts';
import { ANYWHERE, PRIVATE_RANGES } from '../../graph/surroundings.ts';
import { type GatewaySettings, solverOf } from './settings.ts';

/** The CA of a person's own. */
export const AUTHORITY = credential({
  keys: {
    'tls.crt': provided('the certificate of your CA'),
    'tls.key': provided('the private key of your CA'),
  },
  why: 'signs the certificate of the gateway',
});

/** Host names in the certificate. */
export function hostsOf(chosen: GatewaySettings, domain: string): readonly [string, ...string[]] {
  const by = solverOf(chosen);
  const [first, ...rest] = by?.kind === 'http01' ? by.hosts : ['*'];
  return [`${first}.${domain}`, ...rest.map((host) => `${host}.${domain}`)];
}

/** Who signs the certificate; undefined where there is none. */
export function issuerOf(
  { tls: chosen }: GatewaySettings,
  environment: EnvironmentContext,
  authority: DeclaredSecret<'tls.crt' | 'tls.key'> | undefined,
): CertificateIssuer | undefined {
  switch (chosen.issuer) {
    case 'none':
      return undefined;
    case 'self-signed':
      return { kind: 'self-signed' };
    case 'ca':
      if (!authority) throw new Error('the gateway declares its CA when it has one');
      return { kind: 'ca', secret: authority };
    case 'existing':
      return { kind: 'existing', clusterIssuer: chosen.clusterIssuer };
    case 'acme': {
      const { email, server, solver: by } = chosen;
      return { kind: 'acme', email, server, solver: acmeSolver(by), clusterIssuer: `keelson-${environment.name}` };
    }
  }
}

const acmeSolver = (chosen: NonNullable<ReturnType<typeof solverOf>>): AcmeSolver =>
  chosen.kind === 'http01' ? { kind: 'http01' } : chosen;

/** What cert-manager opens for the certificate: the ACME server, and the cloud whose zone it writes to. */
export function egressOf({ tls: chosen }: GatewaySettings): OperatorEgress[] {
  if (chosen.issuer !== 'acme') return [];
  const controller = { operator: 'cert-manager', pods: 'cert-manager' };
  const internet = { name: 'internet', cidrs: [ANYWHERE], except: PRIVATE_RANGES };
  const serverPort = Number(/^https:\/\/[^/]+:([0-9]+)\//.exec(chosen.server)?.[1] ?? 443);
  const server: OperatorEgress = {
    ...controller,
    to: chosen.addresses ? { name: 'acme-server', cidrs: chosen.addresses } : internet,
    ports: [serverPort],
    why: 'asks for certificates',
  };
  switch (chosen.solver.kind) {
    case 'http01':
      return [server];
    case 'route53':
    case 'azure-dns':
      return [server, { ...controller, to: internet, ports: [443], why: 'writes the records that prove the domain' }];
    case 'cloud-dns':
      return [
        server,
        { ...controller, to: internet, ports: [443], why: 'writes the records that prove the domain' },
        // Source: GKE documentation, "Workload Identity Federation", network policies.
        {
          ...controller,
          to: { name: 'metadata-server', cidrs: ['169.254.169.252/32', '169.254.169.254/32'] },
          ports: [80, 988],
          why: 'asks for the identity of its ServiceAccount',
        },
      ];
  }
}
