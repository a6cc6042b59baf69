import { Testing } from 'cdk8s';
import type { ObjectStoreHandle } from '../../contracts/object-store.ts';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { MlflowServer, type MlflowServerProps } from './index.ts';

const ref = (name: string, key = 'password') => SecretRef.to(declaredSecret(name, [key], 'a person'), key);

const KEYS = { kind: 'keys', accessKeyId: ref('store', 'id'), secretAccessKey: ref('store', 'secret') } as const;
const MINIO: ObjectStoreHandle = {
  protocol: 's3',
  bucket: 'mlflow',
  region: 'us-east-1',
  endpoint: 'http://minio.data.svc:9000',
  auth: KEYS,
};

const base: MlflowServerProps = {
  image: 'registry.example.com/mlflow:1-full',
  database: {
    endpoint: { host: 'postgres-rw.data.svc', port: 5432 },
    database: 'mlflow',
    user: 'mlflow',
    password: ref('database'),
    sslMode: 'require',
  },
  artifacts: MINIO,
  encryptionKey: ref('encryption'),
};

const login = {
  sessionKey: ref('session', 'key'),
  admin: { username: ref('admin', 'username'), password: ref('admin') },
  accounts: [{ username: ref('team', 'username'), password: ref('team') }],
};

const synth = (props: Partial<MlflowServerProps> = {}) => {
  const chart = Testing.chart();
  new MlflowServer(chart, 'mlflow', { ...base, ...props });
  // biome-ignore lint/suspicious/noExplicitAny: a manifest as cdk8s returns it
  const objects: any[] = Testing.synth(chart);
  return (kind: string) => objects.find((object) => object.kind === kind);
};

const server = (props?: Partial<MlflowServerProps>) => synth(props)('Deployment').spec.template.spec.containers[0];

// biome-ignore lint/suspicious/noExplicitAny: text, or where it comes from
const environment = (container: { readonly env: readonly { readonly name: string }[] }): Record<string, any> =>
  Object.fromEntries(
    container.env.map(({ name, ...rest }: { name: string; value?: string; valueFrom?: unknown }) => [
      name,
      rest.value ?? rest.valueFrom,
    ]),
  );
const env = (props?: Partial<MlflowServerProps>) => environment(server(props));

test('the command line', () => {
  const { command, args } = server();
  expect([...command, ...args]).toMatchInlineSnapshot(`
[
  "mlflow",
  "server",
  "--host=0.0.0.0",
  "--port=5000",
  "--workers=2",
  "--artifacts-destination=proxied+s3://mlflow/artifacts",
  "--expose-prometheus=/var/lib/mlflow/metrics",
  "--uvicorn-opts=--timeout-keep-alive=90 --timeout-graceful-shutdown=45",
]
`);
});

test('the objects, each with the wave it waits for', () => {
  const chart = Testing.chart();
  new MlflowServer(chart, 'mlflow', { ...base, login, garbageCollection: { schedule: '0 3 * * *', olderThan: '30d' } });
  const lines = Testing.synth(chart).map(({ kind, metadata }) => {
    const name = kind === 'Job' ? metadata.name.replace(/[0-9a-f]{10}$/, '…') : metadata.name;
    return `${kind} ${name} ${metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? '-'}`;
  });
  expect(lines).toMatchInlineSnapshot(`
[
  "Job mlflow-migrate-… 1",
  "ServiceAccount mlflow -",
  "ConfigMap mlflow-plugins -",
  "ConfigMap mlflow-login -",
  "Deployment mlflow 2",
  "Service mlflow -",
  "PodDisruptionBudget mlflow -",
  "CronJob mlflow-gc -",
]
`);
});

// Traps of MLflow 3, in the order of the notes on it.

test('clients of unknown names are refused, so every name it is reached by is listed (traps 1 and 2)', () => {
  const hosts = env({ hosts: ['mlflow', 'mlflow.ml.svc'] }).MLFLOW_SERVER_ALLOWED_HOSTS.split(',');
  expect(hosts).toEqual(expect.arrayContaining(['mlflow', 'mlflow:5000', 'mlflow.ml.svc:5000']));
});

test('a scrape by address is answered: the address is known before the hosts that name it (trap 3)', () => {
  const names = server().env.map(({ name }: { name: string }) => name);
  expect(names.indexOf('POD_IP')).toBeLessThan(names.indexOf('MLFLOW_SERVER_ALLOWED_HOSTS'));
  expect(names.indexOf('POD_IP')).toBeGreaterThanOrEqual(0);
});

test('pages of the public URL may change things (trap 4)', () => {
  expect(env({ publicUrl: 'https://mlflow.example.com' }).MLFLOW_SERVER_CORS_ALLOWED_ORIGINS).toBe(
    'https://mlflow.example.com',
  );
  expect(env()).not.toHaveProperty('MLFLOW_SERVER_CORS_ALLOWED_ORIGINS');
});

test('accounts are in the shared database, and no default password exists (trap 6)', () => {
  const objects = synth({ login });
  expect(objects('Deployment').spec.template.spec.containers[0].args).toContain('--app-name=basic-auth');
  const chart = Testing.chart();
  new MlflowServer(chart, 'mlflow', { ...base, login });
  const ini = Testing.synth(chart).find(({ metadata }) => metadata.name === 'mlflow-login').data['basic_auth.ini'];
  expect(ini).toMatchInlineSnapshot(`
"[mlflow]
default_permission = READ
database_uri = postgresql+psycopg2://mlflow@postgres-rw.data.svc:5432/mlflow
auth_cache_ttl_seconds = 60
"
`);
  expect(env({ login })).toMatchObject({
    MLFLOW_AUTH_ADMIN_PASSWORD: { secretKeyRef: { name: 'admin', key: 'password' } },
    MLFLOW_FLASK_SERVER_SECRET_KEY: { secretKeyRef: { name: 'session', key: 'key' } },
  });
});

test('metrics need no administrator: with a login they are on a port of their own (trap 7)', () => {
  const objects = synth({ login });
  expect(objects('Service').spec.ports.map(({ name }: { name: string }) => name)).toEqual(['http', 'metrics']);
  expect(objects('Deployment').spec.template.spec.containers[1]).toMatchObject({
    name: 'metrics',
    ports: [{ name: 'metrics', containerPort: 9464 }],
    volumeMounts: [{ name: 'metrics', mountPath: '/var/lib/mlflow/metrics', readOnly: true }],
  });
  expect(synth()('Service').spec.ports).toHaveLength(1);
});

test('the database is never the default SQLite (trap 8)', () => {
  expect(env().MLFLOW_BACKEND_STORE_URI).toBe('postgresql+psycopg2://mlflow@postgres-rw.data.svc:5432/mlflow');
});

test('no password is in an address, so that none has to be escaped (trap 9)', () => {
  expect(env()).toMatchObject({
    PGPASSWORD: { secretKeyRef: { name: 'database', key: 'password' } },
    PGSSLMODE: 'require',
  });
  const odd = { ...base.database, user: 'team@ml', database: 'a b%c' };
  expect(env({ database: odd }).MLFLOW_BACKEND_STORE_URI).toBe(
    'postgresql+psycopg2://team%40ml@postgres-rw.data.svc:5432/a%20b%25c',
  );
});

test('certificates are checked against those that the image trusts', () => {
  const database = { ...base.database, sslMode: 'verify-full' } as const;
  expect(env({ database })).toMatchObject({ PGSSLMODE: 'verify-full', PGSSLROOTCERT: 'system' });
  expect(env()).not.toHaveProperty('PGSSLROOTCERT');
});

test('certificates of an authority of its own are files of everything that connects, and of nothing else', () => {
  const database = { ...base.database, sslMode: 'verify-full', authority: 'PEM' } as const;
  const chart = Testing.chart();
  const garbageCollection = { schedule: '0 3 * * *', olderThan: '30d' };
  new MlflowServer(chart, 'mlflow', { ...base, database, login, garbageCollection });
  const objects = Testing.synth(chart);
  const pods = objects
    .filter(({ kind }) => ['Deployment', 'Job', 'CronJob'].includes(kind))
    .map(({ spec }) => (spec.jobTemplate?.spec ?? spec).template.spec);
  const containers = pods.flatMap(({ initContainers = [], containers }) => [...initContainers, ...containers]);
  expect(containers.map(({ name }) => name).sort()).toEqual(['accounts', 'gc', 'metrics', 'migrate', 'mlflow']);
  for (const container of containers.filter(({ name }) => name !== 'metrics')) {
    const { PGSSLROOTCERT, PGSSLMODE, ...rest } = environment(container);
    expect({ PGSSLROOTCERT, PGSSLMODE }).toEqual({
      PGSSLROOTCERT: '/etc/mlflow-database/authority.pem',
      PGSSLMODE: 'verify-full',
    });
    expect(rest).not.toHaveProperty('SSL_CERT_FILE');
    expect(container.volumeMounts).toContainEqual(expect.objectContaining({ mountPath: '/etc/mlflow-database' }));
  }
  expect(JSON.stringify(containers.find(({ name }) => name === 'metrics'))).not.toContain('mlflow-database');
  const files = objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-database'));
  expect(files.map(({ metadata, data }) => [metadata.name, data]).sort()).toEqual([
    ['mlflow-database', { 'authority.pem': 'PEM' }],
    ['mlflow-gc-database', { 'authority.pem': 'PEM' }],
    ['mlflow-migrate-database', { 'authority.pem': 'PEM' }],
  ]);
});

test('the database is migrated first, then accounts are made: the other way round it would not look new', () => {
  const { spec } = synth({ login })('Job').spec.template;
  expect(spec.initContainers.map(({ command }: { command: string[] }) => command)).toEqual([
    ['mlflow', 'db', 'upgrade'],
  ]);
  expect(spec.containers).toHaveLength(1);
  expect(environment(spec.containers[0])).toMatchObject({
    ACCOUNTS: '2',
    ACCOUNT_0_NAME: { secretKeyRef: { name: 'admin', key: 'username' } },
    ACCOUNT_1_PASSWORD: { secretKeyRef: { name: 'team', key: 'password' } },
  });
  expect(synth()('Job').spec.template.spec).not.toHaveProperty('initContainers');
});

test('an embedded store is spoken to path-style, with keys', () => {
  expect(env()).toMatchObject({
    MLFLOW_S3_ENDPOINT_URL: 'http://minio.data.svc:9000',
    MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: 'path',
    AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
    AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
    AWS_ACCESS_KEY_ID: { secretKeyRef: { name: 'store', key: 'id' } },
  });
});

const IDENTITY = {
  kind: 'workload-identity',
  serviceAccountAnnotations: { 'cloud.example/role': 'mlflow' },
  podLabels: { 'cloud.example/use': 'true' },
} as const;

test.each([
  [{ protocol: 's3', region: 'eu-central-1', bucket: 'b', auth: IDENTITY }, 'proxied+s3://b/artifacts'],
  [{ protocol: 'gcs', bucket: 'b', auth: IDENTITY }, 'proxied+gs://b/artifacts'],
  [
    { protocol: 'azure', account: 'acme', bucket: 'b', auth: IDENTITY },
    'proxied+wasbs://b@acme.blob.core.windows.net/artifacts',
  ],
] satisfies [ObjectStoreHandle, string][])('a cloud that trusts the pod is given no key: %j', (artifacts, uri) => {
  const objects = synth({ artifacts, garbageCollection: { schedule: '0 3 * * *', olderThan: '30d' } });
  expect(objects('ServiceAccount').metadata.annotations).toEqual(IDENTITY.serviceAccountAnnotations);
  const pods = [
    objects('Deployment').spec.template,
    objects('Job').spec.template,
    objects('CronJob').spec.jobTemplate.spec.template,
  ];
  for (const { metadata, spec } of pods) {
    expect(metadata.labels).toMatchObject(IDENTITY.podLabels);
    expect(spec.serviceAccountName).toBe('mlflow');
    expect(JSON.stringify(spec.containers)).not.toMatch(/ACCESS_KEY|SECRET_ACCESS|STORAGE_ACCESS/);
  }
  expect(pods[0].spec.containers[0].args).toContain(`--artifacts-destination=${uri}`);
});

test('keys of Azure are taken, those of Google Cloud Storage cannot be', () => {
  const azure: ObjectStoreHandle = { protocol: 'azure', account: 'acme', bucket: 'b', auth: KEYS };
  expect(env({ artifacts: azure })).toHaveProperty('AZURE_STORAGE_ACCESS_KEY');
  expect(() => synth({ artifacts: { protocol: 'gcs', bucket: 'b', auth: KEYS } })).toThrow(
    'MLflow cannot use HMAC keys with Google Cloud Storage; use workload identity',
  );
});

test('garbage is collected through the server, as its administrator where it asks who is there', () => {
  const garbageCollection = { schedule: '0 3 * * *', olderThan: '30d' };
  const gc = (props: Partial<MlflowServerProps>) =>
    synth({ ...props, garbageCollection })('CronJob').spec.jobTemplate.spec.template.spec.containers[0];
  expect(gc({}).args).toEqual([
    '--backend-store-uri',
    'postgresql+psycopg2://mlflow@postgres-rw.data.svc:5432/mlflow',
    '--older-than',
    '30d',
  ]);
  expect(environment(gc({}))).toMatchObject({ MLFLOW_TRACKING_URI: 'http://mlflow:5000' });
  expect(environment(gc({ login }))).toMatchObject({
    MLFLOW_TRACKING_PASSWORD: { secretKeyRef: { name: 'admin', key: 'password' } },
  });
  expect(synth()('CronJob')).toBeUndefined();
});

test('replicas do not run jobs of each other', () => {
  expect(env().MLFLOW_SERVER_ENABLE_JOB_EXECUTION).toBe('false');
  expect(env({ jobs: true, replicas: 1 }).MLFLOW_SERVER_ENABLE_JOB_EXECUTION).toBe('true');
  expect(() => synth({ jobs: true })).toThrow("jobs are on with 2 replicas, which would run each other's jobs again");
});

test('memory follows from workers, and from the passwords they check at once', () => {
  expect(server().resources.limits.memory).toBe('1024Mi');
  expect(server({ workers: 4 }).resources.limits.memory).toBe('1792Mi');
  expect(server({ login }).resources.limits.memory).toBe('1664Mi');
  expect(server({ resources: { memory: '3Gi' } }).resources).toEqual({
    requests: { cpu: '250m', memory: '3Gi' },
    limits: { memory: '3Gi' },
  });
});

test('the pool is as large as it is said to be: MLflow takes an overflow of 0 for none given', () => {
  expect(env({ connectionsPerWorker: 6 })).toMatchObject({
    MLFLOW_SQLALCHEMYSTORE_POOL_SIZE: '5',
    MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW: '1',
  });
  expect(() => synth({ connectionsPerWorker: 1 })).toThrow('connectionsPerWorker is 1; a worker needs at least 2');
});

test('what users store is encrypted with a key of their own, not with the one that every MLflow has', () => {
  expect(env().MLFLOW_CRYPTO_KEK_PASSPHRASE).toEqual({ secretKeyRef: { name: 'encryption', key: 'password' } });
});

test('it writes to scratch space only, and calls nobody at home', () => {
  expect(env()).toMatchObject({ HOME: '/tmp', MLFLOW_DISABLE_TELEMETRY: 'true' });
  expect(server().volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual([
    '/var/lib/mlflow/metrics',
    '/opt/mlflow/plugins',
    '/tmp',
  ]);
});

test('an ini file takes a percent sign for the beginning of a reference', () => {
  const chart = Testing.chart();
  new MlflowServer(chart, 'mlflow', { ...base, login, database: { ...base.database, database: 'a%b' } });
  const config = Testing.synth(chart).find(({ metadata }) => metadata.name === 'mlflow-login');
  expect(config.data['basic_auth.ini']).toContain('/a%%25b\n');
});

test('a replica that ends still answers until nobody asks it any more', () => {
  const { spec } = synth()('Deployment').spec.template;
  expect(spec.containers[0].lifecycle.preStop.exec.command).toEqual(['sleep', '5']);
  // The pause, and what the server allows requests that are under way.
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(5 + 45);
});
