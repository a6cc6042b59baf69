import { type Compatible, pairwise, type Row, rowWith } from './pairwise.ts';

/** Everything that an environment can choose, by what the choice is about. */
const DIMENSIONS = {
  provider: ['kind', 'minikube', 'eks', 'gke', 'aks'],
  secrets: ['aws', 'gcp', 'azure', 'vault', 'sealed-secrets', 'generated'],
  store: ['minio-1', 'minio-4', 'seaweedfs-1', 'seaweedfs-3', 's3', 'gcs', 'azure', 's3-compatible'],
  postgres: ['one', 'several', 'wal', 'backups', 'pooler', 'recovered', 'external'],
  cache: ['none', 'durable', 'both', 'external'],
  gateway: [
    'none',
    'no-tls',
    'self-signed',
    'ca',
    'existing',
    'route53',
    'cloud-dns',
    'azure-dns',
    'http01',
    'own-proxies',
    'own-addresses',
  ],
  service: ['default', 'internet-facing', 'node-port', 'cluster-ip'],
  mlflow: ['plain', 'login', 'gc', 'autoscaling', 'everything', 'jobs'],
  monitoring: ['off', 'on'],
  mirror: ['off', 'on', 'path'],
  prefix: ['none', 'short', 'longest'],
  teams: ['none', 'two'],
  nodes: ['plain', 'described'],
  ray: ['none', 'shared', 'teams'],
  features: ['none', 'files', 'duckdb', 'postgres'],
  signIn: ['none', 'dex', 'oidc'],
  notebooks: ['none', 'hub', 'kubeflow'],
} as const;

export type Choice = Row<typeof DIMENSIONS>;

/** What the platform refuses, with a sentence to the user. */
const REFUSED: readonly (readonly [RegExp, RegExp])[] = [
  [/^store=s3$/, /^provider=(?!eks)/],
  [/^store=gcs$/, /^provider=(?!gke)/],
  [/^store=azure$/, /^provider=(?!aks)/],
  [/^secrets=generated$/, /^store=s3-compatible$/],
  [/^secrets=generated$/, /^gateway=ca$/],
  [/^service=internet-facing$/, /^provider=(kind|minikube)$/],
  [/^service=internet-facing$/, /^gateway=no-tls$/],
  [/^service=(?!default)/, /^gateway=own-/],
  [/^features=files$/, /^store=(gcs|azure)$/],
  [/^signIn=dex$/, /^secrets=generated$/],
];
/** What cannot be said: there is no Service without a gateway. */
const MEANINGLESS: readonly (readonly [RegExp, RegExp])[] = [
  [/^service=(?!default)/, /^gateway=none$/],
  // Nobody is there to have it, and no node with a GPU.
  [/^ray=teams$/, /^(teams=none|nodes=plain)$/],
  // The values have to be somewhere, and of somebody.
  [/^features=(?!none)/, /^(teams|cache)=none$/],
  // People sign in to a hub through the gateway, and teams are who may.
  [/^signIn=dex$/, /^gateway=none$/],
  [/^notebooks=hub$/, /^(signIn|gateway|teams)=none$/],
  // The secret of a client that nobody has is asked of nobody.
  [/^notebooks=hub$/, /^secrets=generated$/],
  // No volume there can be shared.
  [/^features=duckdb$/, /^provider=kind$/],
];

const isAmong =
  (pairs: readonly (readonly [RegExp, RegExp])[]): Compatible =>
  (a, b) =>
    pairs.some(([one, other]) => (one.test(a) && other.test(b)) || (one.test(b) && other.test(a)));
const isApart = isAmong([...REFUSED, ...MEANINGLESS]);

/** Rows in which every two choices that go together do so at least once. */
export const choices = (): Choice[] => pairwise(DIMENSIONS, (a, b) => !isApart(a, b));

/** Rows of choices that go together, except for two that do not. */
export function refusedChoices(): (readonly [string, Choice])[] {
  const all = Object.entries(DIMENSIONS).flatMap(([dimension, values]) =>
    values.map((value) => `${dimension}=${value}`),
  );
  const pairs = all.flatMap((a, index) =>
    all.slice(index + 1).flatMap((b) => (isAmong(REFUSED)(a, b) ? [[a, b]] : [])),
  );
  return pairs.map((pair) => {
    const row = rowWith(DIMENSIONS, pair, (a, b) => !isApart(a, b) || (pair.includes(a) && pair.includes(b)));
    if (!row) throw new Error(`nothing goes with ${pair.join(' and ')}`);
    return [pair.join(' and '), row];
  });
}

export const titleOf = (choice: Choice): string => Object.values(choice).join(', ');

/** The files of the environment that makes a choice. Its sealed values, if it wants some, are not among them. */
export function filesOf(choice: Choice): Record<string, unknown> {
  const { provider, prefix, mirror, monitoring, nodes, teams } = choice;
  const environment = {
    namespacePrefix: { none: '', short: 'x-', longest: 'a-prefix-of-18-ch-' }[prefix],
    cluster: {
      name: 'matrix',
      provider,
      kubernetesVersion: '1.34',
      region: 'eu-central-1',
      domain: 'ml.example.com',
      ...(choice.gateway.startsWith('own-') && { gatewayClass: 'shared' }),
      ...(provider === 'eks' && { storageClasses: { block: 'gp3', shared: 'efs' } }),
      nodePools: [{ name: 'general', instanceType: 'any', cpu: 8, memory: '32Gi', min: 1, max: 9 }, ...GPU[nodes]],
      ...(nodes === 'described' && {
        dns: { nodeLocal: '169.254.20.10/32' },
        apiServer: { cidrs: ['10.20.0.0/20', '2001:db8::/32'], port: 6443 },
        destination: { server: 'https://k8s.example.com:6443' },
        volumeSnapshotClasses: { block: 'disks', shared: 'files' },
        people: { userPrefix: 'oidc:', groupPrefix: 'oidc:' },
      }),
      ...{
        off: {},
        on: { registryMirror: 'registry.example.com' },
        path: { registryMirror: 'registry.example.com:5000/mirror' },
      }[mirror],
    },
    argocd: { repository: { url: 'https://git.example.com/ml/platform.git', revision: 'main' } },
    ...(monitoring === 'on' && { monitoring: { namespace: 'monitoring', release: 'prometheus' } }),
    components: {
      secrets: SECRETS[choice.secrets],
      ...(choice.gateway !== 'none' && { gateway: gatewayOf(choice) }),
      mlflow: MLFLOW[choice.mlflow],
      ...(choice.ray === 'shared' && { ray: SHARED_RAY }),
      ...(choice.features !== 'none' && { feast: choice.features === 'duckdb' ? { file: {} } : {} }),
      ...(choice.signIn === 'dex' && { dex: DEX }),
      ...(choice.notebooks === 'hub' && { notebooks: nodes === 'described' ? HUB_WITH_GPUS : HUB }),
      ...(choice.notebooks === 'kubeflow' && { notebooks: { flavour: 'kubeflow', idle: '90m' } }),
      ...(choice.postgres !== 'external' && { postgres: POSTGRES[choice.postgres] }),
      ...(isInside(choice.store) && INSIDE[choice.store]),
      ...CACHE[choice.cache],
    },
    external: {
      ...(choice.postgres === 'external' && { postgres: EXTERNAL_POSTGRES }),
      ...(choice.signIn === 'oidc' && { oidc: OIDC }),
      ...(!isInside(choice.store) && { 'object-store': OUTSIDE[choice.store] }),
      ...(choice.cache === 'external' && { cache: EXTERNAL_CACHE }),
    },
  };
  const team = (name: string) => ({
    name,
    displayName: `Team "${name}"`,
    costCentre: 'cc-1',
    quota: { cpu: 32, memory: '128Gi', storage: '1Ti', gpus: 1 },
  });
  return {
    'environments/matrix/environment.yaml': environment,
    ...(teams === 'two' && {
      'environments/matrix/teams/vision.yaml': {
        ...team('vision'),
        ...EVERYTHING_OF_A_TEAM,
        ...(nodes === 'described' && { snapshots: { schedule: '30 1 * * *', keep: '7d' } }),
        ...(choice.ray === 'teams' && RAY_OF_A_TEAM),
        ...(choice.features !== 'none' && { features: FEATURES[choice.features] }),
        ...(choice.features === 'duckdb' && { sharedVolume: { size: '1Ti' } }),
      },
      // As long as a name may be.
      'environments/matrix/teams/a-team-whose-name-is-as-long-as-maybe-40.yaml': {
        ...team('a-team-whose-name-is-as-long-as-maybe-40'),
        ...(choice.features === 'postgres' && { features: FEATURES.postgres }),
        ...(choice.notebooks === 'kubeflow' && KUBEFLOW_OF_A_TEAM),
      },
    }),
  };
}

const KUBEFLOW_OF_A_TEAM = {
  members: { admins: { groups: ['admins@example.com'] } },
  kubeflow: {
    profile: true,
    notebooks: [{ name: 'ada', image: 'registry.example.com/team/notebook:1.0.0', cpu: 1, memory: '4Gi' }],
  },
};

const GUID = '11111111-2222-4333-8444-555555555555';
const ROLE = 'arn:aws:iam::111122223333:role/keelson';

const GPU = {
  plain: [],
  described: [
    {
      name: 'gpu',
      instanceType: 'big',
      cpu: '7910m',
      memory: '29Gi',
      gpu: { model: 'a10g', count: 4 },
      min: 0,
      max: 4,
      spot: true,
      labels: { 'keelson.dev/pool': 'gpu' },
      taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }],
    },
  ],
};

const EVERYTHING_OF_A_TEAM = {
  members: {
    users: ['ada@example.com'],
    groups: ['ml-vision'],
    admins: { users: ['grace@example.com'] },
    viewers: { groups: ['auditors'] },
  },
  perUser: { notebooks: 2, gpus: 1 },
  datasets: [
    { name: 'a', claim: 'data' },
    { name: 'b', nfs: { server: 'nfs.example.com', path: '/b' } },
    { name: 'c', csi: { driver: 'files.example.com', volumeHandle: 'c', attributes: { share: 'c' } } },
  ],
  bucket: true,
  podSecurity: { level: 'baseline', reason: 'its simulator wants a host port' },
};
const DEX = {
  connectors: [
    {
      type: 'github',
      id: 'github',
      title: 'GitHub',
      clientId: 'Iv1.0123456789abcdef',
      organizations: [{ name: 'example' }],
    },
  ],
};
const OIDC = {
  issuer: 'https://login.example.com',
  endpoints: {
    authorization: 'https://login.example.com/authorize',
    token: 'https://login.example.com/token',
    userinfo: 'https://login.example.com/userinfo',
    jwks: 'https://login.example.com/keys',
  },
  clients: { jupyterhub: { clientId: 'keelson' } },
  groupsClaim: 'groups',
};
const HUB = {
  catalogue: ['minimal', 'scipy', 'pytorch', 'rstudio'],
  adminGroups: ['ml-platform'],
  sizes: [{ name: 'small', cpu: '100m', memory: '1Gi' }],
};

const HUB_WITH_GPUS = {
  ...HUB,
  catalogue: ['minimal', 'pytorch-gpu', 'tensorflow-gpu'],
  sizes: [...HUB.sizes, { name: 'a10g', cpu: 1, memory: '4Gi', gpu: { model: 'a10g' }, spot: true }],
};

const SHARED_RAY = { workerGroups: [{ name: 'cpu', cpu: 2, memory: '4Gi', max: 4 }] };
// New each time: YAML would write what stands twice as an alias.
const served = () => ({
  image: { reference: 'registry.example.com/team/serve:1.0.0', rayVersion: '2.60.0' },
  workerGroups: [{ name: 'cpu', cpu: 2, memory: '4Gi', min: 1, max: 1 }],
  applications: [
    { name: 'a', importPath: 'a:app', deployments: [{ name: 'A', replicas: { min: 0, max: 2 }, cpus: 0.5 }] },
  ],
});
const RAY_OF_A_TEAM = {
  rayClusters: [
    {
      name: 'train',
      workerGroups: [
        { name: 'gpu', cpu: 2, memory: '4Gi', gpu: { model: 'a10g', count: 2 }, max: 2, spot: true, idleTimeout: '5m' },
      ],
      internet: true,
    },
  ],
  rayServices: [
    { name: 'a', weight: 9, ...served() },
    { name: 'b', path: 'a', weight: 1, upgrade: 'None', proxyLocation: 'HeadOnly', ...served() },
  ],
  rayJobs: [
    { name: 'once', entrypoint: 'python a.py', submission: 'operator', queue: 'q', keepFor: '5m', retries: 1 },
    { name: 'nightly', entrypoint: 'python a.py', schedule: '0 1 * * *', deadline: '1h', runtimeEnv: { pip: ['a'] } },
  ],
};

const stored = (store: object) => ({ source: 'external-secrets', ...store });
const SECRETS = {
  aws: stored({ provider: 'aws', identity: `${ROLE}-{namespace}`, addresses: ['10.1.0.0/16'] }),
  gcp: stored({
    provider: 'gcp',
    project: 'example',
    identity: 'keelson@example.iam.gserviceaccount.com',
    clusterLocation: 'europe-west1',
  }),
  azure: stored({
    provider: 'azure',
    vaultUrl: 'https://keelson.vault.azure.net',
    tenant: GUID,
    identity: GUID,
    refreshInterval: '5m',
  }),
  vault: stored({ provider: 'vault', server: 'https://vault.example.com:8200', role: 'keelson', namespace: 'ml' }),
  'sealed-secrets': { source: 'sealed-secrets' },
  generated: { source: 'generated' },
};

const INSIDE = {
  'minio-1': { minio: { servers: 1, storage: { size: '5Gi' } } },
  'minio-4': { minio: {} },
  'seaweedfs-1': { seaweedfs: { servers: 1, storage: { size: '5Gi' } } },
  'seaweedfs-3': { seaweedfs: { servers: 3, copies: 3, maintenance: '0 3 * * *' } },
};
const isInside = (store: Choice['store']): store is keyof typeof INSIDE => store in INSIDE;

const buckets = <T extends object>(entry: T) => ({
  mlflow: { bucket: 'example-mlflow', expires: true, ...entry },
  'postgres-backups': { bucket: 'example-backups', ...entry },
  'team-vision': { bucket: 'example-vision', ...entry },
  'vision-features': { bucket: 'example-features', ...entry },
});
const OUTSIDE = {
  s3: { type: 's3', buckets: buckets({ identity: ROLE }), addresses: ['10.2.0.0/16'] },
  gcs: { type: 'gcs', buckets: buckets({ identity: 'mlflow@example.iam.gserviceaccount.com' }) },
  azure: { type: 'azure', account: 'example', buckets: buckets({ identity: GUID }) },
  's3-compatible': {
    type: 's3-compatible',
    host: 's3.example.com',
    port: 9000,
    buckets: buckets({ accessKeyId: 'AKIAEXAMPLE' }),
  },
};

const CACHE = {
  none: {},
  durable: { redis: {} },
  both: { redis: { durable: { storage: { size: '8Gi' } }, cache: { eviction: 'volatile-lru' } } },
  external: {},
};
const EXTERNAL_CACHE = { host: 'cache.example.com', port: 6380, addresses: ['10.4.0.0/24'], durable: true };

const POSTGRES = {
  one: { instances: 1 },
  several: { instances: 3, synchronous: 'required', spread: 'require', parameters: { max_connections: 900 } },
  wal: { instances: 2, synchronous: 'off', storage: { size: '20Gi', wal: '5Gi' } },
  backups: { instances: 2, backups: {} },
  pooler: { instances: 1, pooler: { mode: 'transaction' }, backups: { retentionDays: 7, schedule: '0 1 * * *' } },
  recovered: {
    cluster: 'postgres-2',
    backups: {},
    recoverFrom: { serverName: 'postgres', targetTime: '2026-08-11T14:30:00+02:00' },
  },
};
/** From an image and exposed, from a private repository, and as they are. */
const FEATURES = {
  files: {
    definitions: { image: { reference: 'registry.example.com/team/features:1.0.0' } },
    offlineStore: 'files',
    exposed: true,
    server: { autoscaling: { max: 4 } },
  },
  duckdb: {
    definitions: { git: { url: 'https://git.example.com/features.git', commit: 'a'.repeat(40), path: 'features' } },
    offlineStore: 'duckdb',
  },
  postgres: {
    definitions: { files: { 'features.py': 'x = 1' } },
    offlineStore: 'postgres',
    materializations: [{ name: 'nightly', schedule: '0 3 * * *', views: ['a', 'b'], deadline: '2h' }],
    forgetAfter: '30d',
  },
} as const;

const EXTERNAL_POSTGRES = {
  host: 'db.example.com',
  port: 5433,
  addresses: ['10.3.0.0/24'],
  version: '17.6',
  databases: {
    mlflow: { database: 'ml_prod', user: 'ml' },
    feast: {},
    vision_features: {},
    a_team_whose_name_is_as_long_as_maybe_40_features: {},
  },
};

const MLFLOW = {
  plain: {},
  login: { login: {} },
  gc: { garbageCollection: {} },
  autoscaling: { autoscaling: { max: 5 } },
  everything: {
    autoscaling: { min: 3, max: 8, cpuUtilization: 50 },
    workers: 4,
    resources: { cpu: 1, memory: '8Gi', cpuLimit: 4 },
    login: { defaultPermission: 'EDIT', rememberFor: '0s' },
    garbageCollection: { schedule: '0 4 * * 0', olderThan: '7d' },
    artifactRetention: [{ prefix: 'scratch/', after: '90d' }],
    additionalHosts: ['mlflow.example.org'],
  },
  jobs: { replicas: 1, jobs: true },
};

function gatewayOf({ gateway, service }: Choice): object {
  const acme = (solver: object, more: object = {}) => ({
    issuer: 'acme',
    email: 'ml-platform@example.com',
    solver,
    ...more,
  });
  const tls: Record<Exclude<Choice['gateway'], 'none'>, object> = {
    'no-tls': { issuer: 'none' },
    'self-signed': { issuer: 'self-signed' },
    ca: { issuer: 'ca' },
    existing: { issuer: 'existing', clusterIssuer: 'company' },
    route53: acme({ kind: 'route53', region: 'eu-central-1', role: ROLE, hostedZoneId: 'Z0123456789' }),
    'cloud-dns': acme({ kind: 'cloud-dns', project: 'example', zone: 'ml' }),
    'azure-dns': acme({
      kind: 'azure-dns',
      subscription: GUID,
      resourceGroup: 'dns',
      zone: 'ml.example.com',
      identity: GUID,
    }),
    http01: acme(
      { kind: 'http01', hosts: ['mlflow'] },
      { server: 'https://ca.example.com:8443/acme', addresses: ['10.4.0.0/24'] },
    ),
    'own-proxies': { issuer: 'self-signed' },
    'own-addresses': { issuer: 'none' },
  };
  const proxies = {
    'own-proxies': { proxies: { namespace: 'ingress', labels: { app: 'proxy' } } },
    'own-addresses': { proxies: { cidrs: ['10.5.0.0/24'] } },
  };
  return {
    tls: tls[gateway === 'none' ? 'no-tls' : gateway],
    ...(gateway === 'own-proxies' || gateway === 'own-addresses' ? proxies[gateway] : {}),
    ...{
      default: {},
      'internet-facing': { service: { type: 'LoadBalancer', scheme: 'internet-facing', annotations: { a: 'b' } } },
      'node-port': { service: { type: 'NodePort', http: 30_100, https: 30_101 }, publicPort: 8443 },
      'cluster-ip': { service: { type: 'ClusterIP' }, replicas: 1 },
    }[service],
  };
}
