import { z } from 'zod';
import { cidr, hostName, kubernetesName, port } from '../../config/scalars.ts';
import { connectorDestination, type DexConnector } from '../../constructs/dex/index.ts';
import type { Ambient } from '../../graph/component.ts';
import { type CredentialSpec, credential, type DeclaredSecret, provided, SecretRef } from '../../graph/credential.ts';

const AUTHORITY = /^\s*(-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/;
const NO_AUTHORITY =
  'is not a certificate; write its whole PEM text, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----';
const certificate = z.string({ error: NO_AUTHORITY }).regex(AUTHORITY, { error: NO_AUTHORITY });

const HTTPS_URL = 'is not a URL; write it like https://login.example.com/path, without a user or a query';
const httpsUrl = z
  .string({ error: HTTPS_URL })
  .regex(/^https:\/\/[a-z0-9.-]+(:[0-9]{1,5})?(\/[^\s?#]*)?$/, { error: HTTPS_URL })
  .refine((url) => URL.canParse(url), { error: HTTPS_URL });

const ATTRIBUTE = 'is not the name of an attribute; write it like uid, sAMAccountName or DN';
const attribute = z
  .string({ error: ATTRIBUTE })
  .regex(/^[A-Za-z][A-Za-z0-9-]*(;[A-Za-z0-9-]+)*$/, { error: ATTRIBUTE });

const DN = 'is not a distinguished name; write it like ou=people,dc=example,dc=com';
const distinguishedName = z
  .string({ error: DN })
  .regex(/^[A-Za-z][A-Za-z0-9-]*=[^=]+(,\s*[^=]+=[^=]+)*$/, { error: DN });

const FILTER = 'is not a filter; write it in brackets, like (objectClass=person)';
const filter = z.string({ error: FILTER }).regex(/^\(.+\)$/, { error: FILTER });

const scope = z.enum(['sub', 'one']).default('sub').describe('The whole tree below (sub, the default) or one level.');

const clientId = z
  .string()
  .min(1)
  .describe('ID of the client that Dex is at the provider. Not a secret; its secret is.');
const CALLED_BACK = 'It is to be called back at https://dex.<domain>/callback.';
const allowedGroups = (default_: string) =>
  z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(`Groups of which one is needed to sign in. Default: ${default_}.`);
const internetUnless = z
  .array(cidr)
  .min(1)
  .optional()
  .describe('Where the provider answers when it has private addresses. Default: the internet.');

const named = {
  id: kubernetesName
    .max(40)
    .refine((id) => id !== 'local', { error: 'is what Dex calls its own static users; write another, like ldap' })
    .describe(
      'Short name, which never changes: accounts that came through a connector of another name are other accounts.',
    ),
  title: z.string().min(1).describe('What stands on the button that people press, e.g. GitHub.'),
};

const ldap = z
  .strictObject({
    type: z.literal('ldap').describe('A directory: Active Directory, OpenLDAP, FreeIPA.'),
    ...named,
    host: hostName.describe('DNS name of the directory, which is in its certificate, e.g. ldap.example.com.'),
    port: port.optional().describe('Port of the directory. Default 636, with StartTLS 389.'),
    tls: z
      .enum(['ldaps', 'starttls'])
      .default('ldaps')
      .describe('Encrypted from the first byte (ldaps, the default), or once the client asks for it (starttls).'),
    authority: certificate
      .optional()
      .describe("Certificates of those who may sign the directory's, as PEM text. Default: a public CA did."),
    addresses: z.array(cidr).min(1).describe('Addresses that the host may resolve to; nothing else is opened.'),
    bindDn: distinguishedName
      .optional()
      .describe(
        'Who looks people up, e.g. cn=dex,ou=services,dc=example,dc=com; the password comes from the secret source. Default: the directory answers everyone.',
      ),
    prompt: z.string().min(1).optional().describe('What the form asks for, e.g. Email. Default: Username.'),
    users: z
      .strictObject({
        baseDn: distinguishedName.describe('Below which people are looked for, e.g. ou=people,dc=example,dc=com.'),
        filter: filter
          .optional()
          .describe('What they have to be beside, e.g. (objectClass=person). Default: anything.'),
        scope,
        login: attribute.describe('Attribute that is compared with what people type: uid, sAMAccountName or mail.'),
        id: attribute.default('uid').describe('Attribute that never changes and is never given again. Default uid.'),
        email: attribute.default('mail').describe('Attribute with the e-mail address. Default mail.'),
        name: attribute.default('cn').describe('Attribute with the name as people write it. Default cn.'),
        username: attribute
          .optional()
          .describe('Attribute that becomes the claim preferred_username. Default: as login.'),
      })
      .describe('How people are found.'),
    groups: z
      .strictObject({
        baseDn: distinguishedName.describe('Below which groups are looked for, e.g. ou=groups,dc=example,dc=com.'),
        filter: filter.optional().describe('What they have to be beside, e.g. (objectClass=group). Default: anything.'),
        scope,
        userAttribute: attribute
          .default('DN')
          .describe('Attribute of a person that groups list; DN is the whole distinguished name. Default DN.'),
        groupAttribute: attribute
          .default('member')
          .describe('Attribute of a group that lists its people: member, memberUid, uniqueMember. Default member.'),
        parentAttribute: attribute
          .optional()
          .describe('Attribute of a group that lists groups in it, whose members are then members too. Default: none.'),
        name: attribute.default('cn').describe('Attribute that groups are called by. Default cn.'),
      })
      .optional()
      .describe('How their groups are found. Default: nobody is in any group.'),
  })
  .describe('A directory that Dex asks, with a form of its own.');

const github = z
  .strictObject({
    type: z.literal('github').describe(`GitHub, or GitHub Enterprise: an OAuth app. ${CALLED_BACK}`),
    ...named,
    clientId,
    organizations: z
      .array(
        z.strictObject({
          name: z.string().min(1).describe('Name of the organization, as in its address.'),
          teams: z
            .array(z.string().min(1))
            .min(1)
            .optional()
            .describe('Teams of which one is needed. Default: every member may sign in.'),
        }),
      )
      .min(1)
      .describe('Whose members may sign in. Groups are called <organization>:<team>.'),
    teamNames: z
      .enum(['slug', 'name', 'both'])
      .default('slug')
      .describe('Whether groups bear the slug of a team (the default), its name, or both.'),
    host: hostName.optional().describe('DNS name of GitHub Enterprise. Default: github.com.'),
    addresses: internetUnless,
  })
  .describe('Organizations and teams of GitHub.');

const google = z
  .strictObject({
    type: z.literal('google').describe(`Google Workspace or Cloud Identity. ${CALLED_BACK}`),
    ...named,
    clientId,
    domains: z.array(hostName).min(1).describe('Domains whose accounts may sign in, e.g. example.com.'),
    groups: z
      .strictObject({
        administrators: z
          .record(hostName, z.email({ error: 'is not an e-mail address; write it like admin@example.com' }))
          .refine((administrators) => Object.keys(administrators).length > 0, { error: 'names no domain' })
          .describe(
            'By domain, an administrator that the service account acts as. It has domain-wide delegation with the scope admin.directory.group.readonly; its key comes from the secret source.',
          ),
        nested: z.boolean().default(false).describe('Whether members of a group in a group are told. Default: false.'),
      })
      .optional()
      .describe('How groups are asked of the directory. Default: nobody is in any group.'),
    addresses: internetUnless,
  })
  .describe('Accounts of Google.');

const microsoft = z
  .strictObject({
    type: z.literal('microsoft').describe(`Microsoft Entra ID. ${CALLED_BACK}`),
    ...named,
    clientId,
    tenant: z
      .string()
      .regex(/^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9-]+(\.[a-z0-9-]+)+)$/, {
        error:
          'is not one tenant; write its ID, or a domain of it like example.onmicrosoft.com: with others, accounts of strangers could sign in',
      })
      .describe('Tenant whose accounts may sign in, by ID or domain.'),
    allowedGroups: allowedGroups('everybody of the tenant may'),
    groupNames: z
      .enum(['name', 'id'])
      .default('id')
      .describe('Whether groups are told by ID (the default), or by name, which several groups may bear.'),
    onlySecurityGroups: z
      .boolean()
      .default(true)
      .describe('Whether distribution lists and the like are left out. Default: true.'),
    addresses: internetUnless,
  })
  .describe('Accounts of a tenant of Microsoft Entra ID.');

const saml = z
  .strictObject({
    type: z.literal('saml').describe(`A SAML 2.0 identity provider, by POST binding. ${CALLED_BACK}`),
    ...named,
    ssoUrl: httpsUrl.describe('Where browsers are sent to sign in.'),
    certificate: certificate.describe('Certificate that the provider signs with, as PEM text.'),
    ssoIssuer: z.string().min(1).optional().describe('Who the provider says it is. Default: it is not compared.'),
    entityIssuer: z.string().min(1).optional().describe('Who Dex is to say it is. Default: where it is called back.'),
    usernameAttribute: z.string().min(1).describe('Attribute with the name of the account.'),
    emailAttribute: z.string().min(1).describe('Attribute with the e-mail address.'),
    groupsAttribute: z
      .string()
      .min(1)
      .optional()
      .describe('Attribute with the groups. Default: nobody is in any group.'),
    groupsDelimiter: z
      .string()
      .min(1)
      .optional()
      .describe('What stands between groups in one value. Default: each group is a value of its own.'),
    allowedGroups: allowedGroups('everybody may'),
    nameIdFormat: z
      .enum(['persistent', 'transient', 'emailAddress', 'unspecified'])
      .default('persistent')
      .describe('How the provider is to name an account; what it answers becomes the subject. Default persistent.'),
  })
  .refine(({ allowedGroups: allowed, groupsAttribute }) => allowed === undefined || groupsAttribute !== undefined, {
    path: ['allowedGroups'],
    error: 'is set, but nothing says which attribute holds the groups; set groupsAttribute',
  })
  .describe('Accounts of a SAML provider. SAML has no refresh: changes reach clients at the next sign-in.');

const openId = z
  .strictObject({
    type: z.literal('oidc').describe(`Any other OpenID Connect provider: Okta, Keycloak, Cognito. ${CALLED_BACK}`),
    ...named,
    issuer: httpsUrl.describe('Its issuer, byte by byte as in its discovery document.'),
    clientId,
    scopes: z
      .array(z.string().regex(/^[!#-[\]-~]+$/, { error: 'is not a scope; write it like profile' }))
      .default(['profile', 'email'])
      .describe('What is asked for beside openid. Default: profile and email; Okta wants groups too.'),
    groupsClaim: z
      .string()
      .min(1)
      .optional()
      .describe('Claim with the list of groups, e.g. groups. Default: nobody is in any group.'),
    allowedGroups: allowedGroups('everybody may'),
    usernameClaim: z
      .string()
      .min(1)
      .optional()
      .describe('Claim that becomes preferred_username. Default: preferred_username.'),
    emailClaim: z.string().min(1).optional().describe('Claim with the e-mail address. Default: email.'),
    trustUnverifiedEmail: z
      .boolean()
      .default(false)
      .describe(
        'Takes addresses that the provider does not call verified. Only where nobody can choose an address for himself: whoever can is whom he likes. Default: false.',
      ),
    userInfo: z
      .boolean()
      .default(false)
      .describe(
        'Whether claims are asked of the userinfo endpoint too, where the ID token lacks them. Default: false.',
      ),
    addresses: internetUnless,
  })
  .refine(({ allowedGroups: allowed, groupsClaim }) => allowed === undefined || groupsClaim !== undefined, {
    path: ['allowedGroups'],
    error: 'is set, but nothing says which claim holds the groups; set groupsClaim',
  })
  .describe('Accounts of another OpenID Connect provider.');

const connector = z.discriminatedUnion('type', [ldap, github, google, microsoft, saml, openId]);
export type ConnectorSettings = z.output<typeof connector>;

export const connectors = z
  .array(connector)
  .default([])
  .superRefine((all, context) => {
    const seen = new Set<string>();
    for (const [index, { id }] of all.entries()) {
      if (seen.has(id)) {
        const message = 'is the id of two connectors; each has one of its own';
        context.addIssue({ code: 'custom', path: [index, 'id'], message });
      }
      seen.add(id);
    }
  })
  .describe('Where people come from. With one, they are sent there at once; with several, they choose.');

const SECRET = 'secret';
const SERVICE_ACCOUNT = 'serviceAccount';

/** What the connectors prove themselves with: somebody else made it, and a person brings it. By the connector's id. */
export function connectorCredentials(all: readonly ConnectorSettings[]): Readonly<Record<string, CredentialSpec>> {
  return Object.fromEntries(
    all.flatMap((one) => {
      const keys = secretKeys(one);
      return keys === undefined
        ? []
        : [[one.id, credential({ keys, why: `Dex signs people in through ${one.title}` })]];
    }),
  );
}

function secretKeys(one: ConnectorSettings): CredentialSpec['keys'] | undefined {
  switch (one.type) {
    case 'saml':
      return undefined;
    case 'ldap':
      return one.bindDn === undefined ? undefined : { [SECRET]: provided(`the password of ${one.bindDn}`) };
    case 'google':
      return {
        [SECRET]: provided(`the secret of the client ${one.clientId}`),
        ...(one.groups && { [SERVICE_ACCOUNT]: provided('the key of the service account, a JSON file') }),
      };
    default:
      return { [SECRET]: provided(`the secret of the client ${one.clientId}`) };
  }
}

/** Settings and credential together, as the construct takes them. */
export function connectorOf(one: ConnectorSettings, secret: DeclaredSecret | undefined): DexConnector {
  const ref = (key: string): SecretRef => {
    if (!secret) throw new Error(`connector "${one.id}" has no credential, and needs one`);
    return SecretRef.to(secret, key);
  };
  const { id, title } = one;
  switch (one.type) {
    case 'ldap': {
      const { host, tls, users, groups } = one;
      return {
        type: one.type,
        id,
        title,
        host,
        tls,
        ...(one.port !== undefined && { port: one.port }),
        ...(one.authority !== undefined && { authority: `${one.authority.trim()}\n` }),
        ...(one.bindDn !== undefined && { bind: { dn: one.bindDn, password: ref(SECRET) } }),
        ...(one.prompt !== undefined && { prompt: one.prompt }),
        users: {
          baseDn: users.baseDn,
          ...(users.filter !== undefined && { filter: users.filter }),
          scope: users.scope,
          login: users.login,
          id: users.id,
          email: users.email,
          name: users.name,
          ...(users.username !== undefined && { username: users.username }),
        },
        ...(groups && {
          groups: {
            baseDn: groups.baseDn,
            ...(groups.filter !== undefined && { filter: groups.filter }),
            scope: groups.scope,
            match: {
              user: groups.userAttribute,
              group: groups.groupAttribute,
              ...(groups.parentAttribute !== undefined && { parents: groups.parentAttribute }),
            },
            name: groups.name,
          },
        }),
      };
    }
    case 'github': {
      const [first, ...rest] = one.organizations.map(({ name, teams }) => ({ name, ...(teams && { teams }) }));
      if (!first) throw new Error(`connector "${id}" names no organization`);
      return {
        type: one.type,
        id,
        title,
        clientId: one.clientId,
        clientSecret: ref(SECRET),
        organizations: [first, ...rest],
        teamNames: one.teamNames,
        ...(one.host !== undefined && { host: one.host }),
      };
    }
    case 'google': {
      const [first, ...rest] = one.domains;
      if (first === undefined) throw new Error(`connector "${id}" names no domain`);
      return {
        type: one.type,
        id,
        title,
        clientId: one.clientId,
        clientSecret: ref(SECRET),
        domains: [first, ...rest],
        ...(one.groups && { groups: { ...one.groups, serviceAccount: ref(SERVICE_ACCOUNT) } }),
      };
    }
    case 'microsoft':
      return {
        type: one.type,
        id,
        title,
        clientId: one.clientId,
        clientSecret: ref(SECRET),
        tenant: one.tenant,
        ...(one.allowedGroups && { allowedGroups: one.allowedGroups }),
        groupNames: one.groupNames,
        onlySecurityGroups: one.onlySecurityGroups,
      };
    case 'saml':
      return {
        type: one.type,
        id,
        title,
        ssoUrl: one.ssoUrl,
        certificate: `${one.certificate.trim()}\n`,
        ...(one.ssoIssuer !== undefined && { ssoIssuer: one.ssoIssuer }),
        ...(one.entityIssuer !== undefined && { entityIssuer: one.entityIssuer }),
        usernameAttribute: one.usernameAttribute,
        emailAttribute: one.emailAttribute,
        ...(one.groupsAttribute !== undefined && { groupsAttribute: one.groupsAttribute }),
        ...(one.groupsDelimiter !== undefined && { groupsDelimiter: one.groupsDelimiter }),
        ...(one.allowedGroups && { allowedGroups: one.allowedGroups }),
        nameIdFormat: one.nameIdFormat,
      };
    case 'oidc':
      return {
        type: one.type,
        id,
        title,
        issuer: one.issuer,
        clientId: one.clientId,
        clientSecret: ref(SECRET),
        scopes: one.scopes,
        ...(one.groupsClaim !== undefined && { groupsClaim: one.groupsClaim }),
        ...(one.allowedGroups && { allowedGroups: one.allowedGroups }),
        ...(one.usernameClaim !== undefined && { usernameClaim: one.usernameClaim }),
        ...(one.emailClaim !== undefined && { emailClaim: one.emailClaim }),
        trustUnverifiedEmail: one.trustUnverifiedEmail,
        userInfo: one.userInfo,
      };
  }
}

/** The ways out that the connectors need: to addresses where they are known, else to the internet. */
export function connectorAmbient(all: readonly ConnectorSettings[]): Ambient {
  const outside = all.flatMap((one) => {
    const destination = connectorDestination(destinationOf(one));
    return destination === undefined || one.type === 'saml' ? [] : [{ ...destination, addresses: one.addresses }];
  });
  const addresses = outside.flatMap(({ host, port: number, addresses: cidrs }) =>
    cidrs ? [{ name: host, cidrs, ports: [number], why: `asks ${host} who people are` }] : [],
  );
  const internet = outside.filter((one) => one.addresses === undefined);
  return {
    ...(addresses.length > 0 && { addresses }),
    ...(internet.length > 0 && {
      internet: {
        ports: [...new Set(internet.map((one) => one.port))].sort((a, b) => a - b),
        why: `asks ${internet.map(({ host }) => host).join(' and ')} who people are`,
      },
    }),
  };
}

function destinationOf(one: ConnectorSettings): Parameters<typeof connectorDestination>[0] {
  switch (one.type) {
    case 'ldap':
      return { type: one.type, host: one.host, tls: one.tls, ...(one.port !== undefined && { port: one.port }) };
    case 'github':
      return { type: one.type, ...(one.host !== undefined && { host: one.host }) };
    case 'oidc':
      return { type: one.type, issuer: one.issuer };
    default:
      return { type: one.type };
  }
}
