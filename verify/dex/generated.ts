import type { ConfigMap, Deployment, PodSpec } from '../../imports/k8s.ts';
import type { AnyComponent } from '../../lib/components/component.ts';
import { defineComponent } from '../../lib/components/component.ts';
import { dexKind } from '../../lib/components/dex.ts';
import { type OidcHandle, oidc } from '../../lib/contracts/oidc.ts';
import { postgres } from '../../lib/contracts/postgres.ts';
import { need } from '../../lib/graph/contract.ts';
import { declaredSecret, SecretRef } from '../../lib/graph/credential.ts';
import { ServiceGraph } from '../../lib/graph/service-graph.ts';
import { node, offers } from '../../lib/graph/testing.ts';
import { bound, objectsOf, testContext, testGateway } from '../../lib/platform/testing.ts';
import { wire } from '../../lib/platform/wire.ts';
import { BIND_DN, DIRECTORY_HOST } from './directory.ts';

export const DATABASE_HOST = 'postgres.example.internal';
export const ROLE = {
  user: 'dex',
  /** Everything that a template, a shell or a connection string could trip over. */
  password: `p@ss:w/rd?#%41&'"=\\ $(HOME) $HOME \${x} {y} é`,
  databases: ['dex'],
} as const;
export const CLIENT_SECRET = 'client-S3cret/+"$HOME\\quoted';
export const REDIRECT = 'https://hub.ml.example.com/hub/oauth_callback';
/** Of the user below; its hash is of cost 10. */
export const PASSWORD = 'correct horse';
const HASH = '$2y$10$abcdefghijklmnopqrstuu23JPZtHcGhwXSF41f93o/7vBdDut3Xu';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nZHVtbXk=\n-----END CERTIFICATE-----\n';
const named = (id: string) => ({ id, title: id });
const client = (id: string) => ({ ...named(id), clientId: `client of $${id}` });

/** Every connector, with all that it can be told. */
export const CONNECTORS = [
  {
    type: 'ldap',
    ...named('ldap'),
    host: 'ldap.example.com',
    addresses: ['10.1.2.0/24'],
    bindDn: 'cn=dex$,dc=example,dc=com',
    prompt: 'Email',
    users: { baseDn: 'ou=people,dc=example,dc=com', filter: '(objectClass=person)', login: 'mail' },
    groups: { baseDn: 'ou=groups,dc=example,dc=com', filter: '(objectClass=group)', parentAttribute: 'member' },
  },
  { type: 'github', ...client('github'), organizations: [{ name: 'example', teams: ['ml'] }], host: 'git.example.com' },
  {
    type: 'google',
    ...client('google'),
    domains: ['example.com'],
    groups: { administrators: { 'example.com': 'admin@example.com' } },
  },
  { type: 'microsoft', ...client('microsoft'), tenant: 'example.onmicrosoft.com', allowedGroups: ['ml'] },
  {
    type: 'saml',
    ...named('saml'),
    ssoUrl: 'https://saml.example.com/sso',
    certificate: CERTIFICATE,
    ssoIssuer: 'https://saml.example.com',
    entityIssuer: 'dex',
    usernameAttribute: 'name',
    emailAttribute: 'email',
    groupsAttribute: 'groups',
    groupsDelimiter: ',',
    allowedGroups: ['ml'],
  },
  {
    type: 'oidc',
    ...client('oidc'),
    issuer: 'https://login.example.com',
    scopes: ['profile', 'email', 'groups'],
    groupsClaim: 'roles',
    usernameClaim: 'login',
    emailClaim: 'mail',
    allowedGroups: ['ml'],
    userInfo: true,
  },
] as const;

/** As an environment would describe the directory that `directory.ts` starts. */
export const directoryConnector = (authority: string) => ({
  type: 'ldap',
  id: 'directory',
  title: 'Directory',
  host: DIRECTORY_HOST,
  authority,
  addresses: ['10.231.0.0/24'],
  bindDn: BIND_DN,
  users: {
    baseDn: 'ou=people,dc=example,dc=com',
    filter: '(objectClass=person)',
    login: 'mail',
    username: 'uid',
  },
  groups: { baseDn: 'ou=groups,dc=example,dc=com', filter: '(objectClass=groupOfNames)' },
});

export const STATIC_USERS = [{ email: 'user@example.com', hash: HASH, groups: ['ml', 'admins'] }] as const;

export interface Generated {
  readonly config: string;
  readonly pod: PodSpec;
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What the client gets. */
  readonly handle: OidcHandle;
}

/** The component's objects with one client, wired as in an environment with a gateway and a managed Postgres. */
export function generate(settings: object): Generated {
  const [dex] = dexKind.components(dexKind.settings.parse(settings), testContext(), { file: 'verify', path: [] });
  if (!dex) throw new Error('no component');
  const hub: AnyComponent = defineComponent({
    ...node('jupyterhub', { namespace: 'jupyterhub', exposes: [{ offer: 'web', host: 'hub' }] }),
    needs: { signIn: need(oidc, { title: 'Notebooks', redirectPaths: ['/hub/oauth_callback'] }, 'people sign in') },
    offers: { web: offers('web') },
    build: () => undefined,
  });
  const database = bound(postgres, {
    endpoint: { host: DATABASE_HOST, port: 5432 },
    database: ROLE.databases[0],
    user: ROLE.user,
    password: SecretRef.to(declaredSecret('dex-database', ['password'], 'verification'), 'password'),
    sslMode: 'require',
  });
  const objects = objectsOf(dex, [hub, testGateway], [database]);
  const configMaps = Object.fromEntries(
    objects.filter(({ kind }) => kind === 'ConfigMap').map((map) => [map.metadata.name, (map as ConfigMap).data ?? {}]),
  );
  const pod = (objects.find(({ kind }) => kind === 'Deployment') as Deployment | undefined)?.spec?.template.spec;
  const config = configMaps['dex-config']?.['config.yaml'];
  if (!pod || config === undefined) throw new Error('no Deployment, or no configuration');
  const wired = wire(hub, new ServiceGraph([dex, hub, testGateway], [database]));
  return { config, pod, configMaps, handle: wired.needs.signIn as OidcHandle };
}
