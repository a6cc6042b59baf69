import { z } from 'zod';
import { cpuQuantity, duration, durationSeconds, memoryQuantity } from '../config/scalars.ts';
import {
  DEX_PORT,
  DEX_TELEMETRY_PORT,
  Dex,
  type DexClient,
  dexAlerts,
  dexConnections,
} from '../constructs/dex/index.ts';
import { oidc } from '../contracts/oidc.ts';
import { postgres } from '../contracts/postgres.ts';
import { need, secretOffer } from '../graph/contract.ts';
import { credential, generated, SecretRef } from '../graph/credential.ts';
import { IMAGES } from '../platform/versions.ts';
import { defineComponent, defineKind } from './component.ts';
import { connectorAmbient, connectorCredentials, connectorOf, connectors } from './dex/connectors.ts';

const EMAIL = 'is not an e-mail address; write it like user@example.com';
const HASH =
  'is not a bcrypt hash of a cost from 10 to 16; make one with: htpasswd -bnBC 10 "" <password> | tr -d ":\\n"';

const staticUser = z.strictObject({
  email: z
    .email({ error: EMAIL })
    .regex(/^[a-z0-9._+-]+@[a-z0-9.-]+$/, { error: 'is not in lower case; write it like user@example.com' })
    .describe('Address that the user signs in with.'),
  hash: z
    .string({ error: HASH })
    .regex(/^\$2[aby]\$1[0-6]\$[./A-Za-z0-9]{53}$/, { error: HASH })
    .describe('bcrypt hash of the password, in quotes: htpasswd -bnBC 10 "" <password> | tr -d ":\\n" prints one.'),
  username: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, { error: 'is not a user name; write it like user, in lower case' })
    .optional()
    .describe('Name of the user (preferred_username). Default: the part of the address before the @.'),
  groups: z.array(z.string().min(1)).default([]).describe('Groups that the user is in. Default: none.'),
});

const seconds = (default_: string, description: string) =>
  duration
    .refine((text) => durationSeconds(text) > 0, { error: 'is no time at all; write a duration like 1h' })
    .default(default_)
    .describe(description);

const settings = z
  .strictObject({
    connectors,
    staticUsers: z
      .array(staticUser)
      .default([])
      .superRefine((users, context) => {
        const seen = new Set<string>();
        for (const [index, { email }] of users.entries()) {
          if (seen.has(email)) {
            const message = 'is the address of two users; each has one of its own';
            context.addIssue({ code: 'custom', path: [index, 'email'], message });
          }
          seen.add(email);
        }
      })
      .describe('Users whose passwords stand here, hashed. Only on a laptop (kind, minikube). Default: none.'),
    usernameClaim: z
      .enum(['email', 'preferred_username'])
      .default('email')
      .describe(
        'What clients call a user by: the e-mail address (the default), which every connector tells, or preferred_username, which Google and Microsoft leave empty, and which has to be unique over all connectors.',
      ),
    tokens: z
      .strictObject({
        id: seconds('1h', 'How long ID and access tokens are valid. Default 1h.'),
        refreshIdle: seconds('7d', 'How long a refresh token that nobody uses stays valid. Default 7d.'),
        refresh: seconds('30d', 'How long a refresh token is valid at all; then people sign in again. Default 30d.'),
      })
      .refine(({ refresh, refreshIdle }) => durationSeconds(refreshIdle) <= durationSeconds(refresh), {
        path: ['refreshIdle'],
        error: 'is longer than refresh, after which no refresh token is valid; make it shorter',
      })
      .prefault({})
      .describe('How long what Dex hands out is valid.'),
    replicas: z.int().min(1).max(20).default(2).describe('Replicas of the server. Default 2.'),
    resources: z
      .strictObject({
        cpu: cpuQuantity.default('100m').describe('CPU a replica asks for. Default 100m.'),
        memory: memoryQuantity.default('128Mi').describe('Memory a replica asks for and may use. Default 128Mi.'),
      })
      .prefault({})
      .describe('Resources of one replica.'),
  })
  .refine(({ connectors: all, staticUsers }) => all.length + staticUsers.length > 0, {
    path: ['connectors'],
    error:
      'is empty, so nobody could sign in; name one, such as ldap or github (on kind and minikube, staticUsers will do)',
  });

/** Clusters that are a laptop: passwords in a repository are for those only. */
const LAPTOPS: readonly string[] = ['kind', 'minikube'];

/** Sign-in for everything that asks for it, by whoever knows the people. */
export const dexKind = defineKind({
  name: 'dex',
  summary: 'Dex: signs people in by LDAP, GitHub, Google, Microsoft, SAML or OpenID Connect.',
  settings,
  offers: [oidc],
  *problems({ staticUsers }, { cluster }) {
    if (staticUsers.length > 0 && !LAPTOPS.includes(cluster.provider)) {
      yield {
        path: ['staticUsers'],
        message: `are ${staticUsers.length} on ${cluster.provider}; users whose passwords stand in a repository are for ${LAPTOPS.join(' and ')} only, so name a connector in their place`,
      };
    }
  },
  components: ({ connectors: all, staticUsers, usernameClaim, tokens, replicas, resources }, environment, origin) => {
    const namespace = environment.namespace('dex');
    const ambient = connectorAmbient(all);
    return [
      defineComponent({
        name: 'dex',
        layer: 'platform',
        namespace,
        summary: `Signs people in${all.length > 0 ? ` by ${all.map(({ title }) => title).join(', ')}` : ' as static users'}.`,
        version: IMAGES.dex.tag.replace(/^v/, ''),
        origin,
        needs: {
          database: need(
            postgres,
            { database: 'dex', connections: dexConnections(replicas) },
            'keeps signing keys, refresh tokens and sign-ins that are under way',
          ),
        },
        offers: {
          oidc: secretOffer(oidc, {
            ports: [DEX_PORT],
            throughGateway: 'people sign in on its pages and are sent back',
            refuse: ({ redirectPaths }, consumer) => {
              const wrong = redirectPaths.find((path) => !path.startsWith('/'));
              return wrong === undefined
                ? undefined
                : `${consumer.name} wants to be called back at "${wrong}", which is not a path; write it with a slash in front, like /oauth/callback`;
            },
            credential: ({ title }, consumer) =>
              credential({
                keys: { clientSecret: generated(48) },
                why: `${consumer.name} is known to Dex as the client "${title}"`,
              }),
            handle: ({ consumer, endpoint, publicUrl, secret }) => {
              const issuer = issuerOf(publicUrl);
              const inside = `http://${endpoint.host}:${endpoint.port}`;
              return {
                issuer,
                insecure: issuer.startsWith('http:'),
                endpoints: {
                  authorization: `${issuer}/auth`,
                  token: `${inside}/token`,
                  userinfo: `${inside}/userinfo`,
                  jwks: `${inside}/keys`,
                },
                clientId: consumer.name,
                clientSecret: SecretRef.to(secret, 'clientSecret'),
                scopes: ['openid', 'profile', 'email', 'groups'],
                usernameClaim,
                groupsClaim: 'groups',
              };
            },
          }),
        },
        credentials: connectorCredentials(all),
        metrics: [{ via: 'pod', port: DEX_TELEMETRY_PORT }],
        alerts: dexAlerts({ job: 'dex', namespace, replicas }),
        exposes: [{ offer: 'oidc', host: 'dex' }],
        ...(Object.keys(ambient).length > 0 && { ambient }),
        build(chart, { needs, offers, consumers, credentials }) {
          new Dex(chart, 'dex', {
            image: environment.image('dex'),
            issuer: issuerOf(offers.oidc.publicUrl),
            database: needs.database,
            clients: consumers.oidc.map(({ name, ask, publicUrls, secret }): DexClient => {
              const [first, ...rest] = publicUrls.flatMap((url) => ask.redirectPaths.map((path) => `${url}${path}`));
              if (first === undefined) throw new Error(`${name} has no address to be called back at`);
              return {
                id: name,
                title: ask.title,
                redirectUris: [first, ...rest],
                secret: SecretRef.to(secret, 'clientSecret'),
              };
            }),
            connectors: all.map((one) => connectorOf(one, credentials[one.id])),
            staticUsers: staticUsers.map(({ email, hash, username, groups }) => ({
              email,
              hash,
              groups,
              ...(username !== undefined && { username }),
            })),
            lifetimes: {
              idToken: durationSeconds(tokens.id),
              refreshIdle: durationSeconds(tokens.refreshIdle),
              refresh: durationSeconds(tokens.refresh),
            },
            replicas,
            resources,
          });
        },
      }),
    ];
  },
});

/** Nothing is built without a gateway: `throughGateway` of the offer has said so before. */
function issuerOf(publicUrl: string | undefined): string {
  if (publicUrl === undefined) throw new Error('dex has no public address; add components.gateway');
  return publicUrl;
}
