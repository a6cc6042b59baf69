export { type CopiedSecretProps, type CopyPermissionProps, copiedSecret, copyPermission } from './copied-secret.ts';
export { type ExternalSecretProps, externalSecret } from './external-secret.ts';
export { type GeneratedSecretProps, generatedSecret } from './generated-secret.ts';
export { type SealedSecretProps, sealedSecret } from './sealed-secret.ts';
export { type SecretStoreProps, type StoreProvider, secretStore } from './secret-store.ts';
