import type { Manifest } from '../platform/manifest-set.ts';
import { groupKind } from '../platform/manifest-set.ts';
import { OPERATORS } from './index.ts';

const facts = Object.assign({}, ...Object.values(OPERATORS).map(({ kinds }) => kinds));
const object = (apiVersion: string, kind: string, spec: unknown, namespace = 'data'): Manifest => ({
  apiVersion,
  kind,
  metadata: { name: 'it', namespace },
  spec,
});
const references = (manifest: Manifest) => [...(facts[groupKind(manifest)].references?.(manifest) ?? [])];
const produces = (manifest: Manifest): Manifest[] => [...(facts[groupKind(manifest)].produces?.(manifest) ?? [])];

describe('ExternalSecret', () => {
  const es = (spec: unknown) => object('external-secrets.io/v1', 'ExternalSecret', spec);

  test('names its store, and the stores and generators of single values', () => {
    const found = references(
      es({
        secretStoreRef: { kind: 'ClusterSecretStore', name: 'all' },
        data: [{ secretKey: 'a', sourceRef: { storeRef: { name: 'one' } } }],
        dataFrom: [{ sourceRef: { generatorRef: { kind: 'Password', name: 'made' } } }],
      }),
    );
    expect(found.map(({ target, namespace, name }) => [target, namespace, name])).toEqual([
      ['external-secrets.io/ClusterSecretStore', undefined, 'all'],
      ['external-secrets.io/SecretStore', 'data', 'one'],
      ['generators.external-secrets.io/Password', 'data', 'made'],
    ]);
  });

  test.each([
    ['the keys of a template that replaces', { template: { data: { b: '' } } }, { b: '' }],
    ['all keys where a template adds', { template: { mergePolicy: 'Merge', data: { b: '' } } }, { a: '', b: '' }],
    ['the keys that are fetched', {}, { a: '' }],
  ])('makes a Secret with %s', (_, target, data) => {
    const [secret] = produces(es({ data: [{ secretKey: 'a' }], target: { name: 'other', ...target } }));
    expect(secret).toMatchObject({ kind: 'Secret', metadata: { name: 'other', namespace: 'data' }, type: 'Opaque' });
    expect(secret?.data).toEqual(data);
  });

  test('makes none where it is told not to', () => {
    expect(produces(es({ target: { creationPolicy: 'None' } }))).toEqual([]);
  });
});

test('a SecretStore names its identity, and no object that every namespace has', () => {
  const store = object('external-secrets.io/v1', 'SecretStore', {
    provider: {
      kubernetes: {
        auth: { serviceAccount: { name: 'reader' } },
        server: { caProvider: { type: 'ConfigMap', name: 'kube-root-ca.crt', key: 'ca.crt' } },
      },
    },
  });
  expect(references(store)).toEqual([
    {
      field: 'spec.provider.kubernetes.auth.serviceAccount',
      target: '/ServiceAccount',
      namespace: 'data',
      name: 'reader',
    },
  ]);
});

test('a SealedSecret makes a Secret of sealed and of readable keys', () => {
  const [secret] = produces(
    object('bitnami.com/v1alpha1', 'SealedSecret', { encryptedData: { a: 'x' }, template: { data: { b: 'y' } } }),
  );
  expect(secret?.data).toEqual({ a: '', b: '' });
});

describe('cert-manager', () => {
  test('a Certificate names its issuer and makes the Secret that a Gateway reads', () => {
    const certificate = object('cert-manager.io/v1', 'Certificate', {
      secretName: 'tls',
      issuerRef: { kind: 'ClusterIssuer', name: 'acme' },
    });
    expect(references(certificate)).toEqual([
      { field: 'spec.issuerRef', target: 'cert-manager.io/ClusterIssuer', name: 'acme' },
    ]);
    const gateway = object('gateway.networking.k8s.io/v1', 'Gateway', {
      listeners: [{ name: 'https', port: 443, tls: { certificateRefs: [{ name: 'tls' }] } }],
    });
    const [secret] = produces(certificate);
    const [reference] = references(gateway);
    expect(reference).toMatchObject({ target: '/Secret', namespace: 'data', name: secret?.metadata.name });
    expect(Object.keys(Object(secret?.data))).toEqual(expect.arrayContaining(reference.keys));
  });

  test("a ClusterIssuer's Secrets are in cert-manager's namespace", () => {
    const { metadata, ...rest } = object('cert-manager.io/v1', 'ClusterIssuer', {
      acme: { privateKeySecretRef: { name: 'account' } },
    });
    expect(produces({ ...rest, metadata: { name: metadata.name } })).toMatchObject([
      { kind: 'Secret', metadata: { name: 'account', namespace: 'cert-manager' }, data: { 'tls.key': '' } },
    ]);
  });
});

describe('Gateway API', () => {
  test('a route names its gateway, and the port of the Service behind it', () => {
    const route = object('gateway.networking.k8s.io/v1', 'HTTPRoute', {
      parentRefs: [{ name: 'door', namespace: 'gateway' }],
      rules: [{ backendRefs: [{ name: 'mlflow', port: 5000 }] }],
    });
    expect(references(route)).toEqual([
      { field: 'spec.parentRefs[0]', target: 'gateway.networking.k8s.io/Gateway', namespace: 'gateway', name: 'door' },
      { field: 'spec.rules[0].backendRefs[0]', target: '/Service', namespace: 'data', name: 'mlflow', port: 5000 },
    ]);
  });

  test('a Gateway of Envoy has pods that listen above the privileged ports, behind a Service of its name', () => {
    const made = produces(
      object('gateway.networking.k8s.io/v1', 'Gateway', {
        listeners: [
          { name: 'http', port: 80 },
          { name: 'alt', port: 8443 },
        ],
      }),
    );
    expect(made.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
      'ServiceAccount/it',
      'ConfigMap/it',
      'Service/it',
      'Pod/it',
    ]);
    expect(made[2]?.spec).toMatchObject({
      ports: [
        { port: 80, targetPort: 10_080 },
        { port: 8443, targetPort: 8443 },
      ],
    });
    expect(made[3]?.metadata.labels).toMatchObject(Object(made[2]?.spec).selector);
  });
});

test('monitors look in their own namespace unless they name others', () => {
  const selections = (spec: object) => [
    ...facts['monitoring.coreos.com/PodMonitor'].selects(object('monitoring.coreos.com/v1', 'PodMonitor', spec)),
  ];
  expect(selections({ selector: { matchLabels: { a: 'b' } } })).toEqual([
    { field: 'spec.selector', target: '/Pod', within: { namespace: 'data' }, selector: { matchLabels: { a: 'b' } } },
  ]);
  expect(selections({ namespaceSelector: { matchNames: ['x', 'y'] } })).toHaveLength(2);
});

test('monitors name the keys that Prometheus logs in with', () => {
  const login = { basicAuth: { username: { name: 'login', key: 'user' }, password: { name: 'login', key: 'pass' } } };
  const tls = { tlsConfig: { ca: { configMap: { name: 'ca', key: 'ca.crt' } } } };
  const monitor = object('monitoring.coreos.com/v1', 'ServiceMonitor', { endpoints: [login, tls] });
  expect(references(monitor).map(({ field, target, name, keys }) => [field, target, name, keys])).toEqual([
    ['spec.endpoints[0].basicAuth.username', '/Secret', 'login', ['user']],
    ['spec.endpoints[0].basicAuth.password', '/Secret', 'login', ['pass']],
    ['spec.endpoints[1].tlsConfig.ca.configMap', '/ConfigMap', 'ca', ['ca.crt']],
  ]);
});
