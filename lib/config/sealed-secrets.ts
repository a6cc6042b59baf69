import { z } from 'zod';

/** Sealed values: `<namespace>/<secret>` to the Secret's keys, each with its ciphertext. */
export type SealedValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What `environments/<name>/sealed-secrets.yaml` holds. Ciphertext only: a plain password does not pass for one. */
export const sealedSecretsSchema = z
  .record(
    z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, {
      error: 'is not a namespace and a Secret; write it like prod-platform/mlflow-database',
    }),
    z.record(
      z.string().regex(/^[A-Za-z0-9._-]+$/, { error: 'is not a key of a Secret; write it like password' }),
      z
        .string()
        .regex(/^(?=.{128})[A-Za-z0-9+/]+={0,2}$/, {
          error: 'is not a sealed value; make one with kubeseal --raw --namespace <namespace> --name <secret>',
        })
        .describe('Ciphertext, as kubeseal --raw prints it.'),
    ),
  )
  .describe('Sealed values by <namespace>/<secret>, the namespace as it is called in the cluster.');
