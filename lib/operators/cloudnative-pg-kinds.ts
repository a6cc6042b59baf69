import { dig, labelsAt, listAt, numberAt, textAt } from '../kubernetes/read.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import type { KindFacts, Reference } from './operator.ts';
import { named, producedSecret } from './produced.ts';

/**
 * The kinds of CloudNativePG, as its source of 1.30 treats them (api/v1, pkg/specs, internal/controller).
 *
 * No field is owned by the operator: its webhook fills in defaults beside what is written and changes none of it, and
 * a server-side diff does not look at fields that nobody here set.
 */
export const cloudnativePgKinds: Readonly<Record<string, KindFacts>> = {
  'postgresql.cnpg.io/Cluster': {
    references: clusterReferences,
    produces: clusterProduces,
    stateful: true,
    maxNameLength: 50,
  },
  'postgresql.cnpg.io/Database': { references: clusterOf },
  'postgresql.cnpg.io/DatabaseRole': { references: roleReferences, produces: roleProduces },
  'postgresql.cnpg.io/Pooler': { references: poolerReferences, produces: poolerProduces },
  'postgresql.cnpg.io/Backup': { references: clusterOf },
  'postgresql.cnpg.io/ScheduledBackup': { references: clusterOf },
  'postgresql.cnpg.io/Publication': { references: clusterOf },
  'postgresql.cnpg.io/Subscription': { references: clusterOf },
  'postgresql.cnpg.io/ImageCatalog': {},
  'postgresql.cnpg.io/ClusterImageCatalog': { clusterScoped: true },
};

type Path = readonly (string | number)[];

const BARMAN = 'barman-cloud.cloudnative-pg.io';
const BASIC_AUTH = ['username', 'password'];
const TLS = ['tls.crt', 'tls.key'];
/** Keys of the Secret for the owner of the database that is made at bootstrap. */
const LOGIN = [
  ...BASIC_AUTH,
  'user',
  'dbname',
  'host',
  'port',
  'pgpass',
  'uri',
  'jdbc-uri',
  'fqdn-uri',
  'fqdn-jdbc-uri',
];
const INSTANCE_PORTS = [
  { name: 'postgresql', containerPort: 5432, protocol: 'TCP' },
  { name: 'metrics', containerPort: 9187, protocol: 'TCP' },
  { name: 'status', containerPort: 8000, protocol: 'TCP' },
];
const POOLER_PORTS = [
  { name: 'pgbouncer', containerPort: 5432, protocol: 'TCP' },
  { name: 'metrics', containerPort: 9127, protocol: 'TCP' },
];

/** Where a Cluster names Secrets, and the keys that they must have. Where a `key` stands beside the name, it is that one. */
const CLUSTER_SECRETS: readonly (readonly [path: Path, keys: readonly string[]])[] = [
  [['spec', 'superuserSecret', 'name'], BASIC_AUTH],
  [['spec', 'bootstrap', 'initdb', 'secret', 'name'], BASIC_AUTH],
  [['spec', 'bootstrap', 'recovery', 'secret', 'name'], BASIC_AUTH],
  [['spec', 'bootstrap', 'pg_basebackup', 'secret', 'name'], BASIC_AUTH],
  [['spec', 'certificates', 'serverCASecret'], ['ca.crt']],
  [['spec', 'certificates', 'clientCASecret'], ['ca.crt']],
  [['spec', 'certificates', 'serverTLSSecret'], TLS],
  [['spec', 'certificates', 'replicationTLSSecret'], TLS],
];

function* clusterReferences(manifest: Manifest): Iterable<Reference> {
  const secret = (path: Path, keys: readonly string[]) => reference(manifest, path, '/Secret', keys);
  for (const [path, keys] of CLUSTER_SECRETS) yield* secret(path, keys);
  for (const [index] of listAt(manifest, 'spec', 'managed', 'roles')) {
    yield* secret(['spec', 'managed', 'roles', index, 'passwordSecret', 'name'], BASIC_AUTH);
  }
  for (const [index] of listAt(manifest, 'spec', 'imagePullSecrets')) {
    yield* secret(['spec', 'imagePullSecrets', index, 'name'], ['.dockerconfigjson']);
  }
  for (const [index] of listAt(manifest, 'spec', 'externalClusters')) {
    for (const field of ['password', 'sslKey', 'sslCert', 'sslRootCert']) {
      const path = ['spec', 'externalClusters', index, field];
      yield* secret([...path, 'name'], keyAt(manifest, path));
    }
    yield* objectStore(manifest, ['spec', 'externalClusters', index, 'plugin']);
  }
  for (const [index] of listAt(manifest, 'spec', 'plugins')) yield* objectStore(manifest, ['spec', 'plugins', index]);
  for (const [list, target] of [
    ['customQueriesConfigMap', '/ConfigMap'],
    ['customQueriesSecret', '/Secret'],
  ] as const) {
    for (const [index] of listAt(manifest, 'spec', 'monitoring', list)) {
      const path = ['spec', 'monitoring', list, index];
      yield* reference(manifest, [...path, 'name'], target, keyAt(manifest, path));
    }
  }
  const tablespaces = listAt(manifest, 'spec', 'tablespaces').map(([index]) => ['tablespaces', index, 'storage']);
  for (const volume of [['storage'], ['walStorage'], ...tablespaces]) {
    for (const field of [['storageClass'], ['pvcTemplate', 'storageClassName']]) {
      yield* clusterScoped(manifest, ['spec', ...volume, ...field], 'storage.k8s.io/StorageClass');
    }
  }
  yield* clusterScoped(manifest, ['spec', 'priorityClassName'], 'scheduling.k8s.io/PriorityClass');
  yield* reference(manifest, ['spec', 'serviceAccountName'], '/ServiceAccount');
  yield* imageCatalog(manifest, ['spec', 'imageCatalogRef']);
}

/** The ObjectStore of an entry that configures the barman plugin. */
function* objectStore(manifest: Manifest, plugin: Path): Iterable<Reference> {
  if (textAt(manifest, ...plugin, 'name') !== BARMAN) return;
  yield* reference(manifest, [...plugin, 'parameters', 'barmanObjectName'], 'barmancloud.cnpg.io/ObjectStore');
}

function imageCatalog(manifest: Manifest, path: Path): Iterable<Reference> {
  return textAt(manifest, ...path, 'kind') === 'ClusterImageCatalog'
    ? clusterScoped(manifest, [...path, 'name'], 'postgresql.cnpg.io/ClusterImageCatalog')
    : reference(manifest, [...path, 'name'], 'postgresql.cnpg.io/ImageCatalog');
}

function* clusterProduces(manifest: Manifest): Iterable<Manifest> {
  const { name, namespace } = manifest.metadata;
  const inherited = labelsAt(manifest, 'spec', 'inheritedMetadata', 'labels');
  const labels = {
    'app.kubernetes.io/name': 'postgresql',
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/component': 'database',
    'app.kubernetes.io/managed-by': 'cloudnative-pg',
    'cnpg.io/cluster': name,
  };
  const instances = numberAt(manifest, 'spec', 'instances') ?? 1;
  const serviceAccountName = textAt(manifest, 'spec', 'serviceAccountName') ?? name;
  const secret = (suffix: string, keys: readonly string[], type = 'Opaque') =>
    producedSecret({ name: `${name}${suffix}`, namespace, keys, type, labels: { 'cnpg.io/cluster': name } });

  if (serviceAccountName === name) {
    yield { apiVersion: 'v1', kind: 'ServiceAccount', metadata: named({ name, namespace, labels }) };
  }
  for (const [suffix, selector] of [
    ['-rw', { 'cnpg.io/instanceRole': 'primary' }],
    ['-ro', { 'cnpg.io/instanceRole': 'replica' }],
    ['-r', { 'cnpg.io/podRole': 'instance' }],
  ] as const) {
    yield {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: named({ name: `${name}${suffix}`, namespace, labels: { ...labels, ...inherited } }),
      spec: {
        selector: { 'cnpg.io/cluster': name, ...selector },
        ports: [{ name: 'postgres', port: 5432, targetPort: 5432, protocol: 'TCP' }],
      },
    };
  }
  for (let serial = 1; serial <= instances; serial++) {
    const instance = `${name}-${serial}`;
    const own = { ...labels, 'cnpg.io/instanceName': instance };
    yield {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: named({
        name: instance,
        namespace,
        labels: {
          ...own,
          'cnpg.io/podRole': 'instance',
          'cnpg.io/instanceRole': serial === 1 ? 'primary' : 'replica',
          ...inherited,
        },
      }),
      spec: { serviceAccountName, containers: [{ name: 'postgres', ports: INSTANCE_PORTS }] },
    };
    // The pod of the Job that makes the instance. The operator does not give it the inherited labels.
    const role = serial > 1 ? 'join' : dig(manifest, 'spec', 'bootstrap', 'recovery') ? 'full-recovery' : 'initdb';
    yield {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: named({ name: `${instance}-${role}`, namespace, labels: { ...own, 'cnpg.io/jobRole': role } }),
      spec: { serviceAccountName, containers: [{ name: role }] },
    };
    for (const [suffix, volume] of [
      ['', 'storage'],
      ['-wal', 'walStorage'],
    ] as const) {
      if (volume === 'walStorage' && dig(manifest, 'spec', volume) === undefined) continue;
      yield {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: named({ name: `${instance}${suffix}`, namespace, labels: { ...own, ...inherited } }),
      };
    }
  }
  if (dig(manifest, 'spec', 'certificates', 'serverCASecret') === undefined) yield secret('-ca', ['ca.crt', 'ca.key']);
  if (dig(manifest, 'spec', 'certificates', 'serverTLSSecret') === undefined) {
    yield secret('-server', TLS, 'kubernetes.io/tls');
  }
  if (dig(manifest, 'spec', 'certificates', 'replicationTLSSecret') === undefined) {
    yield secret('-replication', TLS, 'kubernetes.io/tls');
  }
  const bootstraps = ['initdb', 'recovery', 'pg_basebackup'];
  if (bootstraps.every((method) => dig(manifest, 'spec', 'bootstrap', method, 'secret') === undefined)) {
    yield secret('-app', LOGIN, 'kubernetes.io/basic-auth');
  }
  if (
    dig(manifest, 'spec', 'enableSuperuserAccess') === true &&
    dig(manifest, 'spec', 'superuserSecret') === undefined
  ) {
    yield secret('-superuser', LOGIN, 'kubernetes.io/basic-auth');
  }
  if (dig(manifest, 'spec', 'enablePDB') === false) return;
  for (const [suffix, role] of [
    ['-primary', 'primary'],
    ['', 'replica'],
  ] as const) {
    if (role === 'replica' && instances < 3) continue;
    yield {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: named({ name: `${name}${suffix}`, namespace, labels: { ...labels, ...inherited } }),
      spec: {
        minAvailable: role === 'primary' ? 1 : instances - 2,
        selector: { matchLabels: { 'cnpg.io/cluster': name, 'cnpg.io/instanceRole': role } },
      },
    };
  }
}

function clusterOf(manifest: Manifest): Iterable<Reference> {
  return reference(manifest, ['spec', 'cluster', 'name'], 'postgresql.cnpg.io/Cluster');
}

function* roleReferences(manifest: Manifest): Iterable<Reference> {
  yield* clusterOf(manifest);
  yield* reference(manifest, ['spec', 'passwordSecret', 'name'], '/Secret', BASIC_AUTH);
}

function* roleProduces(manifest: Manifest): Iterable<Manifest> {
  const certificate = dig(manifest, 'spec', 'clientCertificate');
  if (certificate === undefined || dig(certificate, 'enabled') === false) return;
  const { name, namespace } = manifest.metadata;
  yield producedSecret({ name: `${name}-client-cert`, namespace, keys: TLS, type: 'kubernetes.io/tls' });
}

function* poolerReferences(manifest: Manifest): Iterable<Reference> {
  yield* clusterOf(manifest);
  for (const field of ['serverTLSSecret', 'clientTLSSecret', 'serverCASecret', 'clientCASecret', 'authQuerySecret']) {
    const keys = field.endsWith('CASecret') ? ['ca.crt'] : field === 'authQuerySecret' ? [] : TLS;
    yield* reference(manifest, ['spec', 'pgbouncer', field, 'name'], '/Secret', keys);
  }
  yield* reference(manifest, ['spec', 'serviceAccountName'], '/ServiceAccount');
  yield* imageCatalog(manifest, ['spec', 'pgbouncer', 'imageCatalogRef']);
}

function* poolerProduces(manifest: Manifest): Iterable<Manifest> {
  const { name, namespace } = manifest.metadata;
  const cluster = textAt(manifest, 'spec', 'cluster', 'name') ?? '';
  const instances = numberAt(manifest, 'spec', 'instances') ?? 1;
  const serviceAccountName = textAt(manifest, 'spec', 'serviceAccountName') ?? name;
  const labels = {
    'app.kubernetes.io/name': 'postgresql',
    'app.kubernetes.io/instance': cluster,
    'app.kubernetes.io/component': 'pooler',
    'app.kubernetes.io/managed-by': 'cloudnative-pg',
    'cnpg.io/cluster': cluster,
    'cnpg.io/podRole': 'pooler',
    'cnpg.io/poolerName': name,
  };
  const selector = { 'cnpg.io/poolerName': name };
  const podLabels = { ...labelsAt(manifest, 'spec', 'template', 'metadata', 'labels'), ...labels };
  const pod = { serviceAccountName, containers: [{ name: 'pgbouncer', ports: POOLER_PORTS }] };

  if (serviceAccountName === name) {
    yield { apiVersion: 'v1', kind: 'ServiceAccount', metadata: named({ name, namespace }) };
  }
  yield {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: named({ name, namespace, labels }),
    spec: { selector, ports: [{ name: 'pgbouncer', port: 5432, targetPort: 'pgbouncer', protocol: 'TCP' }] },
  };
  yield {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: named({ name, namespace, labels }),
    spec: { selector: { matchLabels: selector }, template: { metadata: { labels: podLabels }, spec: pod } },
  };
  for (let index = 1; index <= instances; index++) {
    yield {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: named({ name: `${name}-${index}`, namespace, labels: podLabels }),
      spec: pod,
    };
  }
  if (dig(manifest, 'spec', 'pgbouncer', 'authQuerySecret') === undefined) {
    // The certificate by which the pooler looks up passwords.
    yield producedSecret({ name: `${cluster}-pooler`, namespace, keys: TLS, type: 'kubernetes.io/tls' });
  }
}

/** What a path names in the object's own namespace, if it names anything. */
function* reference(manifest: Manifest, path: Path, target: string, keys: readonly string[] = []): Iterable<Reference> {
  const { namespace } = manifest.metadata;
  const name = textAt(manifest, ...path);
  if (name === undefined) return;
  yield {
    field: fieldOf(path),
    target,
    ...(namespace !== undefined && { namespace }),
    name,
    ...(keys.length > 0 && { keys }),
  };
}

function* clusterScoped(manifest: Manifest, path: Path, target: string): Iterable<Reference> {
  const name = textAt(manifest, ...path);
  if (name !== undefined) yield { field: fieldOf(path), target, name };
}

/** The `key` of a selector, as a list. */
const keyAt = (manifest: Manifest, path: Path): readonly string[] => {
  const key = textAt(manifest, ...path, 'key');
  return key === undefined ? [] : [key];
};

/** `spec.plugins[0].name` of its steps. */
const fieldOf = (path: Path): string =>
  path.reduce<string>((field, step) => {
    if (typeof step === 'number') return `${field}[${step}]`;
    return field === '' ? step : `${field}.${step}`;
  }, '');
