import { App, Chart } from 'cdk8s';
import { declaredSecret } from '../../graph/credential.ts';
import { type CertificateIssuer, EnvoyProxies, GatewayCertificate, type ProxyService, WebGateway } from './index.ts';

const charted = (build: (chart: Chart) => void, namespace?: string) => {
  const chart = new Chart(new App({ outdir: 'dist' }), 'test', namespace === undefined ? {} : { namespace });
  build(chart);
  return chart.toJson();
};
const ofKind = (objects: { kind: string }[], kind: string) => objects.filter((object) => object.kind === kind);

const proxies =
  (service: ProxyService, replicas = 1) =>
  (chart: Chart) =>
    new EnvoyProxies(chart, 'proxies', {
      gateway: 'door',
      gatewayClass: 'envoy',
      image: 'registry.example.com/envoy:1',
      replicas,
      resources: { cpu: '100m', memory: '256Mi' },
      service,
    });

test.each([undefined, 'doors'])('a GatewayClass is in no namespace, whatever that of its chart is: %s', (namespace) => {
  const [gatewayClass] = ofKind(charted(proxies({ type: 'ClusterIP' }), namespace), 'GatewayClass');
  expect(gatewayClass).toMatchObject({ metadata: { name: 'envoy' } });
  expect(gatewayClass).not.toHaveProperty('metadata.namespace');
});

test('a single proxy may be drained; of several, one', () => {
  const budget = (replicas: number) => ofKind(charted(proxies({ type: 'ClusterIP' }, replicas)), 'EnvoyProxy')[0];
  expect(budget(1)).not.toHaveProperty('spec.provider.kubernetes.envoyPDB');
  expect(budget(3)).toHaveProperty('spec.provider.kubernetes.envoyPDB', { minAvailable: 2 });
});

test('no node port is asked for HTTPS where there is no HTTPS', () => {
  const [made] = ofKind(charted(proxies({ type: 'NodePort', http: 30_080 })), 'EnvoyProxy');
  expect(made).toHaveProperty('spec.provider.kubernetes.envoyService.patch.value.spec.ports', [
    { port: 80, nodePort: 30_080 },
  ]);
});

describe('a gateway', () => {
  const gateway = (props = {}) =>
    charted((chart) => {
      new WebGateway(chart, 'gateway', {
        name: 'door',
        gatewayClass: 'envoy',
        domain: 'example.com',
        routesFrom: {},
        ...props,
      });
    });

  test('without a certificate speaks plain HTTP and redirects nobody', () => {
    expect(gateway().map(({ kind }) => kind)).toEqual(['Gateway']);
    expect(gateway()[0].spec.listeners).toMatchObject([{ name: 'http', port: 80, protocol: 'HTTP' }]);
  });

  test('redirects to the port that people use', () => {
    const [redirect] = ofKind(gateway({ certificate: 'tls', publicPort: 8443 }), 'HTTPRoute');
    expect(redirect).toHaveProperty('spec.rules.0.filters.0.requestRedirect', {
      scheme: 'https',
      statusCode: 301,
      port: 8443,
    });
  });
});

describe('a certificate', () => {
  const certificate = (issuer: CertificateIssuer) =>
    charted((chart) => {
      new GatewayCertificate(chart, 'certificate', {
        name: 'tls',
        gateway: 'door',
        secret: 'tls',
        hosts: ['*.example.com'],
        issuer,
      });
    });

  test('of an issuer that is already there needs nothing else', () => {
    const [only, ...rest] = certificate({ kind: 'existing', clusterIssuer: 'company' });
    expect(rest).toEqual([]);
    expect(only.spec.issuerRef).toEqual({ group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'company' });
  });

  test('of a CA that somebody brings is signed with the Secret that was declared', () => {
    const secret = declaredSecret('company-ca', ['tls.crt', 'tls.key'], 'a person');
    const [issuer] = ofKind(certificate({ kind: 'ca', secret }), 'Issuer');
    expect(issuer).toHaveProperty('spec', { ca: { secretName: 'company-ca' } });
  });

  test('proved over HTTP is not checked from inside, and goes through the gateway', () => {
    const [issuer] = ofKind(
      certificate({
        kind: 'acme',
        email: 'ml@example.com',
        server: 'https://acme.example.com/directory',
        solver: { kind: 'http01' },
        clusterIssuer: 'unused',
      }),
      'Issuer',
    );
    expect(issuer).toMatchObject({
      spec: {
        acme: {
          solvers: [
            {
              waitInsteadOfSelfCheck: '30s',
              http01: { gatewayHTTPRoute: { parentRefs: [{ name: 'door', sectionName: 'http' }] } },
            },
          ],
        },
      },
    });
  });
});
