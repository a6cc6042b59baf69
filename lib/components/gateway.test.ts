import { environmentContext } from '../config/context.ts';
import { environmentSchemaOf } from '../config/environment.ts';
import { certManager } from '../operators/cert-manager.ts';
import { envoyGateway } from '../operators/envoy-gateway.ts';
import { groupKind, type Manifest } from '../platform/manifest-set.ts';
import { objectsOf } from '../platform/testing.ts';
import { gatewayKind } from './gateway.ts';

const environment = (provider = 'kind', gatewayClass?: string) =>
  environmentContext({
    name: 'prod',
    sealedSecrets: {},
    config: environmentSchemaOf([], []).parse({
      namespacePrefix: 'prod-',
      cluster: {
        name: 'prod-1',
        provider,
        kubernetesVersion: '1.34',
        domain: 'ml.example.com',
        ...(provider === 'eks' && { storageClasses: { block: 'gp3' } }),
        ...(gatewayClass !== undefined && { gatewayClass }),
        nodePools: [{ name: 'general', instanceType: 'any', cpu: 8, memory: '32Gi', min: 1, max: 3 }],
      },
      argocd: { repository: { url: 'https://git.example.com/ml/platform.git' } },
    }),
  });

const made = (settings: unknown, context = environment()) => {
  const [door, ...others] = gatewayKind.components(gatewayKind.settings.parse(settings), context, {
    file: 'e.yaml',
    path: [],
  });
  if (!door) throw new Error('no gateway');
  return { door, others, objects: objectsOf(door, others) };
};
const problems = (settings: unknown, context = environment()) => [
  ...(gatewayKind.problems?.(gatewayKind.settings.parse(settings), context) ?? []),
];
const spec = (objects: readonly Manifest[], kind: string, name?: string): unknown => {
  const found = objects.filter((o) => o.kind === kind && (name === undefined || o.metadata.name === name));
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${name ?? ''}`);
  return found[0]?.spec;
};
const facts = { ...certManager.kinds, ...envoyGateway.kinds };
const produced = (objects: readonly Manifest[]) =>
  objects.flatMap((o) => [...(facts[groupKind(o)]?.produces?.(o) ?? [])]);

const acme = (solver: unknown, rest = {}) => ({
  tls: { issuer: 'acme', email: 'ml@example.com', solver, ...rest },
});
const ROUTE53 = { kind: 'route53', region: 'eu-central-1', role: 'arn:aws:iam::111122223333:role/keelson-dns' };
const AZURE = {
  kind: 'azure-dns',
  subscription: '00000000-0000-4000-8000-000000000001',
  resourceGroup: 'dns',
  zone: 'ml.example.com',
  identity: '00000000-0000-4000-8000-000000000002',
};
const SELF_SIGNED = { tls: { issuer: 'self-signed' } };
const ALL = {
  none: { tls: { issuer: 'none' } },
  'self-signed': SELF_SIGNED,
  ca: { tls: { issuer: 'ca' } },
  route53: acme(ROUTE53),
  'cloud-dns': acme({ kind: 'cloud-dns', project: 'example-dns' }),
  'azure-dns': acme(AZURE),
  http01: acme({ kind: 'http01', hosts: ['mlflow', 'grafana'] }),
};

describe.each(Object.entries(ALL))('TLS by %s', (_, settings) => {
  const { door, objects, others } = made(settings);
  const all = [...objects, ...produced(objects)];
  const ids = new Set(all.map((o) => `${groupKind(o)}/${o.metadata.namespace ?? ''}/${o.metadata.name}`));
  for (const key of Object.keys(door.credentials)) ids.add(`/Secret/prod-gateway/gateway-${key}`);

  test('every object it names is there', () => {
    const missing = objects.flatMap((o) =>
      [...(facts[groupKind(o)]?.references?.(o) ?? [])].filter(
        ({ target, namespace, name }) => !ids.has(`${target}/${namespace ?? ''}/${name}`),
      ),
    );
    expect(missing).toEqual([]);
  });

  test('what is in no namespace names the environment, for clusters that several share', () => {
    for (const o of objects.filter((o) => facts[groupKind(o)]?.clusterScoped)) {
      expect(o.metadata).toEqual({ name: 'keelson-prod' });
    }
    expect(
      objects.filter((o) => !facts[groupKind(o)]?.clusterScoped && o.metadata.namespace !== 'prod-gateway'),
    ).toEqual([]);
  });

  test('the labels of each component select exactly the pods that are made for it', () => {
    const pods = produced(objects).filter(({ kind }) => kind === 'Pod');
    for (const component of [door, ...others]) {
      const selected = pods.filter((pod) =>
        Object.entries(component.pods ?? {}).every(([key, value]) => pod.metadata.labels?.[key] === value),
      );
      expect(selected).toHaveLength(1);
    }
    expect(pods).toHaveLength(1 + others.length);
  });
});

test('plain HTTP only says where HTTPS is', () => {
  const { door, objects } = made(SELF_SIGNED);
  expect(door.gateway).toEqual({ gateway: 'gateway', listener: 'https', scheme: 'https', domain: 'ml.example.com' });
  expect(spec(objects, 'HTTPRoute')).toMatchObject({
    parentRefs: [{ name: 'gateway', sectionName: 'http' }],
    rules: [{ filters: [{ requestRedirect: { scheme: 'https', statusCode: 301 } }] }],
  });
});

test('only namespaces of the environment attach routes', () => {
  const from = { namespaces: { from: 'Selector', selector: { matchLabels: { 'keelson.dev/environment': 'prod' } } } };
  expect(spec(made(SELF_SIGNED).objects, 'Gateway')).toMatchObject({
    gatewayClassName: 'keelson-prod',
    infrastructure: { parametersRef: { kind: 'EnvoyProxy', name: 'gateway' } },
    listeners: [
      { name: 'http', hostname: '*.ml.example.com', allowedRoutes: from },
      {
        name: 'https',
        hostname: '*.ml.example.com',
        allowedRoutes: from,
        tls: { certificateRefs: [{ name: 'gateway-tls' }] },
      },
    ],
  });
});

test('uploads and streams are not cut off after 15 seconds', () => {
  expect(spec(made(SELF_SIGNED).objects, 'BackendTrafficPolicy')).toMatchObject({
    targetRefs: [{ kind: 'Gateway', name: 'gateway' }],
    timeout: { http: { requestTimeout: '0s', streamIdleTimeout: '1h' } },
  });
});

test('anyone may reach the ports that the proxies listen on, which are not those of the Service', () => {
  const ports = (settings: unknown) =>
    made(settings).door.ambient?.anyone?.ports.map(({ port, targetPort }) => [port, targetPort]);
  expect(ports(SELF_SIGNED)).toEqual([
    [80, 10_080],
    [443, 10_443],
  ]);
  expect(ports(ALL.none)).toEqual([[80, 10_080]]);
});

test('the ports match those of the pods that Envoy Gateway makes', () => {
  const { door, objects } = made(SELF_SIGNED);
  const [pod] = produced(objects).filter(({ kind }) => kind === 'Pod');
  const open = JSON.stringify(pod);
  for (const { targetPort } of door.ambient?.anyone?.ports ?? [])
    expect(open).toContain(`"containerPort":${targetPort}`);
  expect(door.metrics).toEqual([{ via: 'pod', port: { name: 'metrics', port: 19_001 }, path: '/stats/prometheus' }]);
  expect(open).toContain('{"name":"metrics","containerPort":19001}');
});

describe('the Service', () => {
  const service = (provider: string, settings?: unknown) =>
    (
      JSON.parse(
        JSON.stringify(spec(made({ ...SELF_SIGNED, service: settings }, environment(provider)).objects, 'EnvoyProxy')),
      ) as {
        provider: { kubernetes: { envoyService: unknown } };
      }
    ).provider.kubernetes.envoyService;

  test('is the load balancer of the provider, in the own network', () => {
    expect(service('eks')).toEqual({
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      annotations: {
        'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
        'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
        'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal',
      },
    });
    expect(service('gke', { type: 'LoadBalancer', scheme: 'internet-facing' })).toEqual({
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
    });
    expect(service('aks', { type: 'LoadBalancer', annotations: { a: 'b' } })).toMatchObject({
      annotations: { 'service.beta.kubernetes.io/azure-load-balancer-internal': 'true', a: 'b' },
    });
  });

  test('is a fixed port of any node where nothing balances load', () => {
    expect(service('kind')).toEqual({
      type: 'NodePort',
      externalTrafficPolicy: 'Cluster',
      patch: {
        type: 'StrategicMerge',
        value: {
          spec: {
            ports: [
              { port: 80, nodePort: 30_080 },
              { port: 443, nodePort: 30_443 },
            ],
          },
        },
      },
    });
  });
});

describe('ACME', () => {
  test('DNS records on AWS are written as a ServiceAccount of the gateway, not as cert-manager', () => {
    const { objects } = made(ALL.route53);
    expect(spec(objects, 'Issuer')).toMatchObject({
      acme: {
        server: 'https://acme-v02.api.letsencrypt.org/directory',
        solvers: [{ dns01: { route53: { auth: { kubernetes: { serviceAccountRef: { name: 'gateway-tls-dns' } } } } } }],
      },
    });
    expect(objects.find(({ kind }) => kind === 'Role')?.rules).toEqual([
      { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['gateway-tls-dns'], verbs: ['create'] },
    ]);
  });

  test("what speaks as cert-manager is no namespace's to use", () => {
    for (const settings of [ALL['cloud-dns'], ALL['azure-dns']]) {
      const { objects } = made(settings);
      expect(objects.some(({ kind }) => kind === 'Issuer')).toBe(false);
      expect(spec(objects, 'Certificate')).toMatchObject({
        issuerRef: { kind: 'ClusterIssuer', name: 'keelson-prod' },
      });
    }
  });

  test('a challenge over HTTP names every host, and reaches the pods that answer', () => {
    const { door, others, objects } = made(ALL.http01);
    expect(spec(objects, 'Certificate')).toMatchObject({
      dnsNames: ['mlflow.ml.example.com', 'grafana.ml.example.com'],
    });
    expect(door.needs).toHaveProperty('challenges');
    expect(others.map(({ name, pods }) => [name, pods])).toEqual([
      ['acme-challenge', { 'acme.cert-manager.io/http01-solver': 'true' }],
    ]);
  });

  test('cert-manager may reach the server, and the cloud only for records in its zones', () => {
    const reached = (settings: unknown) =>
      made(settings).door.operatorEgress?.map(({ to, ports }) => `${to.name}:${ports.join()}`);
    expect(reached(ALL.route53)).toEqual(['internet:443', 'internet:443']);
    expect(reached(ALL['cloud-dns'])).toContain('metadata-server:80,988');
    expect(
      reached(
        acme(
          { kind: 'http01', hosts: ['a'] },
          { server: 'https://ca.example.com:8443/acme', addresses: ['10.1.0.0/16'] },
        ),
      ),
    ).toEqual(['acme-server:8443']);
    expect(reached(SELF_SIGNED)).toEqual([]);
  });
});

test('a root of its own is kept for ten years, so that people trust it once', () => {
  const { objects } = made(SELF_SIGNED);
  expect(spec(objects, 'Certificate', 'gateway-tls-ca')).toMatchObject({
    isCA: true,
    duration: '87600h',
    privateKey: { rotationPolicy: 'Never' },
    issuerRef: { kind: 'Issuer', name: 'gateway-tls-ca' },
  });
  expect(spec(objects, 'Issuer', 'gateway-tls')).toEqual({ ca: { secretName: 'gateway-tls-ca' } });
});

test('a CA of somebody else comes as a credential that cannot be generated', () => {
  const { door, objects } = made(ALL.ca);
  expect(Object.values(door.credentials.ca?.keys ?? {})).toMatchObject([{ kind: 'provided' }, { kind: 'provided' }]);
  expect(spec(objects, 'Issuer')).toEqual({ ca: { secretName: 'gateway-ca' } });
});

describe('under a GatewayClass that is already there', () => {
  const settings = { ...SELF_SIGNED, proxies: { cidrs: ['130.211.0.0/22', '35.191.0.0/16'] } };

  test('no proxies are made, and requests come from where the environment says', () => {
    const { door, objects } = made(settings, environment('gke', 'gke-l7-rilb'));
    expect(objects.map(({ kind }) => kind)).not.toContain('EnvoyProxy');
    expect(door).toMatchObject({
      podless: true,
      operators: ['cert-manager'],
      gateway: { proxies: { cidrs: ['130.211.0.0/22', '35.191.0.0/16'] } },
    });
    expect(spec(objects, 'Gateway')).toMatchObject({ gatewayClassName: 'gke-l7-rilb' });
  });

  test('settings that would do nothing are problems', () => {
    expect(problems({ ...SELF_SIGNED, service: { type: 'ClusterIP' } }, environment('gke', 'gke-l7-rilb'))).toEqual([
      'requests come through cluster.gatewayClass "gke-l7-rilb", and nothing says from where; set proxies',
      'service has no meaning for cluster.gatewayClass "gke-l7-rilb", which has its own; remove it',
    ]);
    expect(problems(settings)).toEqual([
      'proxies is for gateways of cluster.gatewayClass; without it the proxies are known, so remove it',
    ]);
  });
});

test('a laptop has no load balancer, and the internet gets no passwords in the clear', () => {
  expect(problems({ ...SELF_SIGNED, service: { type: 'LoadBalancer' } })).toEqual([
    'nothing balances load on kind; choose a service of type NodePort or ClusterIP',
  ]);
  expect(
    problems({ ...ALL.none, service: { type: 'LoadBalancer', scheme: 'internet-facing' } }, environment('eks')),
  ).toEqual([
    'an internet-facing load balancer without TLS would show every password to everybody; choose another tls.issuer',
  ]);
});
