import type { AnyKind, AnyTeamKind } from './component.ts';
import { dexKind } from './dex.ts';
import { feastKind } from './feast.ts';
import { featuresTeamKind } from './features.ts';
import { gatewayKind } from './gateway.ts';
import { kubeflowTeamKind } from './kubeflow.ts';
import { minioKind } from './minio.ts';
import { mlflowKind } from './mlflow.ts';
import { flavouredNotebooksKind } from './notebooks.ts';
import { postgresKind } from './postgres.ts';
import { rayClustersTeamKind, rayKind } from './ray/cluster.ts';
import { rayJobsTeamKind } from './ray/job.ts';
import { rayServicesTeamKind } from './ray/service.ts';
import { redisKind } from './redis.ts';
import { seaweedfsKind } from './seaweedfs.ts';
import { secretsKind } from './secrets.ts';

/** Every kind of component an environment can have. One line each, in the order of the layers. */
export const KINDS: readonly AnyKind[] = [
  secretsKind,
  postgresKind,
  minioKind,
  seaweedfsKind,
  redisKind,
  gatewayKind,
  dexKind,
  mlflowKind,
  rayKind,
  feastKind,
  flavouredNotebooksKind,
];

/** Everything that a team can have. One line each. */
export const TEAM_KINDS: readonly AnyTeamKind[] = [
  rayClustersTeamKind,
  rayServicesTeamKind,
  rayJobsTeamKind,
  featuresTeamKind,
  kubeflowTeamKind,
];
