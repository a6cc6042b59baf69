import { parse } from 'yaml';
import { type OidcHandle, oidc } from '../contracts/oidc.ts';
import { postgres } from '../contracts/postgres.ts';
import { need } from '../graph/contract.ts';
import { declaredSecret, SecretRef } from '../graph/credential.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { node, offers } from '../graph/testing.ts';
import { bound, objectsOf, testContext, testGateway } from '../platform/testing.ts';
import { wire } from '../platform/wire.ts';
import { type AnyComponent, defineComponent } from './component.ts';
import { dexKind } from './dex.ts';

const hash = `$2b$12$${'a'.repeat(53)}`;
const staticUsers = [{ email: 'user@example.com', hash }];
const github = { type: 'github', id: 'github', title: 'GitHub', clientId: 'id', organizations: [{ name: 'example' }] };
const ldap = {
  type: 'ldap',
  id: 'ldap',
  title: 'Directory',
  host: 'ldap.example.com',
  addresses: ['10.1.2.0/24'],
  bindDn: 'cn=dex,dc=example,dc=com',
  users: { baseDn: 'ou=people,dc=example,dc=com', login: 'uid' },
};

const database = bound(postgres, {
  endpoint: { host: 'postgres.example.com', port: 5432 },
  database: 'dex',
  user: 'dex',
  password: SecretRef.to(declaredSecret('dex-database', ['password'], 'test'), 'password'),
  sslMode: 'require',
});
const dex = (settings: object): AnyComponent => {
  const origin = { file: 'environment.yaml', path: ['components', 'dex'] };
  const [component] = dexKind.components(dexKind.settings.parse(settings), testContext('test-'), origin);
  if (!component) throw new Error('no component');
  return component;
};
const hub = (redirectPaths: [string, ...string[]] = ['/hub/oauth_callback']): AnyComponent =>
  defineComponent({
    ...node('jupyterhub', { namespace: 'hub', exposes: [{ offer: 'web', host: 'hub' }] }),
    needs: { signIn: need(oidc, { title: 'Notebooks', redirectPaths }, 'people sign in') },
    offers: { web: offers('web') },
    build: () => undefined,
  });
const graph = (settings: object, consumer = hub()) =>
  new ServiceGraph([dex(settings), consumer, testGateway], [database]);
const handle = (settings: object) => wire(hub(), graph(settings)).needs.signIn as OidcHandle;
const mistakes = (settings: object): string[] =>
  dexKind.settings.safeParse(settings).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

test('a client gets one issuer inside and outside, and speaks to the Service where no browser is', () => {
  expect(handle({ staticUsers })).toMatchObject({
    issuer: 'https://dex.ml.example.com',
    insecure: false,
    endpoints: {
      authorization: 'https://dex.ml.example.com/auth',
      token: 'http://dex.test-dex.svc:5556/token',
      userinfo: 'http://dex.test-dex.svc:5556/userinfo',
      jwks: 'http://dex.test-dex.svc:5556/keys',
    },
    clientId: 'jupyterhub',
    usernameClaim: 'email',
    groupsClaim: 'groups',
  });
  expect(handle({ staticUsers }).scopes).toEqual(expect.arrayContaining(['openid', 'email', 'groups']));
  expect(handle({ staticUsers, usernameClaim: 'preferred_username' }).usernameClaim).toBe('preferred_username');
});

test('Dex knows the client by the secret that the client has, and sends browsers back below its public address', () => {
  const objects = objectsOf(dex({ staticUsers }), [hub(['/a', '/b']), testGateway], [database]);
  const [config] = objects
    .filter(({ kind }) => kind === 'ConfigMap')
    .map((map) => JSON.parse(JSON.stringify(map)).data);
  expect(parse(config['config.yaml']).staticClients).toEqual([
    {
      id: 'jupyterhub',
      name: 'Notebooks',
      redirectURIs: ['https://hub.ml.example.com/a', 'https://hub.ml.example.com/b'],
      secretEnv: 'CLIENT_SECRET_JUPYTERHUB',
    },
  ]);
  const { name, key } = handle({ staticUsers }).clientSecret;
  expect(JSON.stringify(objects.find(({ kind }) => kind === 'Deployment'))).toContain(
    JSON.stringify({ name: 'CLIENT_SECRET_JUPYTERHUB', valueFrom: { secretKeyRef: { key, name } } }),
  );
});

test('metrics are not among what clients may open', () => {
  expect(dex({ staticUsers }).offers.oidc?.ports).toEqual([{ name: 'http', port: 5556 }]);
});

test('static users are for a laptop', () => {
  const on = (provider: 'kind' | 'minikube' | 'gke') => {
    const context = { ...testContext(), cluster: { ...testContext().cluster, provider } };
    return [...(dexKind.problems?.(dexKind.settings.parse({ staticUsers }), context) ?? [])];
  };
  expect(on('kind')).toEqual([]);
  expect(on('minikube')).toEqual([]);
  expect(on('gke')).toEqual([
    {
      path: ['staticUsers'],
      message:
        'are 1 on gke; users whose passwords stand in a repository are for kind and minikube only, so name a connector in their place',
    },
  ]);
});

test('what connectors prove themselves with is brought by a person', () => {
  const { credentials } = dex({ connectors: [github, ldap, { ...ldap, id: 'open', bindDn: undefined }] });
  expect(credentials).toEqual({
    github: {
      keys: { secret: { kind: 'provided', what: 'the secret of the client id' } },
      why: 'Dex signs people in through GitHub',
    },
    ldap: {
      keys: { secret: { kind: 'provided', what: 'the password of cn=dex,dc=example,dc=com' } },
      why: 'Dex signs people in through Directory',
    },
  });
});

test('only what a connector asks is opened: addresses that are known, else the internet', () => {
  expect(dex({ staticUsers }).ambient).toBeUndefined();
  expect(dex({ connectors: [ldap] }).ambient).toEqual({
    addresses: [
      {
        name: 'ldap.example.com',
        cidrs: ['10.1.2.0/24'],
        ports: [636],
        why: 'asks ldap.example.com who people are',
      },
    ],
  });
  expect(
    dex({ connectors: [github, { ...github, id: 'own', host: 'git.example.com', addresses: ['10.3.0.0/16'] }] })
      .ambient,
  ).toMatchObject({ internet: { ports: [443] }, addresses: [{ name: 'git.example.com', ports: [443] }] });
  const saml = {
    type: 'saml',
    id: 'saml',
    title: 'SAML',
    ssoUrl: 'https://saml.example.com/sso',
    certificate: '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----',
    usernameAttribute: 'name',
    emailAttribute: 'email',
  };
  expect(dex({ connectors: [saml] }).ambient).toBeUndefined();
  const other = { type: 'oidc', id: 'o', title: 'O', issuer: 'https://login.example.com:8443/realm', clientId: 'id' };
  expect(dex({ connectors: [other] }).ambient).toMatchObject({ internet: { ports: [8443] } });
});

test('a path that is none is refused where it is asked', () => {
  expect(graph({ staticUsers }, hub(['oauth'])).problems.map(({ message }) => message)).toEqual([
    'jupyterhub wants to be called back at "oauth", which is not a path; write it with a slash in front, like /oauth/callback',
  ]);
});

test.each([
  [{}, 'connectors: is empty, so nobody could sign in'],
  [{ connectors: [github, github] }, 'connectors.1.id: is the id of two connectors'],
  [{ connectors: [{ ...github, id: 'local' }] }, 'connectors.0.id: is what Dex calls its own static users'],
  [{ connectors: [{ ...github, organizations: [] }] }, 'connectors.0.organizations: '],
  [{ connectors: [{ ...ldap, addresses: undefined }] }, 'connectors.0.addresses: '],
  [{ connectors: [{ ...ldap, authority: 'key' }] }, 'connectors.0.authority: is not a certificate'],
  [
    { connectors: [{ type: 'microsoft', id: 'm', title: 'M', clientId: 'id', tenant: 'common' }] },
    'connectors.0.tenant: is not one tenant',
  ],
  [
    {
      connectors: [
        { type: 'oidc', id: 'o', title: 'O', clientId: 'id', issuer: 'https://a.example.com', allowedGroups: ['a'] },
      ],
    },
    'connectors.0.allowedGroups: is set, but nothing says which claim',
  ],
  [{ staticUsers: [{ email: 'user@example.com', hash: 'secret' }] }, 'staticUsers.0.hash: is not a bcrypt hash'],
  [{ staticUsers: [{ email: 'user@example.com', hash: hash.replace('$12$', '$08$') }] }, 'staticUsers.0.hash: '],
  [{ staticUsers: [{ email: 'User@example.com', hash }] }, 'staticUsers.0.email: is not in lower case'],
  [{ staticUsers: [...staticUsers, ...staticUsers] }, 'staticUsers.1.email: is the address of two users'],
  [{ staticUsers, tokens: { refresh: '1d' } }, 'tokens.refreshIdle: is longer than refresh'],
  [{ staticUsers, tokens: { id: '0s' } }, 'tokens.id: is no time at all'],
])('%j is refused', (settings, message) => {
  expect(mistakes(settings)).toEqual([expect.stringContaining(message)]);
});
