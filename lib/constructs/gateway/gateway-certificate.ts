import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type {
  Certificate,
  CertificateSpecIssuerRef,
  ClusterIssuer,
  Issuer,
  IssuerSpec,
  IssuerSpecAcmeSolvers,
} from '../../../imports/cert-manager.ts';
import type { Role, RoleBinding, ServiceAccount } from '../../../imports/k8s.ts';
import type { DeclaredSecret } from '../../graph/credential.ts';
import { clusterObject } from './cluster-object.ts';
import { LISTENERS } from './web-gateway.ts';

/** Who vouches for the certificate. */
export type CertificateIssuer =
  /** A CA of its own, made in the cluster, which browsers do not know. */
  | { readonly kind: 'self-signed' }
  /** A CA that somebody brings. */
  | { readonly kind: 'ca'; readonly secret: DeclaredSecret<'tls.crt' | 'tls.key'> }
  /** A ClusterIssuer that is already there. */
  | { readonly kind: 'existing'; readonly clusterIssuer: string }
  | {
      readonly kind: 'acme';
      readonly email: string;
      /** Directory of the ACME server. */
      readonly server: string;
      readonly solver: AcmeSolver;
      /** Name for a ClusterIssuer, unique in the cluster; made where the solver speaks as cert-manager itself. */
      readonly clusterIssuer: string;
    };

/** How an ACME server is shown that the domain is ours. All but `http01` do it in DNS, and can vouch for wildcards. */
export type AcmeSolver =
  | {
      readonly kind: 'route53';
      readonly region: string;
      /** ARN of the role that may change the zone; it trusts the ServiceAccount `<name>-dns`. */
      readonly role: string;
      readonly hostedZoneId?: string | undefined;
    }
  | { readonly kind: 'cloud-dns'; readonly project: string; readonly zone?: string | undefined }
  | {
      readonly kind: 'azure-dns';
      readonly subscription: string;
      readonly resourceGroup: string;
      readonly zone: string;
      /** Client ID of the managed identity that is federated with cert-manager's ServiceAccount. */
      readonly identity: string;
    }
  | { readonly kind: 'http01' };

export interface GatewayCertificateProps {
  /** Of the Certificate and of what is made for it. */
  readonly name: string;
  /** Gateway in the same namespace, through which `http01` is answered. */
  readonly gateway: string;
  /** Secret that is to hold `tls.crt` and `tls.key`. */
  readonly secret: string;
  readonly hosts: readonly [string, ...string[]];
  readonly issuer: CertificateIssuer;
}

/** ServiceAccount of cert-manager's controller, which asks for tokens of others. */
const CERT_MANAGER = { kind: 'ServiceAccount', name: 'cert-manager', namespace: 'cert-manager' } as const;

/** A certificate for a Gateway, and whoever issues it. */
export class GatewayCertificate extends Construct {
  constructor(scope: Construct, id: string, props: GatewayCertificateProps) {
    super(scope, id);
    new ApiObject(this, 'certificate', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: props.name },
      spec: {
        secretName: props.secret,
        dnsNames: [...props.hosts],
        issuerRef: this.#issuer(props),
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      },
    } satisfies Certificate);
  }

  #issuer({ name, gateway, issuer }: GatewayCertificateProps): CertificateSpecIssuerRef {
    switch (issuer.kind) {
      case 'existing':
        return issuerRef('ClusterIssuer', issuer.clusterIssuer);
      case 'ca':
        return this.#namespaced('issuer', name, { ca: { secretName: issuer.secret.name } });
      case 'self-signed':
        return this.#ownAuthority(name);
      case 'acme': {
        const { email, server, solver, clusterIssuer } = issuer;
        const spec = (account: string): IssuerSpec => ({
          acme: { email, server, privateKeySecretRef: { name: account }, solvers: [solverSpec(solver, name, gateway)] },
        });
        // Only a ClusterIssuer may speak as cert-manager itself: for an Issuer, any team's would do.
        if (solver.kind === 'cloud-dns' || solver.kind === 'azure-dns') {
          clusterObject(this, 'issuer', {
            apiVersion: 'cert-manager.io/v1',
            kind: 'ClusterIssuer',
            metadata: { name: clusterIssuer },
            spec: spec(`${clusterIssuer}-acme-account`),
          } satisfies ClusterIssuer);
          return issuerRef('ClusterIssuer', clusterIssuer);
        }
        if (solver.kind === 'route53') this.#dnsAccount(dnsAccount(name));
        return this.#namespaced('issuer', name, spec(`${name}-acme-account`));
      }
    }
  }

  #namespaced(id: string, name: string, spec: IssuerSpec): CertificateSpecIssuerRef {
    new ApiObject(this, id, {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Issuer',
      metadata: { name },
      spec,
    } satisfies Issuer);
    return issuerRef('Issuer', name);
  }

  /** The root signs itself and then everything else, so that people have one certificate to trust, for ten years. */
  #ownAuthority(name: string): CertificateSpecIssuerRef {
    const root = `${name}-ca`;
    new ApiObject(this, 'root', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: root },
      spec: {
        isCA: true,
        commonName: root,
        secretName: root,
        duration: '87600h',
        issuerRef: this.#namespaced('root-issuer', root, { selfSigned: {} }),
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Never' },
      },
    } satisfies Certificate);
    return this.#namespaced('issuer', name, { ca: { secretName: root } });
  }

  /** An identity in the cloud that only this certificate uses, and cert-manager's right to ask for its tokens. */
  #dnsAccount(name: string): void {
    new ApiObject(this, 'dns-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name },
      automountServiceAccountToken: false,
    } satisfies ServiceAccount);
    new ApiObject(this, 'dns-token', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name },
      rules: [{ apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: [name], verbs: ['create'] }],
    } satisfies Role);
    new ApiObject(this, 'dns-token-binding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [CERT_MANAGER],
    } satisfies RoleBinding);
  }
}

const issuerRef = (kind: 'Issuer' | 'ClusterIssuer', name: string): CertificateSpecIssuerRef => ({
  group: 'cert-manager.io',
  kind,
  name,
});

const dnsAccount = (name: string): string => `${name}-dns`;

function solverSpec(solver: AcmeSolver, name: string, gateway: string): IssuerSpecAcmeSolvers {
  switch (solver.kind) {
    case 'route53':
      return {
        dns01: {
          route53: {
            region: solver.region,
            role: solver.role,
            ...(solver.hostedZoneId !== undefined && { hostedZoneID: solver.hostedZoneId }),
            auth: { kubernetes: { serviceAccountRef: { name: dnsAccount(name) } } },
          },
        },
      };
    case 'cloud-dns':
      return {
        dns01: {
          cloudDNS: { project: solver.project, ...(solver.zone !== undefined && { hostedZoneName: solver.zone }) },
        },
      };
    case 'azure-dns':
      return {
        dns01: {
          azureDNS: {
            subscriptionID: solver.subscription,
            resourceGroupName: solver.resourceGroup,
            hostedZoneName: solver.zone,
            environment: 'AzurePublicCloud',
            managedIdentity: { clientID: solver.identity },
          },
        },
      };
    case 'http01':
      return {
        // The check from inside would go through the load balancer and back, which neither policies nor all clouds allow.
        waitInsteadOfSelfCheck: '30s',
        http01: {
          gatewayHTTPRoute: {
            serviceType: 'ClusterIP',
            parentRefs: [
              {
                group: 'gateway.networking.k8s.io',
                kind: 'Gateway',
                name: gateway,
                sectionName: LISTENERS.http.name,
              },
            ],
          },
        },
      };
  }
}
