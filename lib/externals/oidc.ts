import { z } from 'zod';
import { cidr, kubernetesName } from '../config/scalars.ts';
import { oidc } from '../contracts/oidc.ts';
import { secretOffer } from '../graph/contract.ts';
import { credential, provided, SecretRef } from '../graph/credential.ts';
import { ANYWHERE, PRIVATE_RANGES } from '../graph/surroundings.ts';
import { defineExternalKind } from './external.ts';

const URL_ERROR = 'is not a URL; write it like https://login.example.com/oauth2/token, without a user or a query';
const httpsUrl = z
  .string({ error: URL_ERROR })
  .regex(/^https:\/\/[a-z0-9.-]+(:[0-9]{1,5})?(\/[^\s?#]*)?$/, { error: URL_ERROR })
  .refine((url) => URL.canParse(url), { error: URL_ERROR });

const CLAIM = 'is not the name of a claim; write it like email, groups or cognito:groups';
const claim = z.string({ error: CLAIM }).regex(/^[^\s]+$/, { error: CLAIM });

const settings = z.strictObject({
  issuer: httpsUrl.describe(
    'Who the provider says it is, byte by byte as `issuer` in <issuer>/.well-known/openid-configuration, where the endpoints below stand too.',
  ),
  endpoints: z
    .strictObject({
      authorization: httpsUrl.describe('authorization_endpoint: where browsers are sent to sign in.'),
      token: httpsUrl.describe('token_endpoint.'),
      userinfo: httpsUrl.describe('userinfo_endpoint.'),
      jwks: httpsUrl.describe('jwks_uri: the keys that tokens are signed with.'),
      endSession: httpsUrl
        .optional()
        .describe('end_session_endpoint: where browsers are sent to sign out of the provider. Default: they are not.'),
    })
    .describe('Endpoints, as in the discovery document. Synthesis asks no network, so they stand here.'),
  clients: z
    .record(
      kubernetesName.describe('Component that people sign in to, e.g. jupyterhub.'),
      z.strictObject({
        clientId: z.string().min(1).describe('ID that the provider gave the client. Not a secret; its secret is.'),
      }),
    )
    .describe(
      'Clients, by the components that use them. Each is registered at the provider by whoever runs that; its secret comes from the secret source.',
    ),
  scopes: z
    .array(z.string().regex(/^[!#-[\]-~]+$/, { error: 'is not a scope; write it like profile' }))
    .default(['openid', 'profile', 'email'])
    .refine((scopes) => scopes.includes('openid'), { error: 'lack openid, without which nobody says who is there' })
    .describe('What clients ask for. Default: openid, profile and email; Okta wants groups too.'),
  usernameClaim: claim
    .default('email')
    .describe('Claim that names a user, unique at the provider: email (the default), preferred_username, upn.'),
  groupsClaim: claim
    .optional()
    .describe(
      'Claim with the list of groups: groups (Okta, Keycloak, and Entra ID, which tells their IDs), cognito:groups. Google tells none. Default: nobody is in any group.',
    ),
  addresses: z
    .array(cidr)
    .min(1)
    .optional()
    .describe('Where the provider answers when it has private addresses. Default: the internet.'),
});

/** Any OpenID Connect provider: Okta, Microsoft Entra ID, Google, Keycloak, Cognito. Whoever runs it registers clients. */
export const oidcExternal = defineExternalKind({
  name: 'oidc',
  summary: 'Sign-in by any OpenID Connect provider: Okta, Entra ID, Google, Keycloak, Cognito.',
  settings,
  external: (provider, _environment, origin) => {
    const { issuer, endpoints, clients, scopes, usernameClaim, groupsClaim, addresses } = provider;
    const { host } = new URL(issuer);
    const ports = portsOf([endpoints.token, endpoints.userinfo, endpoints.jwks, issuer]);
    const [first, ...rest] = ports.map((port, index) => ({ name: index === 0 ? 'https' : `https-${port}`, port }));
    if (first === undefined) throw new Error('a provider has a port');
    return {
      name: 'oidc',
      summary: `Signs people in: OpenID Connect by ${host}.`,
      origin,
      host: new URL(issuer).hostname,
      addresses: addresses === undefined ? { cidrs: [ANYWHERE], except: PRIVATE_RANGES } : { cidrs: addresses },
      ports,
      offer: secretOffer(oidc, {
        ports: [first, ...rest],
        throughGateway: 'people sign in at the provider and are sent back',
        refuse: (_ask, { name }) =>
          clients[name] === undefined
            ? `${name} has no client at ${host}; register one there, and write its ID under clients.${name}.clientId`
            : undefined,
        credential: ({ redirectPaths, title }, { name }) =>
          credential({
            keys: { clientSecret: provided(`the secret of the client ${clients[name]?.clientId ?? name} at ${host}`) },
            why: `people sign in to ${title} by ${host}, which sends them back to ${redirectPaths.join(', ')} of ${name}`,
          }),
        handle: ({ consumer, secret }) => ({
          issuer,
          insecure: false,
          endpoints: {
            authorization: endpoints.authorization,
            token: endpoints.token,
            userinfo: endpoints.userinfo,
            jwks: endpoints.jwks,
            ...(endpoints.endSession !== undefined && { endSession: endpoints.endSession }),
          },
          // Whoever has none was refused above, and is not built.
          clientId: clients[consumer.name]?.clientId ?? consumer.name,
          clientSecret: SecretRef.to(secret, 'clientSecret'),
          scopes,
          usernameClaim,
          ...(groupsClaim !== undefined && { groupsClaim }),
        }),
      }),
    };
  },
});

const portsOf = (urls: readonly string[]): readonly number[] =>
  [...new Set(urls.map((url) => Number(new URL(url).port || 443)))].sort((a, b) => a - b);
