import { parse } from 'yaml';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { type FeastSettings, featureStoreEnv, featureStoreYaml, storeFiles } from './settings.ts';

const secret = (name: string) => SecretRef.to(declaredSecret(name, ['password'], 'test'), 'password');
const database = (name: string) =>
  ({
    endpoint: { host: 'db', port: 5432 },
    database: name,
    user: name,
    password: secret(name),
    sslMode: 'verify-full',
    authority: `authority of ${name}`,
  }) as const;
const redis = {
  kind: 'redis',
  cache: {
    endpoint: { host: 'redis', port: 6379 },
    tls: true,
    login: { username: 'vision', password: secret('redis') },
  },
} as const;
const settings: FeastSettings = {
  project: 'vision',
  registry: { kind: 'sql', database: database('feast') },
  onlineStore: { ...redis, keyTtlSeconds: 60 },
  offlineStore: { kind: 'postgres', database: database('history') },
};

test('all of it', () => {
  expect(featureStoreYaml(settings)).toMatchInlineSnapshot(`
"auth:
  type: 'no_auth'
entity_key_serialization_version: 3
offline_store:
  database: 'history'
  host: 'db'
  password: '\${FEAST_OFFLINE_PASSWORD}'
  port: 5432
  sslmode: 'verify-full'
  sslrootcert_path: '/etc/feast/offline.pem'
  type: 'postgres'
  user: 'history'
online_store:
  connection_string: 'redis:6379,ssl=true,username="vision",password="\${FEAST_ONLINE_PASSWORD}",socket_connect_timeout=2,socket_timeout=2'
  key_ttl_seconds: 60
  type: 'redis'
project: 'vision'
provider: 'local'
registry:
  cache_ttl_seconds: 60
  path: 'postgresql+psycopg://feast@db:5432/feast?sslmode=verify-full&connect_timeout=10&sslrootcert=%2Fetc%2Ffeast%2Fregistry.pem'
  registry_type: 'sql'
  sqlalchemy_config_kwargs:
    max_overflow: 0
    pool_pre_ping: true
    pool_size: 3
"
`);
});

test('what the file leaves open is in the environment, and no more', () => {
  const text = featureStoreYaml(settings);
  const env = featureStoreEnv(settings);
  const named = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name).sort();
  expect(named).toEqual(['FEAST_OFFLINE_PASSWORD', 'FEAST_ONLINE_PASSWORD']);
  for (const name of [...named, 'PGPASSWORD']) expect(env[name]).toBeInstanceOf(SecretRef);
  expect(featureStoreEnv({ project: 'a', registry: { kind: 'file', path: '/r' } })).toEqual({ HOME: '/tmp' });
});

test.each(['12345', '1e5', 'true', 'null', '0x10', 'a=b', '$HOME', '#no', '- x', 'ends:'])(
  'the password %s stays what it is',
  (password) => {
    // As Feast does it: environment first, YAML then, and JSON for the parameters of the online store.
    const text = featureStoreYaml(settings).replaceAll(/\$\{\w+\}/g, () => password);
    const { offline_store, online_store } = parse(text, { version: '1.1' });
    expect(offline_store.password).toBe(password);
    const [, last = ''] = /password=("[^,]*)/.exec(online_store.connection_string) ?? [];
    expect(JSON.parse(last)).toBe(password);
  },
);

test('certificates lie where the file says', () => {
  const files = storeFiles(settings);
  expect(Object.keys(files).sort()).toEqual(['feature_store.yaml', 'offline.pem', 'registry.pem']);
  expect(files['registry.pem']).toBe('authority of feast');
  const plain = storeFiles({ project: 'a', registry: { kind: 'remote', endpoint: { host: 'r', port: 1 } } });
  expect(Object.keys(plain)).toEqual(['feature_store.yaml']);
});

test.each([
  [{ kind: 'none' } as const, { type: 'no_auth' }],
  [{ kind: 'kubernetes' } as const, { type: 'kubernetes' }],
  [
    { kind: 'oidc', issuer: 'https://id.example.com/', clientId: 'feast' } as const,
    {
      type: 'oidc',
      auth_discovery_url: 'https://id.example.com/.well-known/openid-configuration',
      issuer: 'https://id.example.com/',
      client_id: 'feast',
      audience: 'feast',
    },
  ],
])('auth %j', (auth, written) => {
  expect(parse(featureStoreYaml({ ...settings, auth })).auth).toEqual(written);
});

test('without an online store Feast is told so, or it would make a file of its own', () => {
  const { onlineStore: _, ...without } = settings;
  expect(parse(featureStoreYaml(without)).online_store).toBeNull();
});

test('buckets that Feast cannot read are refused', () => {
  const bucket = {
    protocol: 'gcs',
    bucket: 'b',
    auth: { kind: 'workload-identity', serviceAccountAnnotations: {}, podLabels: {} },
  } as const;
  expect(() => featureStoreEnv({ ...settings, offlineStore: { kind: 'files', bucket } })).toThrow(
    'Feast reads files from S3 only, and the bucket is of the kind "gcs"; speak S3 to it, or take another offline store',
  );
});

test('a name that Feast would refuse', () => {
  expect(() => featureStoreYaml({ ...settings, project: '_a-b' })).toThrow(
    'project "_a-b" is no name of Feast; use letters, digits and underscores, the first no underscore',
  );
});
