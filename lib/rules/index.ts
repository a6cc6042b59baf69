import { containersAreRestricted } from './containers-are-restricted.ts';
import { containersHaveProbes } from './containers-have-probes.ts';
import { containersHaveResources } from './containers-have-resources.ts';
import { identitiesAreUnique } from './identities-are-unique.ts';
import { imagesArePinned } from './images-are-pinned.ts';
import { imagesComeFromVersions } from './images-come-from-versions.ts';
import { labelsAreValid } from './labels-are-valid.ts';
import { namesAreValid } from './names-are-valid.ts';
import { namespacesDenyByDefault } from './namespaces-deny-by-default.ts';
import { namespacesEnforcePodSecurity } from './namespaces-enforce-pod-security.ts';
import { namespacesExist } from './namespaces-exist.ts';
import { noForeignRegistry } from './no-foreign-registry.ts';
import { noSecretLiterals } from './no-secret-literals.ts';
import { noSecretObjects } from './no-secret-objects.ts';
import { objectsHaveOneMaker } from './objects-have-one-maker.ts';
import { probesUseDeclaredPorts } from './probes-use-declared-ports.ts';
import { referencesResolve } from './references-resolve.ts';
import { routesAreReachable } from './routes-are-reachable.ts';
import { routesAttachToTheirGateway } from './routes-attach-to-their-gateway.ts';
import type { Rule } from './rule.ts';
import { scrapeTargetsAreReachable } from './scrape-targets-are-reachable.ts';
import { selectorsSelectSomething } from './selectors-select-something.ts';
import { servicePortsExist } from './service-ports-exist.ts';
import { statefulObjectsAreProtected } from './stateful-objects-are-protected.ts';
import { webhooksAreReachable } from './webhooks-are-reachable.ts';
import { workloadsSelectOnlyTheirPods } from './workloads-select-only-their-pods.ts';

/** Every rule, in the order of their names. */
export const RULES: readonly Rule[] = [
  containersAreRestricted,
  containersHaveProbes,
  containersHaveResources,
  identitiesAreUnique,
  imagesArePinned,
  imagesComeFromVersions,
  labelsAreValid,
  namesAreValid,
  namespacesDenyByDefault,
  namespacesEnforcePodSecurity,
  namespacesExist,
  noForeignRegistry,
  noSecretLiterals,
  noSecretObjects,
  objectsHaveOneMaker,
  probesUseDeclaredPorts,
  referencesResolve,
  routesAreReachable,
  routesAttachToTheirGateway,
  scrapeTargetsAreReachable,
  selectorsSelectSomething,
  servicePortsExist,
  statefulObjectsAreProtected,
  webhooksAreReachable,
  workloadsSelectOnlyTheirPods,
];
