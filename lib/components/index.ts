import type { AnyKind } from './component.ts';
import { gateway } from './gateway.ts';
import { minioKind } from './minio.ts';
import { mlflow } from './mlflow.ts';
import { postgresKind } from './postgres.ts';
import { seaweedfsKind } from './seaweedfs.ts';
import { secrets } from './secrets.ts';

/** Every kind of component an environment can have. One line each, in the order of the layers. */
export const KINDS: readonly AnyKind[] = [secrets, postgresKind, minioKind, seaweedfsKind, gateway, mlflow];
