/**
 * Every image, chart and kustomization that an environment can contain, pinned. Nothing else in `lib/` names one.
 * One line an entry, so that an update bot and a reviewer see one line change.
 */

export interface Image {
  /** Registry, which a mirror replaces. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

export interface HelmChart {
  /** Repository URL, or registry path of an OCI chart, as Argo CD's `repoURL` takes it. */
  readonly repository: string;
  readonly chart: string;
  readonly version: string;
}

/** A kustomization in a git repository, for what upstream releases in no other form. */
export interface Kustomization {
  /** Repository, as git clones it over HTTPS. */
  readonly repository: string;
  /** Tag. */
  readonly revision: string;
  readonly path: string;
}

const image = (registry: string, repository: string, tag: string): Image => ({ registry, repository, tag });
const chart = (repository: string, name: string, version: string): HelmChart => ({ repository, chart: name, version });

export const IMAGES = {
  'barman-cloud': image('ghcr.io', 'cloudnative-pg/plugin-barman-cloud', 'v0.15.0'),
  'barman-cloud-sidecar': image('ghcr.io', 'cloudnative-pg/plugin-barman-cloud-sidecar', 'v0.15.0'),
  'cert-manager-acmesolver': image('quay.io', 'jetstack/cert-manager-acmesolver', 'v1.21.1'),
  'cert-manager-cainjector': image('quay.io', 'jetstack/cert-manager-cainjector', 'v1.21.1'),
  'cert-manager-controller': image('quay.io', 'jetstack/cert-manager-controller', 'v1.21.1'),
  'cert-manager-webhook': image('quay.io', 'jetstack/cert-manager-webhook', 'v1.21.1'),
  'cloudnative-pg': image('ghcr.io', 'cloudnative-pg/cloudnative-pg', '1.30.1'),
  dex: image('ghcr.io', 'dexidp/dex', 'v2.45.1'),
  'configurable-http-proxy': image('quay.io', 'jupyterhub/configurable-http-proxy', '5.2.0'),
  envoy: image('docker.io', 'envoyproxy/envoy', 'distroless-v1.39.1'),
  'envoy-gateway': image('docker.io', 'envoyproxy/gateway', 'v1.9.1'),
  'envoy-ratelimit': image('docker.io', 'envoyproxy/ratelimit', '8fe6ea42'),
  'external-secrets': image('ghcr.io', 'external-secrets/external-secrets', 'v2.9.0'),
  // With git and all stores of feast[minimal]. The same version as verify/feast/ installs from PyPI.
  feast: image('quay.io', 'feastdev/feature-server', '0.67.0'),
  // Under the version of the chart it is built for: JupyterHub 5.5.0, KubeSpawner 7.0.0, OAuthenticator 17.4.0, psycopg2
  // 2.9.12, as verify/jupyterhub/ installs them from PyPI. Source: zero-to-jupyterhub-k8s 4.4.0, images/hub/requirements.txt.
  jupyterhub: image('quay.io', 'jupyterhub/k8s-hub', '4.4.0'),
  'kubeflow-notebook-controller': image('ghcr.io', 'kubeflow/notebooks/notebook-controller', 'v1.11.0'),
  'kubeflow-poddefaults': image('ghcr.io', 'kubeflow/dashboard/poddefaults-webhook', 'v2.0.0'),
  'kubeflow-profile-controller': image('ghcr.io', 'kubeflow/dashboard/profile-controller', 'v2.0.0'),
  'kuberay-operator': image('quay.io', 'kuberay/operator', 'v1.6.2'),
  // The last that was published, and only there: upstream took its images down from Docker Hub. Carries mc too.
  minio: image('quay.io', 'minio/minio', 'RELEASE.2025-09-07T16-13-09Z'),
  mlflow: image('ghcr.io', 'mlflow/mlflow', 'v3.17.2-full'),
  // Of Jupyter's docker-stacks, by the day of their build. From before JupyterHub 6, which a hub of 5 does not speak to.
  'notebook-minimal': image('quay.io', 'jupyter/minimal-notebook', '2026-08-10'),
  'notebook-minimal-previous': image('quay.io', 'jupyter/minimal-notebook', '2026-04-02'),
  'notebook-pytorch': image('quay.io', 'jupyter/pytorch-notebook', '2026-08-03'),
  'notebook-pytorch-gpu': image('quay.io', 'jupyter/pytorch-notebook', 'cuda12-2026-08-03'),
  'notebook-pytorch-gpu-previous': image('quay.io', 'jupyter/pytorch-notebook', 'cuda12-2026-02-09'),
  'notebook-pytorch-previous': image('quay.io', 'jupyter/pytorch-notebook', '2026-04-13'),
  // R in the tag; has RStudio, Jupyter and JupyterHub's server. Source: rocker-versioned2, scripts/install_jupyter.sh.
  'notebook-rstudio': image('docker.io', 'rocker/binder', '4.5.1'),
  'notebook-scipy': image('quay.io', 'jupyter/scipy-notebook', '2026-08-17'),
  'notebook-scipy-previous': image('quay.io', 'jupyter/scipy-notebook', '2026-04-20'),
  'notebook-tensorflow-gpu': image('quay.io', 'jupyter/tensorflow-notebook', 'cuda-2026-06-02'),
  pgbouncer: image('ghcr.io', 'cloudnative-pg/pgbouncer', '1.25.2'),
  // With the time of its build: tags without it are rebuilt every week.
  postgresql: image('ghcr.io', 'cloudnative-pg/postgresql', '18.6-202608310817-standard-trixie'),
  // Runs scripts that use nothing but Python's own library.
  python: image('docker.io', 'library/python', '3.14.7-slim-trixie'),
  // The same version as verify/ray/ installs from PyPI. Platform tags: none for CPU, -gpu for the newest CUDA it is built with.
  ray: image('docker.io', 'rayproject/ray', '2.60.0-py312'),
  'ray-gpu': image('docker.io', 'rayproject/ray', '2.60.0-py312-gpu'),
  'redis-exporter': image('docker.io', 'oliver006/redis_exporter', 'v1.92.1'),
  'sealed-secrets-controller': image('docker.io', 'bitnami/sealed-secrets-controller', '0.40.0'),
  seaweedfs: image('ghcr.io', 'chrislusf/seaweedfs', '4.48'),
  // The same version as verify/redis/ installs from PyPI.
  valkey: image('docker.io', 'valkey/valkey', '9.1.2'),
} as const satisfies Record<string, Image>;

export const CHARTS = {
  'barman-cloud': chart('https://cloudnative-pg.github.io/charts', 'plugin-barman-cloud', '0.8.0'),
  'cert-manager': chart('https://charts.jetstack.io', 'cert-manager', 'v1.21.1'),
  'cloudnative-pg': chart('https://cloudnative-pg.github.io/charts', 'cloudnative-pg', '0.29.1'),
  'envoy-gateway': chart('docker.io/envoyproxy', 'gateway-helm', 'v1.9.1'),
  'external-secrets': chart('https://charts.external-secrets.io', 'external-secrets', '2.9.0'),
  'kuberay-operator': chart('https://ray-project.github.io/kuberay-helm', 'kuberay-operator', '1.6.2'),
  'prometheus-operator-crds': chart(
    'https://prometheus-community.github.io/helm-charts',
    'prometheus-operator-crds',
    '31.0.1',
  ),
  'sealed-secrets': chart('https://bitnami.github.io/sealed-secrets', 'sealed-secrets', '2.19.3'),
} as const satisfies Record<string, HelmChart>;

const kustomization = (repository: string, revision: string, path: string): Kustomization => ({
  repository,
  revision,
  path,
});

export const KUSTOMIZATIONS = {
  // The controllers of Kubeflow have no charts. Each tag builds exactly the images of that tag.
  'kubeflow-notebooks': kustomization(
    'https://github.com/kubeflow/notebooks',
    'v1.11.0',
    'components/notebook-controller/config/overlays/standalone',
  ),
  'kubeflow-poddefaults': kustomization(
    'https://github.com/kubeflow/dashboard',
    'v2.0.0',
    'components/poddefaults-webhooks/manifests/kustomize/overlays/cert-manager',
  ),
  'kubeflow-profiles': kustomization(
    'https://github.com/kubeflow/dashboard',
    'v2.0.0',
    'components/profile-controller/manifests/kustomize/overlays/standalone',
  ),
} as const satisfies Record<string, Kustomization>;

export type KustomizationName = keyof typeof KUSTOMIZATIONS;
export type ImageName = keyof typeof IMAGES;
export type ChartName = keyof typeof CHARTS;

/** `registry/repository:tag`, or the same path below the mirror. */
export function imageReference(name: ImageName, mirror?: string): string {
  const { registry, repository, tag } = IMAGES[name];
  return `${mirror ?? registry}/${repository}:${tag}`;
}

/** Where Argo CD finds a chart. A mirror serves every chart as an OCI artifact under `<mirror>/charts`. */
export function chartSource(
  name: ChartName,
  mirror?: string,
): { repoURL: string; chart: string; targetRevision: string } {
  const { repository, chart: chartName, version } = CHARTS[name];
  return { repoURL: mirror === undefined ? repository : `${mirror}/charts`, chart: chartName, targetRevision: version };
}

/**
 * Where Argo CD finds a kustomization. A mirror serves the tree of the repository at its tag as an OCI artifact of that
 * tag, under `<mirror>/git/<path of the repository>`.
 */
export function kustomizationSource(
  name: KustomizationName,
  mirror?: string,
): { repoURL: string; path: string; targetRevision: string } {
  const { repository, revision, path } = KUSTOMIZATIONS[name];
  const repoURL =
    mirror === undefined ? repository : `oci://${mirror}/git/${repository.replace(/^https:\/\/[^/]+\//, '')}`;
  return { repoURL, path, targetRevision: revision };
}

export const imageNames = (): readonly ImageName[] =>
  Object.keys(IMAGES).filter((name): name is ImageName => name in IMAGES);

/** Hosts that images and charts come from when no mirror stands in for them. */
export function publicHosts(): readonly string[] {
  const registries = Object.values(IMAGES).map(({ registry }) => registry);
  const repositories = [...Object.values(CHARTS), ...Object.values(KUSTOMIZATIONS)].map(({ repository }) =>
    repository.replace(/^https:\/\//, '').replace(/\/.*$/, ''),
  );
  return [...new Set([...registries, ...repositories])].sort();
}
