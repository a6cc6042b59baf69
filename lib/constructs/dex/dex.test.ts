import { Testing } from 'cdk8s';
import { parse } from 'yaml';
import type { PostgresHandle } from '../../contracts/postgres.ts';
import { declaredSecret, SecretRef } from '../../graph/credential.ts';
import { Dex, type DexConnector, type DexProps, dexConnections } from './index.ts';

const ref = (name: string, key = 'secret') => SecretRef.to(declaredSecret(name, [key], 'a person'), key);
const database: PostgresHandle = {
  endpoint: { host: 'postgres.example.com', port: 5432 },
  database: 'dex',
  user: 'dex',
  password: ref('dex-database', 'password'),
  sslMode: 'require',
};
const ldap: DexConnector = {
  type: 'ldap',
  id: 'corp-ldap',
  title: 'Directory',
  host: 'ldap.example.com',
  bind: { dn: 'cn=dex$1,dc=example,dc=com', password: ref('dex-corp-ldap') },
  users: { baseDn: 'ou=people,dc=example,dc=com', login: 'sAMAccountName' },
};
const github: DexConnector = {
  type: 'github',
  id: 'github',
  title: 'GitHub',
  clientId: 'Iv1.0123',
  clientSecret: ref('dex-github'),
  organizations: [{ name: 'example', teams: ['ml'] }, { name: 'friends' }],
};
const user = { email: 'user@example.com', hash: `$2y$10$${'a'.repeat(53)}`, groups: ['ml'] };
const base: DexProps = {
  image: 'ghcr.io/dexidp/dex:v0',
  issuer: 'https://dex.example.com',
  database,
  clients: [
    { id: 'team-hub', title: 'Notebooks', redirectUris: ['https://hub.example.com/cb'], secret: ref('hub-sign-in') },
  ],
  connectors: [ldap],
};

const synth = (props: Partial<DexProps> = {}) => {
  const chart = Testing.chart();
  new Dex(chart, 'dex', { ...base, ...props });
  const objects = Testing.synth(chart);
  const of = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);
  const deployment = of('Deployment', 'dex');
  return {
    objects,
    of,
    pod: deployment.spec.template.spec,
    config: parse(of('ConfigMap', 'dex-config').data['config.yaml']),
  };
};
const connectorOf = (connector: DexConnector) => synth({ connectors: [connector] }).config.connectors[0];
const env = (props: Partial<DexProps> = {}) =>
  Object.fromEntries(
    synth(props).pod.containers[0].env.map(({ name, value, valueFrom }: Record<string, never>) => [
      name,
      value ?? valueFrom,
    ]),
  );

test('secrets stand in the configuration only by the names of variables', () => {
  const { config } = synth({ connectors: [ldap, github] });
  expect(config.storage.config.password).toBe('${DATABASE_PASSWORD}');
  expect(config.staticClients[0]).toMatchObject({ id: 'team-hub', secretEnv: 'CLIENT_SECRET_TEAM_HUB' });
  expect(config.connectors.map(({ config: { bindPW, clientSecret } }: never) => bindPW ?? clientSecret)).toEqual([
    '${CONNECTOR_SECRET_CORP_LDAP}',
    '${CONNECTOR_SECRET_GITHUB}',
  ]);
  expect(env({ connectors: [ldap, github] })).toEqual({
    DOLLAR: '$',
    DATABASE_PASSWORD: { secretKeyRef: { name: 'dex-database', key: 'password' } },
    CLIENT_SECRET_TEAM_HUB: { secretKeyRef: { name: 'hub-sign-in', key: 'secret' } },
    CONNECTOR_SECRET_CORP_LDAP: { secretKeyRef: { name: 'dex-corp-ldap', key: 'secret' } },
    CONNECTOR_SECRET_GITHUB: { secretKeyRef: { name: 'dex-github', key: 'secret' } },
  });
});

test('a dollar sign that is meant is none that Dex replaces, however deep it stands', () => {
  const { config } = connectorOf({ ...ldap, users: { ...ldap.users, filter: '(cn=$a)' } });
  expect([config.bindDN, config.userSearch.filter]).toEqual(['cn=dex${DOLLAR}1,dc=example,dc=com', '(cn=${DOLLAR}a)']);
});

test('a hash is left as it is: Dex replaces nothing there', () => {
  const { config } = synth({ connectors: [], staticUsers: [user] });
  expect(config).toMatchObject({
    enablePasswordDB: true,
    staticPasswords: [
      { email: user.email, hash: user.hash, username: 'user', preferredUsername: 'user', groups: ['ml'] },
    ],
  });
  expect(synth().config).toMatchObject({ enablePasswordDB: false });
  expect(synth().config.staticPasswords).toBeUndefined();
});

test('only codes are handed out, to known addresses, and to be renewed', () => {
  const { config } = synth();
  expect(config.oauth2).toEqual({
    responseTypes: ['code'],
    grantTypes: ['authorization_code', 'refresh_token'],
    skipApprovalScreen: true,
  });
  expect(config.staticClients[0].redirectURIs).toEqual(['https://hub.example.com/cb']);
  expect(config.grpc).toBeUndefined();
});

test('lifetimes are written as Go reads them', () => {
  expect(synth({ lifetimes: { idToken: 600, refresh: 86_400 } }).config.expiry).toEqual({
    idTokens: '600s',
    authRequests: '900s',
    refreshTokens: { validIfNotUsedFor: '604800s', absoluteLifetime: '86400s' },
  });
});

test('connectors are called back below the issuer', () => {
  expect(connectorOf(github).config).toEqual({
    clientID: 'Iv1.0123',
    clientSecret: '${CONNECTOR_SECRET_GITHUB}',
    redirectURI: 'https://dex.example.com/callback',
    orgs: [{ name: 'example', teams: ['ml'] }, { name: 'friends' }],
    teamNameField: 'slug',
  });
});

test('a directory is asked over TLS, on the port that belongs to it', () => {
  expect(connectorOf(ldap).config).toMatchObject({ host: 'ldap.example.com:636', startTLS: false });
  expect(connectorOf({ ...ldap, tls: 'starttls' }).config).toMatchObject({
    host: 'ldap.example.com:389',
    startTLS: true,
  });
  expect(connectorOf({ ...ldap, port: 1636 }).config.host).toBe('ldap.example.com:1636');
  const text = JSON.stringify(connectorOf({ ...ldap, authority: 'PEM' }));
  expect(text).toContain(Buffer.from('PEM').toString('base64'));
  expect(text).not.toMatch(/insecure/);
});

test('the key of a service account is a file that only the pod reads', () => {
  const google: DexConnector = {
    type: 'google',
    id: 'google',
    title: 'Google',
    clientId: 'id',
    clientSecret: ref('dex-google'),
    domains: ['example.com'],
    groups: { serviceAccount: ref('dex-google', 'key'), administrators: { 'example.com': 'admin@example.com' } },
  };
  const { pod, config } = synth({ connectors: [google] });
  const file = '/etc/dex-google/google/service-account.json';
  expect(config.connectors[0].config).toMatchObject({
    serviceAccountFilePath: file,
    domainToAdminEmail: { 'example.com': 'admin@example.com' },
  });
  expect(pod.volumes).toContainEqual({
    name: 'google-google',
    secret: { secretName: 'dex-google', defaultMode: 0o440, items: [{ key: 'key', path: 'service-account.json' }] },
  });
  expect(pod.containers[0].volumeMounts).toContainEqual({
    name: 'google-google',
    mountPath: '/etc/dex-google/google',
    readOnly: true,
  });
});

test('without a claim for them, groups of another provider are not taken over', () => {
  const other: DexConnector = {
    type: 'oidc',
    id: 'other',
    title: 'Other',
    issuer: 'https://login.example.com',
    clientId: 'id',
    clientSecret: ref('dex-other'),
  };
  expect(connectorOf(other).config).toMatchObject({ insecureEnableGroups: false, insecureSkipEmailVerified: false });
  expect(connectorOf({ ...other, groupsClaim: 'roles' }).config).toMatchObject({
    insecureEnableGroups: true,
    claimMapping: { groups: 'roles' },
  });
});

test('the authority of the database is checked where it is known', () => {
  const { of, config, pod } = synth({ database: { ...database, sslMode: 'verify-full', authority: 'PEM' } });
  expect(config.storage.config.ssl).toEqual({ mode: 'verify-full', caFile: '/etc/dex-database/authority.pem' });
  expect(of('ConfigMap', 'dex-database').data).toEqual({ 'authority.pem': 'PEM' });
  expect(pod.containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual([
    '/etc/dex',
    '/etc/dex-database',
  ]);
  const trusting = synth({ database: { ...database, sslMode: 'verify-full' } });
  expect(trusting.config.storage.config.ssl).toEqual({ mode: 'verify-full' });
});

test('all replicas and the one that a rollout adds find a connection', () => {
  expect(dexConnections(2)).toBe(3 * synth().config.storage.config.maxOpenConns);
});

test('browsers come back only by TLS where there is any', () => {
  const header = 'Strict-Transport-Security';
  expect(synth().config.web.headers).toHaveProperty([header]);
  expect(synth({ issuer: 'http://dex.localhost:8080' }).config.web.headers).not.toHaveProperty([header]);
});

test.each([
  [{ issuer: 'https://dex.example.com/' }, 'write a URL without a slash at the end'],
  [{ issuer: 'dex.example.com' }, 'the issuer "dex.example.com" is not one'],
  [{ connectors: [] }, 'nobody could sign in'],
  [{ connectors: [ldap, ldap] }, 'two connectors are called "corp-ldap"'],
  [{ connectors: [{ ...ldap, id: 'local' }] }, "which is Dex's own"],
  [{ clients: [...base.clients, ...base.clients] }, 'two clients are called "team-hub"'],
  [{ connectionsPerReplica: 0 }, 'needs at least 1'],
])('%j is refused', (props, message) => {
  expect(() => synth(props)).toThrow(message);
});
