import fc from 'fast-check';
import { stringify } from 'yaml';
import { mutations, unnoticed } from '../../tests/support/closure.ts';
import { certManager } from '../operators/cert-manager.ts';
import { cloudnativePg } from '../operators/cloudnative-pg.ts';
import { envoyGateway } from '../operators/envoy-gateway.ts';
import { externalSecrets } from '../operators/external-secrets.ts';
import { prometheusOperatorCrds } from '../operators/prometheus-operator-crds.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { ManifestSet } from '../platform/manifest-set.ts';
import { check } from './check.ts';
import { clusterOf } from './cluster.ts';
import { RULES } from './index.ts';
import { clusterFrom, entryOf, factsOf, manifestsOf, PROMETHEUS } from './testing.ts';

const operators = [certManager, cloudnativePg, envoyGateway, externalSecrets, prometheusOperatorCrds];
const served = new Set(operators.flatMap(({ kinds }) => Object.keys(kinds)));

const LABELS = {
  'app.kubernetes.io/name': 'app',
  'app.kubernetes.io/part-of': 'keelson',
  'app.kubernetes.io/managed-by': 'keelson',
  'keelson.dev/environment': 'test',
};
const object = (apiVersion: string, kind: string, name: string, rest: object = {}, metadata: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'ns', labels: LABELS, ...metadata },
  ...rest,
});
const confirm = { annotations: { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' } };
const pods = { matchLabels: { 'app.kubernetes.io/name': 'app' } };
const fromPrometheus = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': PROMETHEUS.namespace } },
  podSelector: { matchLabels: PROMETHEUS.labels },
};

/** A service with everything that one object can say of another. */
const OBJECTS = [
  object(
    'v1',
    'Namespace',
    'ns',
    {},
    {
      namespace: undefined,
      labels: { ...LABELS, 'pod-security.kubernetes.io/enforce': 'restricted' },
      ...confirm,
    },
  ),
  object('v1', 'ServiceAccount', 'app', { automountServiceAccountToken: false }),
  object('v1', 'ConfigMap', 'app', { data: { 'app.yaml': 'a: b', LOG_LEVEL: 'info' } }),
  object('v1', 'PersistentVolumeClaim', 'app', { spec: { storageClassName: 'standard' } }, confirm),
  object('external-secrets.io/v1', 'SecretStore', 'store', { spec: { provider: {} } }),
  object('external-secrets.io/v1', 'ExternalSecret', 'app-login', {
    spec: { secretStoreRef: { name: 'store' }, data: [{ secretKey: 'password', remoteRef: { key: 'x' } }] },
  }),
  object('cert-manager.io/v1', 'Issuer', 'issuer', { spec: { selfSigned: {} } }),
  object('cert-manager.io/v1', 'Certificate', 'tls', {
    spec: { secretName: 'app-tls', issuerRef: { name: 'issuer' } },
  }),
  object('apps/v1', 'Deployment', 'app', {
    spec: {
      replicas: 2,
      selector: pods,
      template: {
        metadata: { labels: pods.matchLabels },
        spec: {
          serviceAccountName: 'app',
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          topologySpreadConstraints: [{ labelSelector: pods }],
          containers: [
            {
              name: 'app',
              image: 'registry.example.com/app:1.2.3',
              args: ['--config=/etc/app/app.yaml', '--tls=/etc/tls/tls.crt', '--password=$(PASSWORD)'],
              env: [
                { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'app-login', key: 'password' } } },
                { name: 'LOG_LEVEL', valueFrom: { configMapKeyRef: { name: 'app', key: 'LOG_LEVEL' } } },
                { name: 'SELF', value: `http://app.ns.${'svc'}:80` },
              ],
              ports: [
                { name: 'http', containerPort: 8080 },
                { name: 'metrics', containerPort: 9090 },
              ],
              readinessProbe: { httpGet: { port: 'http' } },
              resources: { requests: { cpu: '100m', memory: '1Gi' }, limits: { memory: '1Gi' } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
              volumeMounts: [
                { name: 'config', mountPath: '/etc/app' },
                { name: 'tls', mountPath: '/etc/tls' },
                { name: 'data', mountPath: '/data' },
              ],
            },
          ],
          volumes: [
            { name: 'config', configMap: { name: 'app', items: [{ key: 'app.yaml', path: 'app.yaml' }] } },
            { name: 'tls', secret: { secretName: 'app-tls' } },
            { name: 'data', persistentVolumeClaim: { claimName: 'app' } },
          ],
        },
      },
    },
  }),
  object('policy/v1', 'PodDisruptionBudget', 'app', { spec: { selector: pods, maxUnavailable: 1 } }),
  object('v1', 'Service', 'app', {
    spec: {
      selector: pods.matchLabels,
      ports: [
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'metrics', port: 9090, targetPort: 'metrics' },
      ],
    },
  }),
  object(
    'monitoring.coreos.com/v1',
    'ServiceMonitor',
    'app',
    { spec: { selector: pods, endpoints: [{ port: 'metrics' }] } },
    { labels: { ...LABELS, release: PROMETHEUS.release } },
  ),
  object('networking.k8s.io/v1', 'NetworkPolicy', 'default-deny', {
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  }),
  object('networking.k8s.io/v1', 'NetworkPolicy', 'app', {
    spec: {
      podSelector: pods,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [fromPrometheus], ports: [{ port: 9090 }] },
        { from: [{ podSelector: pods }], ports: [{ port: 8080 }] },
      ],
      egress: [{ to: [{ podSelector: pods }], ports: [{ port: 8080 }] }],
    },
  }),
];
const YAML = OBJECTS.map((one) => stringify(one)).join('---\n');
const cluster = clusterFrom(YAML, { operators, facts: { served } });

test('the service itself violates nothing', () => {
  expect(check(cluster, RULES).violations.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
});

test('every name that something uses is changed', () => {
  expect([...mutations(cluster)].map(({ what }) => what)).toMatchInlineSnapshot(`
[
  "Namespace ns renamed",
  "ServiceAccount ns/app renamed",
  "ConfigMap ns/app renamed",
  "ConfigMap ns/app with key app.yaml renamed",
  "ConfigMap ns/app with key LOG_LEVEL renamed",
  "PersistentVolumeClaim ns/app renamed",
  "SecretStore ns/store renamed",
  "ExternalSecret ns/app-login with key password renamed",
  "ExternalSecret ns/app-login making its Secret app-login under another name",
  "Issuer ns/issuer renamed",
  "Certificate ns/tls making its Secret app-tls under another name",
  "Deployment ns/app with label app.kubernetes.io/name changed",
  "Deployment ns/app with port http changed",
  "Deployment ns/app with the number of port http changed",
  "Deployment ns/app with port metrics changed",
  "Deployment ns/app with the number of port metrics changed",
  "Service ns/app renamed",
  "Service ns/app with label app.kubernetes.io/name changed",
  "Service ns/app with port http changed",
  "Service ns/app with port metrics changed",
]
`);
});

test('no change of a name goes unnoticed', () => {
  expect(unnoticed(cluster, RULES)).toEqual([]);
});

test('without the rules every change goes unnoticed', () => {
  expect(unnoticed(cluster, [])).toHaveLength([...mutations(cluster)].length);
});

describe('whatever the manifests are', () => {
  const garbage = fc.oneof(
    fc.constantFrom(null, true, '', 'x', 0, -1, 1.5, [], {}, [null], [{}], { a: null }, '$(X)', 'a/b:1', '10.0.0.0/99'),
    fc.anything({ withNullPrototype: false }),
  );
  /** Puts something else at a random place below `spec`, `data`, `rules` or the labels. */
  const mutate = (manifest: Manifest, steps: readonly number[], value: unknown): Manifest => {
    const go = (current: unknown, [step, ...rest]: readonly number[]): unknown => {
      if (step === undefined || typeof current !== 'object' || current === null) return value;
      const keys = Object.keys(current);
      const key = keys[step % Math.max(keys.length, 1)];
      if (key === undefined) return value;
      const changed = go((current as Record<string, unknown>)[key], rest);
      if (Array.isArray(current)) return current.map((item, index) => (String(index) === key ? changed : item));
      return { ...current, [key]: changed };
    };
    const { apiVersion, kind, metadata, ...rest } = manifest;
    return { ...(go(rest, steps) as object), apiVersion, kind, metadata };
  };

  test('the rules answer, and never crash', () => {
    const manifests = manifestsOf(YAML);
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.nat({ max: 100 }), fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 9 }), garbage),
          {
            minLength: 1,
            maxLength: 4,
          },
        ),
        (changes) => {
          const changed = [...manifests];
          for (const [which, steps, value] of changes) {
            const index = which % changed.length;
            const manifest = changed[index];
            if (manifest) changed[index] = mutate(manifest, steps, value);
          }
          const written = new ManifestSet(changed.map((manifest) => entryOf(manifest)));
          check(clusterOf(written, operators, factsOf({ served })), RULES);
        },
      ),
      { numRuns: 300 },
    );
  });
});
