import type { SecretRef } from '../../graph/credential.ts';
import type { Json } from '../yaml-text.ts';
import { type DexConnector, ldapPort } from './connectors.ts';
import { connectorSecretVariable, literal, use } from './variables.ts';

type Config = Readonly<Record<string, Json | undefined>>;

/** Directory with the keys of Google's service accounts, a directory each. */
const SERVICE_ACCOUNTS = '/etc/dex-google';
const SERVICE_ACCOUNT_FILE = 'service-account.json';

/** A file that a connector reads a secret from. */
export interface SecretFile {
  readonly connector: string;
  readonly secret: SecretRef;
  readonly directory: string;
  readonly file: string;
}

export function secretFiles(connectors: readonly DexConnector[]): readonly SecretFile[] {
  return connectors.flatMap((connector) =>
    connector.type === 'google' && connector.groups
      ? {
          connector: connector.id,
          secret: connector.groups.serviceAccount,
          directory: `${SERVICE_ACCOUNTS}/${connector.id}`,
          file: SERVICE_ACCOUNT_FILE,
        }
      : [],
  );
}

/** The secret that a connector proves itself with. */
export function connectorSecret(connector: DexConnector): SecretRef | undefined {
  switch (connector.type) {
    case 'ldap':
      return connector.bind?.password;
    case 'saml':
      return undefined;
    default:
      return connector.clientSecret;
  }
}

/** A connector as Dex reads it. */
export function connectorConfig(connector: DexConnector, issuer: string): Json {
  const { id, title, type } = connector;
  const config = configOf(connector, `${issuer}/callback`);
  const secret = connectorSecret(connector) ? use(connectorSecretVariable(id)) : undefined;
  const secretKey = type === 'ldap' ? 'bindPW' : 'clientSecret';
  return {
    id,
    name: title,
    type,
    config: {
      ...literals(config),
      ...(secret !== undefined && { [secretKey]: secret }),
    },
  };
}

function configOf(connector: DexConnector, redirectURI: string): Config {
  switch (connector.type) {
    case 'ldap': {
      const { users, groups, bind } = connector;
      return {
        host: `${connector.host}:${ldapPort(connector)}`,
        startTLS: connector.tls === 'starttls',
        rootCAData: connector.authority === undefined ? undefined : base64(connector.authority),
        bindDN: bind?.dn,
        usernamePrompt: connector.prompt,
        userSearch: {
          baseDN: users.baseDn,
          ...(users.filter !== undefined && { filter: users.filter }),
          scope: users.scope ?? 'sub',
          username: users.login,
          idAttr: users.id ?? 'uid',
          emailAttr: users.email ?? 'mail',
          nameAttr: users.name ?? 'cn',
          preferredUsernameAttr: users.username ?? users.login,
        },
        groupSearch: groups && {
          baseDN: groups.baseDn,
          ...(groups.filter !== undefined && { filter: groups.filter }),
          scope: groups.scope ?? 'sub',
          userMatchers: [
            {
              userAttr: groups.match.user,
              groupAttr: groups.match.group,
              ...(groups.match.parents !== undefined && { recursionGroupAttr: groups.match.parents }),
            },
          ],
          nameAttr: groups.name ?? 'cn',
        },
      };
    }
    case 'github':
      return {
        clientID: connector.clientId,
        redirectURI,
        orgs: connector.organizations.map(({ name, teams = [] }) => ({ name, ...(teams.length > 0 && { teams }) })),
        teamNameField: connector.teamNames ?? 'slug',
        hostName: connector.host,
      };
    case 'google': {
      const [file] = secretFiles([connector]);
      return {
        clientID: connector.clientId,
        redirectURI,
        hostedDomains: connector.domains,
        ...(file &&
          connector.groups && {
            serviceAccountFilePath: `${file.directory}/${file.file}`,
            domainToAdminEmail: connector.groups.administrators,
            fetchTransitiveGroupMembership: connector.groups.nested ?? false,
          }),
      };
    }
    case 'microsoft': {
      const { allowedGroups = [] } = connector;
      return {
        clientID: connector.clientId,
        redirectURI,
        tenant: connector.tenant,
        groupNameFormat: connector.groupNames ?? 'id',
        onlySecurityGroups: connector.onlySecurityGroups ?? true,
        groups: allowedGroups.length > 0 ? allowedGroups : undefined,
        // Dex keeps the case that the account was written with, and clients compare addresses byte by byte.
        emailToLowercase: true,
      };
    }
    case 'saml': {
      const { allowedGroups = [] } = connector;
      return {
        ssoURL: connector.ssoUrl,
        ssoIssuer: connector.ssoIssuer,
        entityIssuer: connector.entityIssuer,
        caData: base64(connector.certificate),
        redirectURI,
        usernameAttr: connector.usernameAttribute,
        emailAttr: connector.emailAttribute,
        groupsAttr: connector.groupsAttribute,
        groupsDelim: connector.groupsDelimiter,
        allowedGroups: allowedGroups.length > 0 ? allowedGroups : undefined,
        nameIDPolicyFormat: connector.nameIdFormat,
      };
    }
    case 'oidc': {
      const { allowedGroups = [], usernameClaim, emailClaim, groupsClaim } = connector;
      const mapped = { preferred_username: usernameClaim, email: emailClaim, groups: groupsClaim };
      return {
        issuer: connector.issuer,
        clientID: connector.clientId,
        redirectURI,
        scopes: connector.scopes ?? ['profile', 'email'],
        // Dex calls it insecure because it asks for them again only when a token is refreshed.
        insecureEnableGroups: groupsClaim !== undefined,
        allowedGroups: allowedGroups.length > 0 ? allowedGroups : undefined,
        insecureSkipEmailVerified: connector.trustUnverifiedEmail ?? false,
        getUserInfo: connector.userInfo ?? false,
        claimMapping: present(mapped),
        // Otherwise the mapping is for claims that are not there, and a claim that happens to be wins.
        overrideClaimMapping: true,
      };
    }
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function present(values: Config): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

const literals = (config: Config): Readonly<Record<string, Json>> =>
  Object.fromEntries(Object.entries(present(config)).map(([key, value]) => [key, literalsIn(value)]));

/** Every text below a connector is one in which Dex would look for variables. */
function literalsIn(value: Json): Json {
  if (typeof value === 'string') return literal(value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(literalsIn);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literalsIn(inner)]));
}

/** `Array.isArray` does not know lists that are read-only. */
const isList = (value: object): value is readonly Json[] => Array.isArray(value);
