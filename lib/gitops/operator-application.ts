import type { Application, ApplicationSpecSource } from '../../imports/argo-cd.ts';
import type { EnvironmentContext } from '../config/context.ts';
import type { ComponentNode } from '../graph/component.ts';
import type { Operator } from '../operators/operator.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { ASK_BEFORE_REMOVAL, CONFIRMED_REMOVAL } from '../platform/protection.ts';
import { chartSource, kustomizationSource } from '../platform/versions.ts';
import { applicationName, operatorsProjectName } from './names.ts';
import type { ArgoCdSettings } from './settings.ts';
import { CASCADE, COMPARE_OPTIONS, SYNC_POLICY } from './sync-policy.ts';

/** CA bundles that operators, or cert-manager for them, write into what upstream leaves empty or fills with a placeholder. */
const CA_BUNDLES = [
  {
    kind: 'MutatingWebhookConfiguration',
    group: 'admissionregistration.k8s.io',
    path: '.webhooks[]?.clientConfig.caBundle',
  },
  {
    kind: 'ValidatingWebhookConfiguration',
    group: 'admissionregistration.k8s.io',
    path: '.webhooks[]?.clientConfig.caBundle',
  },
  {
    kind: 'CustomResourceDefinition',
    group: 'apiextensions.k8s.io',
    path: '.spec.conversion.webhook.clientConfig.caBundle',
  },
  { kind: 'APIService', group: 'apiregistration.k8s.io', path: '.spec.caBundle' },
] as const;

/**
 * An operator of an environment: its pinned upstream chart or kustomization as an Argo CD Application. The object itself belongs where
 * Argo CD runs; what it makes goes to the environment's cluster.
 *
 * With an operator go its CRDs, and with a CRD every object of its kind in the cluster. So a person is asked twice: before
 * this Application is removed, which a revert still stops, and before what it makes is, be it because the Application goes
 * or because a newer version no longer contains it.
 */
export function operatorApplication(
  operator: Operator,
  environment: EnvironmentContext,
  { namespace }: ArgoCdSettings,
  components: readonly ComponentNode[] = [],
): Manifest {
  const { cluster } = environment;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: applicationName(environment.name, operator.name),
      namespace,
      annotations: { ...COMPARE_OPTIONS, ...ASK_BEFORE_REMOVAL },
      finalizers: [CASCADE],
    },
    spec: {
      project: operatorsProjectName(environment.name),
      destination: { ...cluster.destination, namespace: operator.namespace },
      source: sourceOf(operator, environment, components),
      syncPolicy: { ...SYNC_POLICY, syncOptions: [...SYNC_POLICY.syncOptions, ...CONFIRMED_REMOVAL] },
      ignoreDifferences: CA_BUNDLES.map(({ kind, group, path }) => ({ group, kind, jqPathExpressions: [path] })),
    },
  } satisfies Application;
}

function sourceOf(
  operator: Operator,
  environment: EnvironmentContext,
  components: readonly ComponentNode[],
): ApplicationSpecSource {
  const mirror = environment.cluster.registryMirror;
  if ('chart' in operator) {
    return {
      ...chartSource(operator.chart, mirror),
      helm: { releaseName: operator.name, valuesObject: operator.values(environment, components) },
    };
  }
  return {
    ...kustomizationSource(operator.kustomization, mirror),
    kustomize: {
      namespace: operator.namespace,
      patches: operator.patches(environment, components).map(({ target, patch }) => ({
        target,
        // JSON is YAML, and a value of YAML is all that Argo CD hands on.
        patch: JSON.stringify(patch),
      })),
    },
  };
}
