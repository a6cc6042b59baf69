import { type AnyComponent, defineComponent } from '../components/component.ts';
import { type OidcHandle, oidc } from '../contracts/oidc.ts';
import { placementsOf } from '../derive/credentials.ts';
import { need } from '../graph/contract.ts';
import { ServiceGraph } from '../graph/service-graph.ts';
import { node, offers } from '../graph/testing.ts';
import { testContext, testGateway } from '../platform/testing.ts';
import { wire } from '../platform/wire.ts';
import { oidcExternal } from './oidc.ts';

const base = 'https://login.example.com';
const settings = {
  issuer: `${base}/`,
  endpoints: {
    authorization: `${base}/authorize`,
    token: `${base}/oauth/token`,
    userinfo: `${base}/userinfo`,
    jwks: `${base}/keys`,
  },
  clients: { jupyterhub: { clientId: '0oa1b2c3' } },
  groupsClaim: 'groups',
};
const external = (more: object = {}) =>
  oidcExternal.external(oidcExternal.settings.parse({ ...settings, ...more }), testContext(), {
    file: 'environment.yaml',
    path: ['external', 'oidc'],
  });
const hub: AnyComponent = defineComponent({
  ...node('jupyterhub', { namespace: 'hub', exposes: [{ offer: 'web', host: 'hub' }] }),
  needs: { signIn: need(oidc, { title: 'Notebooks', redirectPaths: ['/hub/oauth_callback'] }, 'people sign in') },
  offers: { web: offers('web') },
  build: () => undefined,
});
const graph = (more: object = {}) => new ServiceGraph([hub, testGateway], [external(more)]);
const mistakes = (more: object): string[] =>
  oidcExternal.settings
    .safeParse({ ...settings, ...more })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

test('a client gets what the provider gave it, byte by byte', () => {
  const handle = wire(hub, graph()).needs.signIn as OidcHandle;
  expect(handle).toMatchObject({
    issuer: 'https://login.example.com/',
    endpoints: settings.endpoints,
    clientId: '0oa1b2c3',
    scopes: ['openid', 'profile', 'email'],
    usernameClaim: 'email',
    groupsClaim: 'groups',
  });
  const { groupsClaim, ...without } = settings;
  const silent = wire(
    hub,
    new ServiceGraph(
      [hub, testGateway],
      [oidcExternal.external(oidcExternal.settings.parse(without), testContext(), { file: '', path: [] })],
    ),
  );
  expect(silent.needs.signIn).not.toHaveProperty('groupsClaim');
});

test('a person brings the secret, and is told where the provider is to send browsers back to', () => {
  const [placement] = placementsOf(graph());
  expect(placement?.spec).toEqual({
    keys: { clientSecret: { kind: 'provided', what: 'the secret of the client 0oa1b2c3 at login.example.com' } },
    why: 'people sign in to Notebooks by login.example.com, which sends them back to /hub/oauth_callback of jupyterhub',
  });
});

test('who has no client is told what to do', () => {
  expect(graph({ clients: {} }).problems.map(({ message }) => message)).toEqual([
    'jupyterhub has no client at login.example.com; register one there, and write its ID under clients.jupyterhub.clientId',
  ]);
});

test('only what clients themselves open is opened, on the ports that are named', () => {
  expect(external()).toMatchObject({ ports: [443], addresses: { cidrs: ['0.0.0.0/0'] } });
  expect(external().addresses.except).toContain('10.0.0.0/8');
  expect(external({ addresses: ['10.8.0.0/16'] }).addresses).toEqual({ cidrs: ['10.8.0.0/16'] });
  const { ports, offer } = external({
    endpoints: { ...settings.endpoints, token: `${base}:8443/token`, authorization: `${base}:9443/authorize` },
  });
  expect(ports).toEqual([443, 8443]);
  expect(offer.ports.map(({ port }) => port)).toEqual([443, 8443]);
});

test.each([
  [{ issuer: 'http://login.example.com' }, 'issuer: is not a URL'],
  [{ endpoints: { ...settings.endpoints, token: 'https://user@login.example.com/' } }, 'endpoints.token: is not a URL'],
  [{ scopes: ['email'] }, 'scopes: lack openid'],
  [{ addresses: [] }, 'addresses: '],
])('%j is refused', (more, message) => {
  expect(mistakes(more)).toEqual([expect.stringContaining(message)]);
});
