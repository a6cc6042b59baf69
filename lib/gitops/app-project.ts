import type { AppProject, AppProjectSpec } from '../../imports/argo-cd.ts';
import { compareText } from '../collections.ts';
import { textAt } from '../kubernetes/read.ts';
import type { Entry, Manifest } from '../platform/manifest-set.ts';
import { groupKind } from '../platform/manifest-set.ts';
import { ASK_BEFORE_REMOVAL } from '../platform/protection.ts';
import type { Delivery } from './delivery.ts';
import { argoCdLabels } from './labels.ts';
import { bootstrapProjectName, operatorsProjectName, projectName } from './names.ts';
import { ARGO_CD_CLUSTER, type ArgoCdSettings } from './settings.ts';
import { CASCADE } from './sync-policy.ts';

/**
 * Kinds that an environment's project allows in its namespaces whether or not `dist/` has one at the moment. An object
 * whose kind its project does not allow is invisible to Argo CD, and is neither pruned nor deleted: without this list,
 * the CronJob whose removal takes the last CronJob out of an environment would run for ever.
 * Source: Argo CD, AppProject.IsLiveResourcePermitted and its callers in the application controller.
 */
const ALWAYS_PRUNABLE: readonly string[] = [
  '/ConfigMap',
  '/LimitRange',
  '/PersistentVolumeClaim',
  '/ResourceQuota',
  '/Service',
  '/ServiceAccount',
  'apps/Deployment',
  'apps/StatefulSet',
  'autoscaling/HorizontalPodAutoscaler',
  'batch/CronJob',
  'batch/Job',
  'networking.k8s.io/NetworkPolicy',
  'policy/PodDisruptionBudget',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
];

/**
 * What an environment's components may do: come from the repository, into exactly the namespaces that `dist/` has, with
 * the kinds that `dist/` has and, inside those namespaces, the ordinary kinds and those of the environment's operators,
 * so that the last object of a kind can go. Kinds without a namespace are exactly those of `dist/`.
 *
 * A namespace that leaves `dist/` leaves the destinations too. Nothing is stranded by that: the Namespace object itself
 * is pruned, once a person approves, and takes along what is in it.
 */
export function environmentProject(delivery: Delivery): Manifest {
  const { environment, cluster, argocd, manifests, operators } = delivery;
  const entries = manifests.entries.filter(({ layer }) => layer !== 'operators');
  const served = [...operators.values()].flatMap(({ kinds }) =>
    Object.entries(kinds).flatMap(([kind, { clusterScoped }]) => (clusterScoped ? [] : [kind])),
  );
  const inNamespaces = entries.filter(({ manifest }) => manifest.metadata.namespace !== undefined);
  const inNone = entries.filter(({ manifest }) => manifest.metadata.namespace === undefined);
  return project(projectName(environment), environment, argocd, {
    description: `Components of ${environment}.`,
    sourceRepos: [argocd.repository.url],
    destinations: [
      // The Applications name no namespace of their own: every object says where it belongs.
      { ...cluster.destination, namespace: '' },
      ...unique(inNamespaces.map(({ manifest }) => manifest.metadata.namespace ?? '')).map((namespace) => ({
        ...cluster.destination,
        namespace,
      })),
    ],
    clusterResourceWhitelist: kinds(kindsOf(inNone)),
    namespaceResourceWhitelist: kinds([...kindsOf(inNamespaces), ...served, ...ALWAYS_PRUNABLE]),
  });
}

/**
 * What the operators' charts may do: come from the pinned charts' repositories, into the operators' namespaces. Kinds
 * are not limited: who installs CRDs, ClusterRoles and webhooks already holds the cluster, and a list of kinds would
 * only break the next version of a chart.
 */
export function operatorsProject({ environment, cluster, argocd, manifests }: Delivery): Manifest {
  const specs = manifests.ofKind('argoproj.io/Application').map(({ manifest }) => chartOf(manifest));
  return project(operatorsProjectName(environment), environment, argocd, {
    description: `Charts of the operators that ${environment} installs.`,
    sourceRepos: unique(specs.map(({ repoURL }) => repoURL)),
    destinations: unique(specs.map(({ namespace }) => namespace)).map((namespace) => ({
      ...cluster.destination,
      namespace,
    })),
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    namespaceResourceWhitelist: [{ group: '*', kind: '*' }],
  });
}

/** What Argo CD is given for a cluster: its own three kinds in its own namespace, from the repository, and nothing else. */
export function bootstrapProject(cluster: string, argocd: ArgoCdSettings): Manifest {
  return project(bootstrapProjectName(cluster), undefined, argocd, {
    description: `Projects and Applications of the environments on ${cluster}.`,
    sourceRepos: [argocd.repository.url],
    destinations: [{ ...ARGO_CD_CLUSTER, namespace: argocd.namespace }],
    clusterResourceWhitelist: [],
    namespaceResourceWhitelist: kinds([
      'argoproj.io/AppProject',
      'argoproj.io/Application',
      'argoproj.io/ApplicationSet',
    ]),
  });
}

/** Made before the Applications that name it, and removed after the last of them is gone. */
const project = (
  name: string,
  environment: string | undefined,
  { namespace }: ArgoCdSettings,
  spec: AppProjectSpec,
): Manifest =>
  ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: {
      name,
      namespace,
      labels: argoCdLabels(environment),
      annotations: { ...ASK_BEFORE_REMOVAL, 'argocd.argoproj.io/sync-wave': '-1' },
      finalizers: [CASCADE],
    },
    spec,
  }) satisfies AppProject;

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort(compareText);

const kindsOf = (entries: readonly Entry[]): readonly string[] => entries.map(({ manifest }) => groupKind(manifest));

const kinds = (groupKinds: readonly string[]): { readonly group: string; readonly kind: string }[] =>
  unique(groupKinds).map((groupKind) => {
    const slash = groupKind.indexOf('/');
    return { group: groupKind.slice(0, slash), kind: groupKind.slice(slash + 1) };
  });

const chartOf = ({ spec }: Manifest): { repoURL: string; namespace: string } => ({
  repoURL: textAt(spec, 'source', 'repoURL') ?? '',
  namespace: textAt(spec, 'destination', 'namespace') ?? '',
});
