import { App, Chart } from 'cdk8s';
import { declaredSecret, SecretRef } from '../graph/credential.ts';
import { toYaml } from '../platform/writer/yaml.ts';
import {
  FeastOperatorStore,
  FeatureRegistry,
  FeatureStore,
  JupyterHub,
  MinioStore,
  MlflowServer,
  PostgresCluster,
  RayCluster,
  RayJob,
  RayService,
  RedisStore,
  ScheduledRayJob,
  ScheduledTask,
  SeaweedfsStore,
  Task,
  Tenancy,
  VolumeSnapshots,
  Workload,
} from './index.ts';
import { PROPS } from './notebooks/testing.ts';

/*
 * What each construct makes of its least use, as one sees it in a review. Of pods only what programs run, how they are
 * reached and what they keep; the rest is the same for all and stands in the snapshot of a whole Workload.
 */

const keys = declaredSecret('keys', ['id', 'secret'], 'a person');
const password = SecretRef.to(keys, 'secret');
const credentials = { accessKeyId: SecretRef.to(keys, 'id'), secretAccessKey: password };
const resources = { cpu: '100m', memory: '128Mi' };

// biome-ignore lint/suspicious/noExplicitAny: manifests as cdk8s returns them
function objectsOf(build: (chart: Chart) => unknown): any[] {
  const chart = new Chart(new App(), 'test', { namespace: 'ml', disableResourceNameHashes: true });
  build(chart);
  return chart.toJson();
}

/** A line for each object, and below it one for each container, port and volume claim. */
function outline(build: (chart: Chart) => unknown): string {
  return objectsOf(build)
    .map(({ kind, metadata, spec, data }) => {
      const pod = spec?.jobTemplate?.spec?.template?.spec ?? spec?.template?.spec;
      const containers = [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])].map(
        // biome-ignore lint/suspicious/noExplicitAny: as above
        ({ name, command = [], args = [] }: any) => `  ${name}: ${[...command, ...args].join(' ').split('\n')[0]}`,
      );
      const claims = (spec?.volumeClaimTemplates ?? []).map(
        // biome-ignore lint/suspicious/noExplicitAny: as above
        (claim: any) => `  keeps ${claim.metadata.name}: ${claim.spec.resources.requests.storage}`,
      );
      // biome-ignore lint/suspicious/noExplicitAny: as above
      const ports = kind === 'Service' ? spec.ports.map(({ name, port }: any) => `  ${name}: ${port}`) : [];
      return [
        `${kind} ${metadata.name}`,
        ...containers,
        ...ports,
        ...claims,
        ...Object.keys(data ?? {}).map((file) => `  ${file}`),
      ].join('\n');
    })
    .join('\n');
}

test('MlflowServer', () => {
  expect(
    outline(
      (chart) =>
        new MlflowServer(chart, 'mlflow', {
          image: 'registry.example.com/mlflow:1-full',
          database: {
            endpoint: { host: 'db', port: 5432 },
            database: 'mlflow',
            user: 'mlflow',
            password,
            sslMode: 'require',
          },
          artifacts: { protocol: 's3', region: 'eu-central-1', bucket: 'b', auth: { kind: 'keys', ...credentials } },
          encryptionKey: password,
          garbageCollection: { schedule: '0 3 * * *', olderThan: '30d' },
        }),
    ),
  ).toMatchInlineSnapshot(`
"Job mlflow-migrate-3f2daff2f6
  migrate: mlflow db upgrade postgresql+psycopg2://mlflow@db:5432/mlflow
ServiceAccount mlflow
ConfigMap mlflow-plugins
  keelson_proxied_artifacts-1.dist-info__METADATA
  keelson_proxied_artifacts-1.dist-info__entry_points.txt
  keelson_proxied_artifacts.py
Deployment mlflow
  mlflow: mlflow server --host=0.0.0.0 --port=5000 --workers=2 --artifacts-destination=proxied+s3://b/artifacts --expose-prometheus=/var/lib/mlflow/metrics --uvicorn-opts=--timeout-keep-alive=90 --timeout-graceful-shutdown=45
Service mlflow
  http: 5000
PodDisruptionBudget mlflow
CronJob mlflow-gc
  gc: mlflow gc --backend-store-uri postgresql+psycopg2://mlflow@db:5432/mlflow --older-than 30d"
`);
});

test('PostgresCluster', () => {
  const objects = objectsOf(
    (chart) =>
      new PostgresCluster(chart, 'postgres', {
        name: 'postgres',
        image: 'registry.example.com/postgresql:18',
        instances: 2,
        storage: { size: '20Gi' },
        resources,
        databases: [
          { name: 'mlflow', credential: declaredSecret('mlflow-database', ['username', 'password'], 'a person') },
        ],
      }),
  );
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toMatchInlineSnapshot(`
[
  "Cluster postgres",
  "DatabaseRole postgres-mlflow",
  "Database postgres-mlflow",
]
`);
  expect(toYaml(objects.find(({ kind }) => kind === 'DatabaseRole').spec)).toMatchInlineSnapshot(`
"cluster:
  name: postgres
databaseRoleReclaimPolicy: retain
login: true
name: mlflow
passwordSecret:
  name: mlflow-database
"
`);
});

test('MinioStore', () => {
  expect(
    outline(
      (chart) =>
        new MinioStore(chart, 'minio', {
          name: 'minio',
          namespace: 'ml',
          image: 'registry.example.com/minio:1',
          storage: '20Gi',
          resources,
          root: { user: credentials.accessKeyId, password },
          buckets: [{ name: 'mlflow', keys: credentials, expire: [{ days: 90 }] }],
        }),
    ),
  ).toMatchInlineSnapshot(`
"ServiceAccount minio
StatefulSet minio
  minio: minio server /data
  keeps data: 20Gi
Service minio
  s3: 9000
Service minio-headless
  s3: 9000
ConfigMap minio-buckets
  buckets
  mlflow.lifecycle.json
  mlflow.policy.json
  provision.sh
Job minio-buckets-4b32b1e143
  buckets: bash /asked/provision.sh"
`);
});

test('SeaweedfsStore', () => {
  expect(
    outline(
      (chart) =>
        new SeaweedfsStore(chart, 'seaweedfs', {
          name: 'seaweedfs',
          namespace: 'ml',
          image: 'registry.example.com/seaweedfs:1',
          storage: '20Gi',
          resources,
          admin: credentials,
          buckets: [{ name: 'mlflow', keys: credentials }],
        }),
    ),
  ).toMatchInlineSnapshot(`
"ServiceAccount seaweedfs
ConfigMap seaweedfs-filer
  filer.toml
StatefulSet seaweedfs
  gateway: weed -config_dir=/etc/seaweedfs -logtostderr=true filer -ip=$(POD_NAME).seaweedfs-headless.ml.svc -ip.bind=0.0.0.0 -metricsPort=9327 -master=seaweedfs-0.seaweedfs-headless.ml.svc:9333 -defaultReplicaPlacement=000 -s3 -s3.port=8333 -s3.autoCreateBucket=false -s3.allowDeleteBucketNotEmpty=false -s3.port.iceberg=0 -s3.port.lance=0
  master: weed -config_dir=/etc/seaweedfs -logtostderr=true master -mdir=/data -ip=$(POD_NAME).seaweedfs-headless.ml.svc -ip.bind=0.0.0.0 -metricsPort=9328 -peers=none -volumeSizeLimitMB=1024 -defaultReplication=000 -telemetry=false
  volume: weed -config_dir=/etc/seaweedfs -logtostderr=true volume -dir=/data -ip=$(POD_NAME).seaweedfs-headless.ml.svc -ip.bind=0.0.0.0 -metricsPort=9329 -master=seaweedfs-0.seaweedfs-headless.ml.svc:9333 -max=0 -minFreeSpace=5
  keeps data: 20Gi
Service seaweedfs
  s3: 8333
Service seaweedfs-headless
  s3: 8333
  s3-grpc: 18333
  master: 9333
  volume: 8080
  filer: 8888
ConfigMap seaweedfs-buckets
  buckets
  mlflow.policy.json
  provision.sh
Job seaweedfs-buckets-fdbc50ffd3
  buckets: sh /asked/provision.sh
ConfigMap seaweedfs-maintenance
  maintain.sh
CronJob seaweedfs-maintenance
  maintenance: sh /maintenance/maintain.sh"
`);
});

const ray = {
  image: 'registry.example.com/ray:1',
  rayVersion: '2.60.0',
  head: { cpu: '1', memory: '4Gi' },
  workerGroups: [{ name: 'cpu', cpu: '2', memory: '4Gi', replicas: { min: 0, max: 4 } }],
};

test('RayCluster, whole', () => {
  const objects = objectsOf((chart) => new RayCluster(chart, 'ray', { name: 'train', ...ray }));
  expect(objects.map(toYaml).join('---\n')).toMatchSnapshot();
});

test('RayService, RayJob and ScheduledRayJob', () => {
  const objects = objectsOf((chart) => {
    new RayService(chart, 'service', {
      name: 'fraud',
      ...ray,
      applications: [{ name: 'fraud', importPath: 'fraud.app:app', deployments: [{ name: 'Model', replicas: 2 }] }],
    });
    new RayJob(chart, 'job', { name: 'tune', entrypoint: 'python tune.py', ...ray });
    new ScheduledRayJob(chart, 'nightly', {
      name: 'nightly',
      entrypoint: 'python retrain.py',
      schedule: '0 3 * * *',
      ...ray,
    });
  });
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toMatchInlineSnapshot(`
[
  "RayService fraud",
  "ServiceAccount fraud",
  "RayJob tune",
  "ServiceAccount tune",
  "ConfigMap nightly-schedule",
  "CronJob nightly",
  "ServiceAccount nightly-schedule",
  "Role nightly-schedule",
  "RoleBinding nightly-schedule",
  "ServiceAccount nightly",
]
`);
  expect(objects.find(({ kind }) => kind === 'RayService').spec.serveConfigV2).toMatchInlineSnapshot(`
"applications:
  - deployments:
      - name: Model
        num_replicas: 2
    import_path: fraud.app:app
    name: fraud
    route_prefix: /
http_options:
  host: 0.0.0.0
  keep_alive_timeout_s: 90
  port: 8000
proxy_location: EveryNode
"
`);
  const { rayClusterSpec, submitterPodTemplate, ...job } = objects.find(({ kind }) => kind === 'RayJob').spec;
  expect(toYaml(job)).toMatchInlineSnapshot(`
"backoffLimit: 0
entrypoint: python tune.py
shutdownAfterJobFinishes: true
submissionMode: K8sJobMode
ttlSecondsAfterFinished: 0
"
`);
});

test('FeatureRegistry and FeatureStore', () => {
  const image = 'registry.example.com/feature-server:1';
  const database = {
    endpoint: { host: 'db', port: 5432 },
    database: 'feast',
    user: 'feast',
    password,
    sslMode: 'require',
  } as const;
  expect(
    outline((chart) => {
      new FeatureRegistry(chart, 'registry', { image, registry: { kind: 'sql', database } });
      new FeatureStore(chart, 'features', {
        name: 'features',
        image,
        project: 'fraud',
        registry: { kind: 'remote', endpoint: { host: 'feast', port: 6570 } },
        onlineStore: { endpoint: { host: 'redis', port: 6379 }, tls: false },
        offlineStore: { kind: 'postgres', database },
        definitions: { kind: 'files', files: { 'fraud.py': 'x = 1' } },
        materializations: [{ name: 'hourly', schedule: '5 * * * *' }],
      });
    }),
  ).toMatchInlineSnapshot(`
"ServiceAccount feast
ConfigMap feast-store
  feature_store.yaml
Deployment feast
  registry: feast --feature-store-yaml=/etc/feast/feature_store.yaml serve_registry --port=6570
Service feast
  grpc: 6570
PodDisruptionBudget feast
ConfigMap features-apply-store
  feature_store.yaml
ConfigMap features-apply-definitions
  fraud.py
Job features-apply-e18ad1db95
  definitions: sh -ec cp -rL /definitions/[!.]* /repository/
  apply: feast --chdir=/repository --feature-store-yaml=/etc/feast/feature_store.yaml apply --no-progress
ConfigMap features-materialize-hourly-store
  feature_store.yaml
CronJob features-materialize-hourly
  materialize: sh -ec exec feast "$@" "\`date -u +%Y-%m-%dT%H:%M:%S\`" sh --feature-store-yaml=/etc/feast/feature_store.yaml materialize-incremental
ServiceAccount features
ConfigMap features-store
  feature_store.yaml
Deployment features
  server: feast --feature-store-yaml=/etc/feast/feature_store.yaml serve --host=0.0.0.0 --port=6566 --workers=2 --max-requests=0 --keep-alive-timeout=90 --registry_ttl_sec=60 --no-access-log --metrics
Service features
  http: 6566
  metrics: 8000
PodDisruptionBudget features"
`);
});

test('FeastOperatorStore', () => {
  const [resource] = objectsOf(
    (chart) =>
      new FeastOperatorStore(chart, 'features', {
        name: 'features',
        project: 'fraud',
        image: 'registry.example.com/feature-server:1',
        stores: { registry: password, online: password },
      }),
  );
  expect(`${resource.kind} ${resource.metadata.name}: ${Object.keys(resource.spec.services).sort().join(' ')}`).toBe(
    'FeatureStore features: deploymentStrategy offlineStore onlineStore registry',
  );
});

const program = { user: 1000, group: 1000 } as const;

test('Workload, whole', () => {
  const objects = objectsOf(
    (chart) =>
      new Workload(chart, 'api', {
        ...program,
        name: 'api',
        role: 'server',
        replicas: 2,
        containers: [
          {
            name: 'api',
            image: 'registry.example.com/api:1',
            ports: [{ name: 'http', port: 8080 }],
            resources,
            scratch: [{ path: '/tmp' }],
            probes: { readiness: { httpGet: { path: '/ready', port: 'http' } } },
          },
        ],
        services: [{ ports: [{ name: 'http', port: 80, targetPort: 8080 }] }],
      }),
  );
  expect(objects.map(toYaml).join('---\n')).toMatchSnapshot();
});

test('Task and ScheduledTask', () => {
  const container = { name: 'job', image: 'registry.example.com/job:1', command: ['run'], resources };
  expect(
    outline((chart) => {
      new Task(chart, 'once', { ...program, name: 'once', component: 'jobs', role: 'once', containers: [container] });
      new ScheduledTask(chart, 'nightly', {
        ...program,
        name: 'nightly',
        component: 'jobs',
        role: 'nightly',
        schedule: '0 3 * * *',
        containers: [container],
      });
    }),
  ).toMatchInlineSnapshot(`
"ServiceAccount once
Job once-5a413a3dae
  job: run
ServiceAccount nightly
CronJob nightly
  job: run"
`);
});

test('RedisStore', () => {
  expect(
    outline(
      (chart) =>
        new RedisStore(chart, 'redis', {
          name: 'redis',
          flavour: 'durable',
          image: 'registry.example.com/valkey:9',
          exporterImage: 'registry.example.com/redis_exporter:1',
          resources,
          storage: '1Gi',
          users: [{ name: 'web', passwords: [password], keys: ['web:*'] }],
          adminPassword: password,
          metricsPassword: password,
        }),
    ),
  ).toMatchSnapshot();
});

test('Tenancy', () => {
  expect(
    outline(
      (chart) =>
        new Tenancy(chart, 'tenancy', {
          name: 'vision',
          namespace: 'ml',
          quota: { cpu: '16', memory: '64Gi', storage: '1Ti', pods: 50, services: 20, volumes: 30, jobs: 40 },
          access: { edit: { users: [], groups: ['ml-vision'] } },
          sharedVolume: { claim: 'shared', size: '1Ti', storageClass: 'files' },
        }),
    ),
  ).toMatchInlineSnapshot(`
"ResourceQuota vision
LimitRange vision
Role tenant-edit
RoleBinding tenant-edit
PersistentVolumeClaim shared"
`);
});

test('VolumeSnapshots', () => {
  expect(
    outline(
      (chart) =>
        new VolumeSnapshots(chart, 'snapshots', {
          name: 'vision-snapshots',
          image: 'registry.example.com/python:3',
          of: 'ml',
          namespace: 'backups',
          volumes: [{ labels: { backup: 'yes' }, snapshotClass: 'disks' }],
          schedule: '0 2 * * *',
          keepSeconds: 14 * 86_400,
        }),
    ),
  ).toMatchInlineSnapshot(`
"ServiceAccount vision-snapshots
ConfigMap vision-snapshots
  take.py
  task.json
CronJob vision-snapshots
  take: python3 /snapshots/take.py /snapshots/task.json
Role vision-snapshots
RoleBinding vision-snapshots"
`);
});

test('JupyterHub', () => {
  const { hubImage, proxyImage, database, oidc, cookieSecret, cryptKey, proxyToken, profiles, sizes, workspaces } =
    PROPS;
  const least = { hubImage, proxyImage, database, oidc, cookieSecret, cryptKey, proxyToken, profiles, sizes };
  expect(
    outline((chart) => new JupyterHub(chart, 'hub', { ...least, workspaces: workspaces.slice(0, 1) })),
  ).toMatchInlineSnapshot(`
"ServiceAccount jupyterhub
ConfigMap jupyterhub-hub
  catalogue.py
  jupyterhub_config.py
  keeper.py
  settings.json
  spawner.py
Deployment jupyterhub
  hub: jupyterhub --config /etc/jupyterhub/jupyterhub_config.py
Service jupyterhub
  hub: 8081
  metrics: 8082
ServiceAccount jupyterhub-proxy
Deployment jupyterhub-proxy
  proxy: configurable-http-proxy --ip= --port=8000 --api-ip= --api-port=8001 --default-target=http://jupyterhub.ml.svc:8081 --error-target=http://jupyterhub.ml.svc:8081/hub/error --log-level=info
Service jupyterhub-proxy
  http: 80
  api: 8001
Role jupyterhub
RoleBinding jupyterhub
ConfigMap jupyterhub-session
  jupyter_server_config.py
  keelson_session.py"
`);
});
