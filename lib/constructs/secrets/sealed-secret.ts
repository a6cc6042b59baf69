import type { SealedSecret } from '../../../imports/sealed-secrets.ts';
import type { CredentialSpec } from '../../graph/credential.ts';
import { goText } from './template.ts';

export interface SealedSecretProps {
  readonly name: string;
  readonly namespace: string;
  readonly spec: CredentialSpec;
  /** Ciphertext by key, sealed for this very name and namespace (scope `strict`). */
  readonly encryptedData: Readonly<Record<string, string>>;
}

/** A SealedSecret; public values stand in its template, readable. */
export function sealedSecret({ name, namespace, spec, encryptedData }: SealedSecretProps): SealedSecret {
  const open = Object.entries(spec.keys).flatMap(([key, value]) =>
    value.kind === 'public' ? [[key, goText(value.value)] as const] : [],
  );
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name, namespace },
    spec: {
      encryptedData,
      template: {
        type: spec.type ?? 'Opaque',
        metadata: { name, namespace, ...(spec.labels && { labels: spec.labels }) },
        ...(open.length > 0 && { data: Object.fromEntries(open) }),
      },
    },
  };
}
