import { resourceValues } from './chart-values.ts';
import { profileKinds } from './kubeflow-notebooks-kinds.ts';
import { deploymentPatch, withoutObject } from './kubeflow-patches.ts';
import { defineKustomizedOperator } from './operator.ts';

/**
 * Makes of a Profile what the rest of Kubeflow expects of a namespace.
 * Sources: kubeflow/dashboard v2.0.0, components/profile-controller (controllers/profile_controller.go, manifests).
 *
 * Two things have to be there that no part of it brings: Istio's AuthorizationPolicy, which it watches and makes one of
 * in every namespace, and without which it does not start; and the ClusterRoles kubeflow-admin, kubeflow-edit and
 * kubeflow-view, to which it binds people. Both belong to an installation of Kubeflow. Upstream binds it to
 * cluster-admin.
 */
export const kubeflowProfiles = defineKustomizedOperator({
  name: 'kubeflow-profiles',
  // Upstream's, which stands in the subjects of its ClusterRoleBinding.
  namespace: 'profiles-system',
  summary: "Makes of a team's Profile what the rest of Kubeflow expects of a namespace. Needs Istio.",
  kustomization: 'kubeflow-profiles',
  patches: (environment) => [
    withoutObject('v1', 'Namespace', 'profiles-system'),
    deploymentPatch({
      deployment: 'profiles-deployment',
      container: 'manager',
      image: environment.image('kubeflow-profile-controller'),
      resources: resourceValues('20m', '128Mi', '512Mi'),
    }),
  ],
  kinds: profileKinds,
  pods: [
    {
      name: 'profiles-deployment',
      labels: { app: 'profile-controller', 'app.kubernetes.io/component': 'controller-manager' },
      serviceAccount: 'profiles-controller-service-account',
    },
  ],
});
