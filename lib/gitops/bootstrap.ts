import type { Application } from '../../imports/argo-cd.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { bootstrapProject } from './app-project.ts';
import { SETTINGS } from './health-checks.ts';
import { argoCdLabels } from './labels.ts';
import { bootstrapApplicationName, bootstrapProjectName } from './names.ts';
import { ARGO_CD_CLUSTER, type ArgoCdSettings } from './settings.ts';
import { COMPARE_OPTIONS, REFRESH_OWN_PATH, SYNC_POLICY } from './sync-policy.ts';

/** A cluster and what all its environments say alike of Argo CD. */
export interface ArgoCdCluster {
  readonly name: string;
  readonly argocd: ArgoCdSettings;
}

/**
 * What a person applies once per cluster: `kubectl apply --server-side -f argocd/<cluster>/bootstrap.yaml`.
 * From then on Argo CD follows `argocd/<cluster>/`: environments that come later, and changes to this very file.
 * Deleting the Application leaves everything that it deployed.
 */
export function bootstrap({ name: cluster, argocd }: ArgoCdCluster): readonly Manifest[] {
  const { url: repoURL, revision: targetRevision } = argocd.repository;
  const application: Application = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: bootstrapApplicationName(cluster),
      namespace: argocd.namespace,
      labels: argoCdLabels(),
      annotations: { ...COMPARE_OPTIONS, ...REFRESH_OWN_PATH, 'argocd.argoproj.io/sync-options': 'Prune=false' },
    },
    spec: {
      project: bootstrapProjectName(cluster),
      destination: { ...ARGO_CD_CLUSTER, namespace: argocd.namespace },
      source: {
        repoURL,
        targetRevision,
        path: `argocd/${cluster}`,
        // The settings are a person's to apply.
        directory: { recurse: true, exclude: `${SETTINGS}.yaml` },
      },
      syncPolicy: SYNC_POLICY,
    },
  };
  return [bootstrapProject(cluster, argocd), application];
}
