import type { SecretRef } from '../../graph/credential.ts';

/*
 * Where Dex finds out who people are, as typed data. Source of names and defaults: dexidp.io, "Connectors", and the
 * `Config` of each connector in Dex v2.45.
 */

interface Named {
  /** Unique, never `local`. It is part of every subject that comes through the connector: with another, people are others. */
  readonly id: string;
  /** On the button that people press: `GitHub`. */
  readonly title: string;
}

/** An LDAP directory: Active Directory, OpenLDAP, FreeIPA. Dex shows the form and asks the directory. */
export interface LdapConnector extends Named {
  readonly type: 'ldap';
  readonly host: string;
  /** Default 636, with StartTLS 389. */
  readonly port?: number;
  /** How the connection is encrypted: from its first byte, or after the client asks. Default `ldaps`. */
  readonly tls?: 'ldaps' | 'starttls';
  /** Certificates of those who may sign the directory's, as PEM text. Default: whoever the image trusts. */
  readonly authority?: string;
  /** Who looks people up. Default: nobody, the directory answers everyone. */
  readonly bind?: { readonly dn: string; readonly password: SecretRef };
  /** What the form asks for: `Email`. Default `Username`. */
  readonly prompt?: string;
  readonly users: {
    readonly baseDn: string;
    /** Beside the login: `(objectClass=person)`. Default: none. */
    readonly filter?: string;
    /** `sub`: the whole tree, `one`: one level. Default `sub`. */
    readonly scope?: 'sub' | 'one';
    /** Attribute that what people type is compared with: `uid`, `sAMAccountName`, `mail`. */
    readonly login: string;
    /** Attribute that never changes. Default `uid`. */
    readonly id?: string;
    /** Default `mail`. */
    readonly email?: string;
    /** Default `cn`. */
    readonly name?: string;
    /** Attribute that becomes `preferred_username`. Default: as `login`. */
    readonly username?: string;
  };
  /** Default: nobody is in any group. */
  readonly groups?: {
    readonly baseDn: string;
    readonly filter?: string;
    readonly scope?: 'sub' | 'one';
    /** Attribute of the user, and of the group that lists it: `DN` and `member`. */
    readonly match: { readonly user: string; readonly group: string; readonly parents?: string };
    /** Default `cn`. */
    readonly name?: string;
  };
}

/** GitHub, or GitHub Enterprise. Groups are `<organization>:<team>`. */
export interface GithubConnector extends Named {
  readonly type: 'github';
  readonly clientId: string;
  readonly clientSecret: SecretRef;
  /** Who may sign in: members of these, and of these teams of them. Without teams: every member. */
  readonly organizations: readonly [GithubOrganization, ...GithubOrganization[]];
  /** How teams are called in groups. Default `slug`. */
  readonly teamNames?: 'slug' | 'name' | 'both';
  /** GitHub Enterprise. Default: github.com. */
  readonly host?: string;
}

export interface GithubOrganization {
  readonly name: string;
  readonly teams?: readonly string[];
}

/** Google Workspace or Cloud Identity. */
export interface GoogleConnector extends Named {
  readonly type: 'google';
  readonly clientId: string;
  readonly clientSecret: SecretRef;
  /** Domains whose accounts may sign in; without them everybody with a Google account could. */
  readonly domains: readonly [string, ...string[]];
  /** Groups are asked of the directory by a service account with domain-wide delegation. Default: no groups. */
  readonly groups?: {
    /** Key of the service account, a JSON file. */
    readonly serviceAccount: SecretRef;
    /** By domain, the administrator that the service account acts as. */
    readonly administrators: Readonly<Record<string, string>>;
    /** Groups of groups too. Default false. */
    readonly nested?: boolean;
  };
}

/** Microsoft Entra ID. */
export interface MicrosoftConnector extends Named {
  readonly type: 'microsoft';
  readonly clientId: string;
  readonly clientSecret: SecretRef;
  /** ID or domain of the tenant whose accounts may sign in. */
  readonly tenant: string;
  /** Who may sign in: members of these. Default: everybody of the tenant. */
  readonly allowedGroups?: readonly string[];
  /** Whether groups are told by name or by ID. Names are not unique in a tenant. Default `id`. */
  readonly groupNames?: 'name' | 'id';
  /** Leaves out distribution lists and Teams' own groups. Default true. */
  readonly onlySecurityGroups?: boolean;
}

/** A SAML 2.0 identity provider, by POST binding. The browser carries everything: Dex itself connects to nobody. */
export interface SamlConnector extends Named {
  readonly type: 'saml';
  /** Where browsers are sent. */
  readonly ssoUrl: string;
  /** Certificate that the provider signs with, as PEM text. */
  readonly certificate: string;
  /** Who the provider says it is. Default: not compared. */
  readonly ssoIssuer?: string;
  /** Who Dex says it is, where the provider asks. Default: where it is called back. */
  readonly entityIssuer?: string;
  readonly usernameAttribute: string;
  readonly emailAttribute: string;
  /** Default: nobody is in any group. */
  readonly groupsAttribute?: string;
  /** What stands between groups where the provider writes them into one value. Default: one value each. */
  readonly groupsDelimiter?: string;
  /** Who may sign in: members of these. Default: everybody. */
  readonly allowedGroups?: readonly string[];
  /** Last part of a NameID format. Default `persistent`. */
  readonly nameIdFormat?: string;
}

/** Any other OpenID Connect provider. Dex reads its discovery document when it starts. */
export interface OidcConnector extends Named {
  readonly type: 'oidc';
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: SecretRef;
  /** Asked for beside `openid`. Default `profile`, `email`. */
  readonly scopes?: readonly string[];
  /** Claim with the list of groups. Default: groups are not taken over. */
  readonly groupsClaim?: string;
  /** Who may sign in: members of these. Default: everybody. */
  readonly allowedGroups?: readonly string[];
  /** Default `preferred_username`. */
  readonly usernameClaim?: string;
  /** Default `email`. */
  readonly emailClaim?: string;
  /** Takes e-mail addresses that the provider does not call verified: only where it lets nobody choose one. Default false. */
  readonly trustUnverifiedEmail?: boolean;
  /** Asks the userinfo endpoint for claims that are not in the ID token. Default false. */
  readonly userInfo?: boolean;
}

export type DexConnector =
  | LdapConnector
  | GithubConnector
  | GoogleConnector
  | MicrosoftConnector
  | SamlConnector
  | OidcConnector;

/** Hosts and port that Dex itself connects to for a connector; none where the browser carries everything. */
export function connectorDestination(
  connector:
    | Pick<LdapConnector, 'type' | 'host' | 'port' | 'tls'>
    | Pick<GithubConnector, 'type' | 'host'>
    | Pick<OidcConnector, 'type' | 'issuer'>
    | { readonly type: 'google' | 'microsoft' | 'saml' },
): { readonly host: string; readonly port: number } | undefined {
  switch (connector.type) {
    case 'ldap':
      return { host: connector.host, port: ldapPort(connector) };
    case 'github':
      return { host: connector.host ?? 'github.com', port: 443 };
    case 'google':
      return { host: 'googleapis.com', port: 443 };
    case 'microsoft':
      return { host: 'login.microsoftonline.com', port: 443 };
    case 'oidc': {
      const { hostname, port } = new URL(connector.issuer);
      return { host: hostname, port: port === '' ? 443 : Number(port) };
    }
    case 'saml':
      return undefined;
  }
}

export const ldapPort = ({ port, tls }: Pick<LdapConnector, 'port' | 'tls'>): number =>
  port ?? (tls === 'starttls' ? 389 : 636);
