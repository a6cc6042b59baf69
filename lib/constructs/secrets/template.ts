import type { CredentialSpec, SecretKey } from '../../graph/credential.ts';

/**
 * The text that stands for a key in the template of a Secret, as the Go templates of External Secrets and Sealed Secrets
 * take it: a public value as it is, every other one by the name of the key.
 */
export function templatedKey(name: string, key: SecretKey): string {
  if (key.kind === 'public') return goText(key.value);
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `{{ .${name} }}` : `{{ index . "${name}" }}`;
}

/** Text that a Go template prints unchanged. */
export const goText = (text: string): string => (text.includes('{{') ? `{{ ${JSON.stringify(text)} }}` : text);

/** The keys whose values are secret, in order. */
export const secretKeys = (keys: CredentialSpec['keys']): readonly string[] =>
  Object.keys(keys)
    .filter((name) => keys[name]?.kind !== 'public')
    .sort();
