import { autoscaledReplicasAreLeftOut } from './autoscaled-replicas-are-left-out.ts';
import { containersAreRestricted } from './containers-are-restricted.ts';
import { containersHaveProbes } from './containers-have-probes.ts';
import { containersHaveResources } from './containers-have-resources.ts';
import { hostsInTextAreServices } from './hosts-in-text-are-services.ts';
import { identitiesAreUnique } from './identities-are-unique.ts';
import { imagesArePinned } from './images-are-pinned.ts';
import { imagesComeFromVersions } from './images-come-from-versions.ts';
import { kindsAreServed } from './kinds-are-served.ts';
import { labelsAreComplete } from './labels-are-complete.ts';
import { labelsAreValid } from './labels-are-valid.ts';
import { labelsDoNotChangeWithReleases } from './labels-do-not-change-with-releases.ts';
import { mountedFilesExist } from './mounted-files-exist.ts';
import { mountsNameVolumes } from './mounts-name-volumes.ts';
import { namesAreValid } from './names-are-valid.ts';
import { namespacesDenyByDefault } from './namespaces-deny-by-default.ts';
import { namespacesEnforcePodSecurity } from './namespaces-enforce-pod-security.ts';
import { namespacesExist } from './namespaces-exist.ts';
import { noForeignRegistry } from './no-foreign-registry.ts';
import { noSecretLiterals } from './no-secret-literals.ts';
import { noSecretObjects } from './no-secret-objects.ts';
import { objectsAreSmallEnough } from './objects-are-small-enough.ts';
import { objectsHaveOneMaker } from './objects-have-one-maker.ts';
import { ownedFieldsAreLeftOut } from './owned-fields-are-left-out.ts';
import { partsOfPodsAreNamedWell } from './parts-of-pods-are-named-well.ts';
import { podsFitANodePool } from './pods-fit-a-node-pool.ts';
import { podsHaveOneNetworkPolicy } from './pods-have-one-network-policy.ts';
import { policyPortsExist } from './policy-ports-exist.ts';
import { probesUseDeclaredPorts } from './probes-use-declared-ports.ts';
import { referencesResolve } from './references-resolve.ts';
import { replicasSurviveDisruptions } from './replicas-survive-disruptions.ts';
import { routesAreReachable } from './routes-are-reachable.ts';
import { routesAttachToTheirGateway } from './routes-attach-to-their-gateway.ts';
import type { Rule } from './rule.ts';
import { scrapeTargetsAreReachable } from './scrape-targets-are-reachable.ts';
import { selectorsSelectSomething } from './selectors-select-something.ts';
import { serviceAccountsAreTheirOwn } from './service-accounts-are-their-own.ts';
import { servicePortsExist } from './service-ports-exist.ts';
import { servicesAreReachable } from './services-are-reachable.ts';
import { statefulObjectsAreProtected } from './stateful-objects-are-protected.ts';
import { tokensAreMountedForAReason } from './tokens-are-mounted-for-a-reason.ts';
import { variablesInArgumentsExist } from './variables-in-arguments-exist.ts';
import { webhooksAreReachable } from './webhooks-are-reachable.ts';
import { workloadsSelectOnlyTheirPods } from './workloads-select-only-their-pods.ts';

/** Every rule, in the order of their names. */
export const RULES: readonly Rule[] = [
  autoscaledReplicasAreLeftOut,
  containersAreRestricted,
  containersHaveProbes,
  containersHaveResources,
  hostsInTextAreServices,
  identitiesAreUnique,
  imagesArePinned,
  imagesComeFromVersions,
  kindsAreServed,
  labelsAreComplete,
  labelsAreValid,
  labelsDoNotChangeWithReleases,
  mountedFilesExist,
  mountsNameVolumes,
  namesAreValid,
  namespacesDenyByDefault,
  namespacesEnforcePodSecurity,
  namespacesExist,
  noForeignRegistry,
  noSecretLiterals,
  noSecretObjects,
  objectsAreSmallEnough,
  objectsHaveOneMaker,
  ownedFieldsAreLeftOut,
  partsOfPodsAreNamedWell,
  podsFitANodePool,
  podsHaveOneNetworkPolicy,
  policyPortsExist,
  probesUseDeclaredPorts,
  referencesResolve,
  replicasSurviveDisruptions,
  routesAreReachable,
  routesAttachToTheirGateway,
  scrapeTargetsAreReachable,
  selectorsSelectSomething,
  serviceAccountsAreTheirOwn,
  servicePortsExist,
  servicesAreReachable,
  statefulObjectsAreProtected,
  tokensAreMountedForAReason,
  variablesInArgumentsExist,
  webhooksAreReachable,
  workloadsSelectOnlyTheirPods,
];
