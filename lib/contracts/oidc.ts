import { contract } from '../graph/contract.ts';
import type { SecretRef } from '../graph/credential.ts';

export interface OidcAsk {
  /**
   * Paths at which the provider may send a browser back, below each public URL of the consumer's own (`exposes`), with
   * a slash in front: `/hub/oauth_callback`. The provider refuses every other address.
   */
  readonly redirectPaths: readonly [string, ...string[]];
  /** What people sign in to, as the provider's pages call it: `Notebooks`. */
  readonly title: string;
}

/** What a client of an OpenID Connect provider needs. */
export interface OidcHandle {
  /**
   * Who the provider says it is: `iss` of its tokens, and where browsers find it. To be compared byte by byte, so it is
   * the same inside and outside the cluster, and has a slash at the end only if the provider writes one.
   */
  readonly issuer: string;
  /** Whether an issuer that is only reachable over plain HTTP is meant: on a laptop. */
  readonly insecure: boolean;
  readonly endpoints: {
    /** Opened by the browser: public. */
    readonly authorization: string;
    /** The three that the client itself opens; inside the cluster where the provider runs there. */
    readonly token: string;
    readonly userinfo: string;
    readonly jwks: string;
    /** Opened by the browser to end the provider's own session; absent where it has no such page. */
    readonly endSession?: string;
  };
  readonly clientId: string;
  readonly clientSecret: SecretRef;
  /** To be asked for, so that the claims below are in the tokens: `openid`, `email`, `groups`. */
  readonly scopes: readonly string[];
  /** Claim that names a user, unique and lasting enough to own things: `email`, `preferred_username`. */
  readonly usernameClaim: string;
  /** Claim with the list of groups a user is in; absent where the provider tells none. */
  readonly groupsClaim?: string;
}

/** Who somebody is, and which groups they are in: OpenID Connect, with a client of one's own. */
export const oidc = contract<OidcAsk, OidcHandle>('oidc', 'an OpenID Connect provider');
