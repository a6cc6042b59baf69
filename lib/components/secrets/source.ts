import type { SecretSource } from '../component.ts';

/** A source of credentials, and a sentence about it for the catalogue. */
export type Source = SecretSource & { readonly summary: string };
