import type { Layer } from '../graph/component.ts';
import { type Entry, type Manifest, ManifestSet, type OwnedField } from '../platform/manifest-set.ts';
import type { Delivery } from './delivery.ts';

/** An object of a component, as small as it can be. */
export const entry = (
  component: string,
  layer: Layer,
  [apiVersion, kind, name, namespace]: readonly [string, string, string, string?],
  owned: readonly OwnedField[] = [],
): Entry => ({
  component,
  layer,
  source: component,
  owned,
  manifest: { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } },
});

export const chart = (operator: string, repoURL: string): Entry => {
  const manifest: Manifest = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: `prod.${operator}`, namespace: 'argocd' },
    spec: { source: { repoURL }, destination: { namespace: `${operator}-system` } },
  };
  return { component: operator, layer: 'operators', source: operator, owned: [], manifest };
};

export const delivery = (entries: readonly Entry[], more: Partial<Delivery> = {}): Delivery => ({
  environment: 'prod',
  cluster: { name: 'eks', destination: { name: 'eks' } },
  argocd: { namespace: 'argocd', repository: { url: 'https://git.example.com/ml/platform.git', revision: 'main' } },
  manifests: new ManifestSet(entries),
  operators: new Map(),
  ownedFields: ({ owned }) => owned,
  ...more,
});

const REPLICAS: OwnedField = { path: '.spec.replicas', by: 'HorizontalPodAutoscaler' };

/** Two teams alike, a component with one autoscaled Deployment of two, one that owns everything it writes, an operator. */
export const PROD: readonly Entry[] = [
  entry('namespaces', 'foundation', ['v1', 'Namespace', 'prod-ml']),
  entry('mlflow', 'platform', ['apps/v1', 'Deployment', 'mlflow', 'prod-ml'], [REPLICAS]),
  entry('mlflow', 'platform', ['apps/v1', 'Deployment', 'exporter', 'prod-ml']),
  entry('mlflow', 'platform', ['v1', 'Service', 'mlflow', 'prod-ml']),
  entry('vision', 'teams', ['ray.io/v1', 'RayCluster', 'a', 'prod-vision'], [REPLICAS]),
  entry('vision', 'teams', ['ray.io/v1', 'RayCluster', 'b', 'prod-vision'], [REPLICAS]),
  entry('ranking', 'teams', ['ray.io/v1', 'RayCluster', 'c', 'prod-ranking'], [REPLICAS]),
  chart('cnpg', 'https://charts.example.com'),
];
