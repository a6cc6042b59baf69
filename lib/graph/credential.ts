/**
 * Credentials as data. A component declares what it needs to be kept secret; the environment's secret source
 * decides where the values come from. No type in this file can hold a secret value.
 */

/** How one key of a Secret comes to have a value. */
export type SecretKey =
  /** A value that nobody but the source knows: a password, a token. Generated sources make `length` letters and digits. */
  | { readonly kind: 'generated'; readonly length: number; readonly alphabet?: 'alphanumeric' | 'hex' }
  /** A value that somebody else made and a person must bring: a CA's key, an API token. No source can generate it. */
  | { readonly kind: 'provided'; readonly what: string }
  /** Not a secret, only stored next to one because its reader wants both in one object: a user name. */
  | { readonly kind: 'public'; readonly value: string };

export const generated = (length = 32, alphabet: 'alphanumeric' | 'hex' = 'alphanumeric'): SecretKey => ({
  kind: 'generated',
  length,
  alphabet,
});
export const provided = (what: string): SecretKey => ({ kind: 'provided', what });
export const publicKey = (value: string): SecretKey => ({ kind: 'public', value });

/** A Secret that a component asks for. */
export interface CredentialSpec<K extends string = string> {
  readonly keys: Readonly<Record<K, SecretKey>>;
  /** What it is for, in one clause; shown in the catalogue and in the message that asks for a sealed value. */
  readonly why: string;
  /** Secret type; `kubernetes.io/basic-auth` for CloudNativePG roles. Default `Opaque`. */
  readonly type?: 'Opaque' | 'kubernetes.io/basic-auth';
  /** Labels that the Secret's reader watches for, such as `cnpg.io/reload`. */
  readonly labels?: Readonly<Record<string, string>>;
}

export const credential = <K extends string>(spec: CredentialSpec<K>): CredentialSpec<K> => spec;

/** A Secret that will exist in a namespace because a named source makes it there. */
export interface DeclaredSecret<K extends string = string> {
  readonly name: string;
  readonly keys: readonly K[];
  /** Who makes it: a credential of the platform, a controller, or a person. */
  readonly madeBy: string;
}

/** Declares a Secret that something outside this program makes, for constructs used on their own. */
export function declaredSecret<K extends string>(name: string, keys: readonly K[], madeBy: string): DeclaredSecret<K> {
  return { name, keys, madeBy };
}

/**
 * One key of a declared Secret. It has no literal form: the only way to get one is to name a Secret that a source
 * declared, and a key that this Secret has.
 */
export class SecretRef {
  /** Keeps structurally equal object literals from passing as a SecretRef. */
  readonly #declared = true;

  private constructor(
    readonly name: string,
    readonly key: string,
  ) {}

  static to<K extends string>(secret: DeclaredSecret<K>, key: NoInfer<K>): SecretRef {
    return new SecretRef(secret.name, key);
  }

  /** As the `valueFrom` of a container's environment variable. */
  get valueFrom(): { readonly secretKeyRef: { readonly name: string; readonly key: string } } {
    return { secretKeyRef: { name: this.name, key: this.key } };
  }

  /** As a Kubernetes `SecretKeySelector`. */
  get selector(): { readonly name: string; readonly key: string } {
    return { name: this.name, key: this.key };
  }

  get declared(): boolean {
    return this.#declared;
  }
}
