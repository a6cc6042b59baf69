import type { Application } from '../../imports/argo-cd.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { ASK_BEFORE_REMOVAL } from '../platform/protection.ts';
import type { Delivery } from './delivery.ts';
import { argoCdLabels } from './labels.ts';
import { bootstrapProjectName, operatorsApplicationName } from './names.ts';
import { ARGO_CD_CLUSTER } from './settings.ts';
import { COMPARE_OPTIONS, REFRESH_OWN_PATH, SYNC_POLICY } from './sync-policy.ts';

/**
 * Hands the Applications below `dist/<environment>/operators/` to Argo CD. Who may create Applications may deploy
 * anything, so it belongs to the cluster's bootstrap project; the environment's own project cannot hold one.
 */
export function operatorsApplication({ environment, cluster, argocd }: Delivery): Manifest {
  const { url: repoURL, revision: targetRevision } = argocd.repository;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: operatorsApplicationName(environment),
      namespace: argocd.namespace,
      labels: argoCdLabels(environment),
      annotations: { ...COMPARE_OPTIONS, ...REFRESH_OWN_PATH, ...ASK_BEFORE_REMOVAL },
    },
    spec: {
      project: bootstrapProjectName(cluster.name),
      destination: { ...ARGO_CD_CLUSTER, namespace: argocd.namespace },
      source: { repoURL, targetRevision, path: `dist/${environment}/operators`, directory: { recurse: true } },
      syncPolicy: SYNC_POLICY,
    },
  } satisfies Application;
}
