import type { KindFacts, Reference } from '../../operators/operator.ts';
import { dig, integer, items, text } from '../read.ts';

/** A Service that the API server calls: `{namespace, name, port}`. Source: Kubernetes API reference, ServiceReference. */
function serviceReference(service: unknown, field: string): Reference[] {
  const name = text(dig(service, 'name'));
  const namespace = text(dig(service, 'namespace'));
  if (!name || !namespace) return [];
  return [{ field, target: '/Service', namespace, name, port: integer(dig(service, 'port')) ?? 443 }];
}

const webhooks: KindFacts = {
  clusterScoped: true,
  *references(manifest): Generator<Reference> {
    for (const [webhook, path] of items(manifest.webhooks, 'webhooks')) {
      const field = `${path}.clientConfig.service`;
      yield* serviceReference(dig(webhook, 'clientConfig', 'service'), field);
    }
  },
};

const CONVERSION = ['spec', 'conversion', 'webhook', 'clientConfig', 'service'];

const customResource: KindFacts = {
  clusterScoped: true,
  references: (manifest) => serviceReference(dig(manifest, ...CONVERSION), CONVERSION.join('.')),
};

const aggregatedApi: KindFacts = {
  clusterScoped: true,
  references: (manifest) => serviceReference(dig(manifest, 'spec', 'service'), 'spec.service'),
};

/** Kinds whose Services the API server itself calls: webhooks, conversions, aggregated APIs. */
export const CALLED_BY_API_SERVER: Readonly<Record<string, KindFacts>> = {
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': webhooks,
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': webhooks,
  'apiextensions.k8s.io/CustomResourceDefinition': customResource,
  'apiregistration.k8s.io/APIService': aggregatedApi,
};

const policyBinding: KindFacts = {
  clusterScoped: true,
  references: ({ spec }) => {
    const name = text(dig(spec, 'policyName'));
    if (!name) return [];
    return [{ field: 'spec.policyName', target: 'admissionregistration.k8s.io/ValidatingAdmissionPolicy', name }];
  },
};

/** Kinds in no namespace, beside those of the core group and of RBAC. */
export const clusterScoped: Readonly<Record<string, KindFacts>> = {
  ...CALLED_BY_API_SERVER,
  'admissionregistration.k8s.io/ValidatingAdmissionPolicy': { clusterScoped: true },
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding': policyBinding,
  'scheduling.k8s.io/PriorityClass': { clusterScoped: true },
  'storage.k8s.io/StorageClass': { clusterScoped: true },
  'storage.k8s.io/CSIDriver': { clusterScoped: true },
  'node.k8s.io/RuntimeClass': { clusterScoped: true },
  'networking.k8s.io/IngressClass': { clusterScoped: true },
  'flowcontrol.apiserver.k8s.io/FlowSchema': { clusterScoped: true },
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration': { clusterScoped: true },
};
