import type { EnvVar } from '../../../imports/k8s.ts';
import { SecretRef } from '../../graph/credential.ts';
import type { EnvValue } from '../workload/index.ts';

/** Environment variables as a container has them. */
export const envVars = (env: Readonly<Record<string, EnvValue>>): EnvVar[] =>
  Object.entries(env).map(([name, value]): EnvVar => {
    if (typeof value === 'string') return { name, value };
    if (value instanceof SecretRef) return { name, valueFrom: value.valueFrom };
    return { name, valueFrom: { fieldRef: { fieldPath: value.podField } } };
  });
