import { clusterSchema } from '../config/cluster.ts';
import { environmentContext } from '../config/context.ts';
import type { SealedValues } from '../config/sealed-secrets.ts';
import { credential, generated, provided, publicKey } from '../graph/credential.ts';
import { externalSecrets } from '../operators/external-secrets.ts';
import { sealedSecrets } from '../operators/sealed-secrets.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { groupKind } from '../platform/manifest-set.ts';
import type { CredentialPlacement, SecretSource } from './component.ts';
import { secretsKind } from './secrets.ts';

const environment = (sealed: SealedValues = {}) =>
  environmentContext({
    name: 'prod',
    config: {
      images: {},
      namespacePrefix: 'prod-',
      cluster: clusterSchema.parse({
        name: 'prod-1',
        provider: 'eks',
        kubernetesVersion: '1.34',
        domain: 'ml.example.com',
        region: 'eu-central-1',
        storageClasses: { block: 'gp3' },
        nodePools: [{ name: 'general', instanceType: 'm7i.xlarge', cpu: 4, memory: '16Gi', min: 1, max: 3 }],
      }),
      argocd: { repository: { url: 'https://git.example.com/ml/platform.git', revision: 'main' }, namespace: 'argocd' },
      operators: 'install',
      components: {},
      external: {},
    },
    sealedSecrets: sealed,
  });

const componentFrom = (settings: unknown, context = environment()) => {
  const [component] = secretsKind.components(secretsKind.settings.parse(settings), context, {
    file: 'e.yaml',
    path: [],
  });
  if (!component) throw new Error('no component');
  return component;
};

const sourceFrom = (settings: unknown, context = environment()): SecretSource => {
  const { secretSource } = componentFrom(settings, context);
  if (!secretSource) throw new Error('no source');
  return secretSource;
};

const database: CredentialPlacement = {
  name: 'mlflow-database',
  spec: credential({
    keys: { username: publicKey('mlflow'), password: generated(32) },
    why: 'role that owns the runs',
    type: 'kubernetes.io/basic-auth',
    labels: { 'cnpg.io/reload': 'true' },
  }),
  places: [
    { namespace: 'prod-data', component: 'postgres' },
    { namespace: 'prod-mlflow', component: 'mlflow' },
  ],
};
const [original, copy] = [
  { namespace: 'prod-data', component: 'postgres' },
  { namespace: 'prod-mlflow', component: 'mlflow' },
];

const find = (manifests: readonly Manifest[], kind: string): Manifest => {
  const [found, another] = manifests.filter((manifest) => manifest.kind === kind);
  if (!found || another) throw new Error(`not exactly one ${kind}`);
  return found;
};
const specOf = (manifests: readonly Manifest[], kind: string) => find(manifests, kind).spec;
const produced = (manifest: Manifest): Manifest[] => {
  const facts = externalSecrets.kinds[groupKind(manifest)] ?? sealedSecrets.kinds[groupKind(manifest)];
  return [...(facts?.produces?.(manifest) ?? [])];
};

const SOURCES = {
  aws: { source: 'external-secrets', provider: 'aws', identity: 'arn:aws:iam::111122223333:role/keelson-{namespace}' },
  gcp: {
    source: 'external-secrets',
    provider: 'gcp',
    project: 'example-ml',
    identity: 'keelson-secrets@example-ml.iam.gserviceaccount.com',
  },
  azure: {
    source: 'external-secrets',
    provider: 'azure',
    vaultUrl: 'https://keelson-prod.vault.azure.net',
    tenant: '00000000-0000-4000-8000-000000000001',
    identity: '00000000-0000-4000-8000-000000000002',
  },
  vault: {
    source: 'external-secrets',
    provider: 'vault',
    server: 'https://vault.example.com:8200',
    role: 'keelson',
    addresses: ['10.20.0.0/24'],
  },
} as const;

describe('every source', () => {
  const sealed = {
    'prod-data/mlflow-database': { password: 'AgA' },
    'prod-mlflow/mlflow-database': { password: 'AgB' },
  };
  const all = [...Object.values(SOURCES), { source: 'sealed-secrets' }, { source: 'generated' }];

  test.each(all)('makes the Secret that was asked for, in both places: $source $provider', (settings) => {
    const source = sourceFrom(settings, environment(sealed));
    for (const place of database.places) {
      expect(source.manifests(database, place).flatMap(produced)).toEqual([
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'mlflow-database', namespace: place.namespace, labels: { 'cnpg.io/reload': 'true' } },
          type: 'kubernetes.io/basic-auth',
          data: { username: '', password: '' },
        },
      ]);
    }
  });

  test.each(all)('names only objects that it makes: $source $provider', (settings) => {
    const source = sourceFrom(settings, environment(sealed));
    const manifests = database.places.flatMap((place) => source.manifests(database, place));
    const identities = manifests.map((m) => `${groupKind(m)}/${m.metadata.namespace}/${m.metadata.name}`);
    const references = manifests.flatMap((manifest) => [
      ...(externalSecrets.kinds[groupKind(manifest)]?.references?.(manifest) ?? []),
    ]);
    for (const { target, namespace, name } of references)
      expect(identities).toContain(`${target}/${namespace}/${name}`);
  });

  test.each(all)('makes nothing that belongs to the whole cluster: $source $provider', (settings) => {
    const source = sourceFrom(settings, environment(sealed));
    for (const place of database.places)
      for (const { metadata } of source.manifests(database, place)) expect(metadata.namespace).toMatch(/^prod-/);
  });
});

describe('from a store outside', () => {
  const store = (settings: unknown) => specOf(sourceFrom(settings).manifests(database, copy), 'SecretStore');
  const account = (settings: unknown) =>
    find(sourceFrom(settings).manifests(database, copy), 'ServiceAccount').metadata;

  test('AWS is read as a role of the namespace', () => {
    expect(store(SOURCES.aws)).toEqual({
      provider: {
        aws: {
          service: 'SecretsManager',
          region: 'eu-central-1',
          auth: { jwt: { serviceAccountRef: { name: 'credentials' } } },
        },
      },
    });
    expect(account(SOURCES.aws).annotations).toEqual({
      'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/keelson-prod-mlflow',
    });
  });

  test('Google is read by workload identity, without asking the metadata server', () => {
    expect(store(SOURCES.gcp)).toEqual({
      provider: {
        gcpsm: {
          projectID: 'example-ml',
          auth: {
            workloadIdentity: {
              serviceAccountRef: { name: 'credentials' },
              clusterProjectID: 'example-ml',
              clusterLocation: 'eu-central-1',
              clusterName: 'prod-1',
            },
          },
        },
      },
    });
  });

  test('Azure is told the tenant once: twice is an error to the controller', () => {
    expect(store(SOURCES.azure)).toMatchObject({ provider: { azurekv: { tenantId: SOURCES.azure.tenant } } });
    expect(account(SOURCES.azure).annotations).toEqual({ 'azure.workload.identity/client-id': SOURCES.azure.identity });
  });

  test('Vault is read with a role of its Kubernetes auth method', () => {
    expect(store(SOURCES.vault)).toEqual({
      provider: {
        vault: {
          server: 'https://vault.example.com:8200',
          path: 'secret',
          version: 'v2',
          auth: {
            kubernetes: { mountPath: 'kubernetes', role: 'keelson', serviceAccountRef: { name: 'credentials' } },
          },
        },
      },
    });
  });

  test('an entry of the store holds the keys of the Secret, the public ones apart', () => {
    expect(specOf(sourceFrom(SOURCES.aws).manifests(database, copy), 'ExternalSecret')).toMatchObject({
      refreshPolicy: 'Periodic',
      refreshInterval: '1h0m0s',
      secretStoreRef: { kind: 'SecretStore', name: 'credentials' },
      target: { creationPolicy: 'Owner', template: { data: { username: 'mlflow', password: '{{ .password }}' } } },
      data: [{ secretKey: 'password', remoteRef: { key: 'keelson/prod/mlflow-database', property: 'password' } }],
    });
  });

  test('names in Google and Azure hold no slash', () => {
    for (const settings of [SOURCES.gcp, SOURCES.azure])
      expect(sourceFrom(settings).locate(database)).toContain(' keelson-prod-mlflow-database');
    expect(secretsKind.settings.safeParse({ ...SOURCES.azure, prefix: 'keelson/' }).success).toBe(false);
  });

  test('the controller may reach the store, and nothing private unless it is said to be there', () => {
    expect(componentFrom(SOURCES.vault).operatorEgress).toEqual([
      {
        operator: 'external-secrets',
        pods: 'external-secrets',
        to: { name: 'Vault', cidrs: ['10.20.0.0/24'] },
        ports: [8200],
        why: 'reads Vault',
      },
    ]);
    expect(componentFrom(SOURCES.aws).operatorEgress?.[0]?.to.except).toContain('10.0.0.0/8');
    expect(componentFrom({ source: 'generated' }).operatorEgress).toBeUndefined();
  });

  test('a region that nobody knows is a problem', () => {
    const context = environment();
    const { region: _, ...cluster } = context.cluster;
    const source = sourceFrom(SOURCES.aws, { ...context, cluster });
    expect([...(source.problems?.([database]) ?? [])]).toEqual([
      'the region of AWS Secrets Manager is not known; set region here, or cluster.region',
    ]);
  });
});

describe('generated', () => {
  const source = sourceFrom({ source: 'generated' });

  test('a value is made once, and survives whatever happens to the object that asked for it', () => {
    expect(specOf(source.manifests(database, original), 'ExternalSecret')).toMatchObject({
      refreshPolicy: 'CreatedOnce',
      target: { creationPolicy: 'Orphan', deletionPolicy: 'Retain', immutable: true },
      dataFrom: [{ sourceRef: { generatorRef: { kind: 'Password', name: 'mlflow-database' } } }],
    });
  });

  test('a value has letters and digits only, and the length asked for', () => {
    expect(specOf(source.manifests(database, original), 'Password')).toEqual({
      length: 32,
      digits: 8,
      symbols: 0,
      noUpper: false,
      allowRepeat: true,
      encoding: 'raw',
      secretKeys: ['password'],
    });
  });

  test('keys that differ in length or alphabet come from different generators', () => {
    const spec = credential({
      keys: { 'access-key': generated(20), secret: generated(40), salt: generated(64, 'hex'), root: generated(40) },
      why: 'test',
    });
    const manifests = source.manifests({ name: 'store', spec, places: [original] }, original);
    const passwords = manifests.filter(({ kind }) => kind === 'Password');
    expect(passwords.map(({ metadata, spec }) => [metadata.name, spec])).toMatchObject([
      ['store-alphanumeric-20', { length: 20, secretKeys: ['access-key'] }],
      ['store-alphanumeric-40', { length: 40, secretKeys: ['root', 'secret'] }],
      ['store-hex-64', { length: 32, encoding: 'hex', secretKeys: ['salt'] }],
    ]);
    expect(specOf(manifests, 'ExternalSecret')).toMatchObject({
      target: { template: { data: { 'access-key': '{{ index . "access-key" }}', salt: '{{ .salt }}' } } },
    });
  });

  test('the copy is read by an identity that may read this one Secret', () => {
    const granted = source.manifests(database, original);
    expect(find(granted, 'Role').rules).toEqual([
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['mlflow-database'], verbs: ['get'] },
    ]);
    expect(find(granted, 'RoleBinding').subjects).toEqual([
      { kind: 'ServiceAccount', name: 'from-prod-data', namespace: 'prod-mlflow' },
    ]);
    const copied = source.manifests(database, copy);
    expect(find(copied, 'ServiceAccount').metadata.name).toBe('from-prod-data');
    expect(specOf(copied, 'SecretStore')).toMatchObject({
      provider: {
        kubernetes: { remoteNamespace: 'prod-data', auth: { serviceAccount: { name: 'from-prod-data' } } },
      },
    });
    expect(copied.some(({ kind }) => kind === 'Password')).toBe(false);
  });

  test('nobody may read a Secret that is not copied', () => {
    const alone = { ...database, places: [original] as const };
    expect(source.manifests(alone, original).map(({ kind }) => kind)).toEqual(['ExternalSecret', 'Password']);
  });

  test('what a person must bring cannot be generated', () => {
    const spec = credential({ keys: { 'tls.key': provided('the key of a CA') }, why: 'signs certificates' });
    expect([...(source.problems?.([{ name: 'gateway-ca', spec, places: [original] }]) ?? [])]).toEqual([
      '"gateway-ca" needs the key of a CA under the key tls.key (signs certificates), which cannot be generated; use the source external-secrets or sealed-secrets',
    ]);
  });
});

describe('sealed', () => {
  const problems = (sealed: SealedValues) => [
    ...(sourceFrom({ source: 'sealed-secrets' }, environment(sealed)).problems?.([database]) ?? []),
  ];

  test('ciphertext goes with readable public values, type and labels', () => {
    const source = sourceFrom(
      { source: 'sealed-secrets' },
      environment({ 'prod-mlflow/mlflow-database': { password: 'AgB' } }),
    );
    expect(specOf(source.manifests(database, copy), 'SealedSecret')).toEqual({
      encryptedData: { password: 'AgB' },
      template: {
        type: 'kubernetes.io/basic-auth',
        metadata: { name: 'mlflow-database', namespace: 'prod-mlflow', labels: { 'cnpg.io/reload': 'true' } },
        data: { username: 'mlflow' },
      },
    });
  });

  test('a missing one says what to run', () => {
    const [first, ...rest] = problems({ 'prod-mlflow/mlflow-database': { password: 'AgB' } });
    expect(rest).toEqual([]);
    expect(first).toBe(
      '"prod-data/mlflow-database" is not sealed (role that owns the runs); run: kubectl create secret generic mlflow-database --namespace prod-data --dry-run=client --output yaml --from-literal=password=... | kubeseal --controller-name sealed-secrets --controller-namespace sealed-secrets --format yaml; then copy its encryptedData to "prod-data/mlflow-database" in environments/prod/sealed-secrets.yaml, with the same values as "prod-mlflow/mlflow-database"',
    );
  });

  test('values and keys that nothing asks for are named', () => {
    expect(
      problems({
        'prod-data/mlflow-database': { password: 'AgA' },
        'prod-mlflow/mlflow-database': { password: 'AgB', username: 'AgC' },
        'prod-data/gone': { password: 'AgD' },
      }),
    ).toEqual([
      '"prod-mlflow/mlflow-database" in environments/prod/sealed-secrets.yaml has username, which is not asked for; allowed: password',
      'environments/prod/sealed-secrets.yaml holds values for "prod-data/gone", which nothing asks for; remove them',
    ]);
  });
});

test('two environments on one cluster share no object', () => {
  const identities = (context: ReturnType<typeof environment>, prefix: string) =>
    database.places.flatMap(({ namespace, component }) =>
      sourceFrom(SOURCES.aws, context)
        .manifests(database, { namespace: namespace.replace('prod-', prefix), component })
        .map((m) => `${groupKind(m)}/${m.metadata.namespace}/${m.metadata.name}`),
    );
  const prod = identities(environment(), 'prod-');
  expect(identities({ ...environment(), name: 'dev' }, 'dev-').filter((id) => prod.includes(id))).toEqual([]);
});

test.each([
  ['an unknown source', { source: 'git' }],
  ['a role that is none', { ...SOURCES.aws, identity: 'keelson' }],
  ['an address without TLS', { ...SOURCES.vault, server: 'http://vault.example.com' }],
  ['settings of another source', { source: 'generated', region: 'eu-central-1' }],
])('refuses %s', (_, settings) => {
  expect(secretsKind.settings.safeParse(settings).success).toBe(false);
});
