import type { ApplicationSet } from '../../imports/argo-cd.ts';
import type { Cluster } from '../../imports/cloudnative-pg.ts';
import type { ExternalSecret } from '../../imports/external-secrets.ts';
import type { HTTPRoute } from '../../imports/gateway-api.ts';
import type { ConfigMap, Deployment, StatefulSet } from '../../imports/k8s.ts';
import type { RayCluster } from '../../imports/kuberay.ts';

// What `tsc` says about these is the test; `@ts-expect-error` fails where there is no error.

const metadata = { name: 'example' };

const deployment: Deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: {
    selector: { matchLabels: {} },
    template: { spec: { containers: [{ name: 'main', resources: { limits: { cpu: 1, memory: '1Gi' } } }] } },
  },
};

const claims: StatefulSet['spec'] = {
  serviceName: 'example',
  selector: {},
  template: {},
  volumeClaimTemplates: [{ metadata, spec: { accessModes: ['ReadWriteOnce'] } }],
};

const cluster: Cluster = {
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata,
  spec: { instances: 3, storage: { size: '10Gi' }, primaryUpdateStrategy: 'unsupervised' },
};

const route: HTTPRoute = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata,
  spec: { parentRefs: [{ name: 'web' }], rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }] },
};

const secret: ExternalSecret = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata,
  spec: { refreshPolicy: 'CreatedOnce', data: [{ secretKey: 'a', remoteRef: { key: 'b' } }] },
};

const applications: ApplicationSet = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'ApplicationSet',
  metadata,
  spec: {
    generators: [{ git: { repoURL: 'https://example.org', revision: 'HEAD', directories: [{ path: 'dist/*' }] } }],
    template: {
      metadata: {},
      spec: { project: 'default', destination: {}, source: { repoURL: 'https://example.org' } },
    },
  },
};

const ray: RayCluster = {
  apiVersion: 'ray.io/v1',
  kind: 'RayCluster',
  metadata,
  spec: { headGroupSpec: { template: deployment.spec?.template ?? {} } },
};

// @ts-expect-error a field that does not exist
const typo: Deployment['spec'] = { selector: {}, template: {}, replica: 1 };
// @ts-expect-error a value that does not exist
const value: Cluster['spec']['primaryUpdateStrategy'] = 'sometimes';
// @ts-expect-error a manifest without a name
const nameless: ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} };

test('a manifest can be given to what takes any object', () => {
  const all: Record<string, unknown>[] = [deployment, cluster, route, secret, applications, ray, nameless];
  expect(all).toHaveLength(7);
  expect([claims, typo, value]).toHaveLength(3);
});
