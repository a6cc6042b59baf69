import { dig, labelsAt, listAt, textAt } from '../kubernetes/read.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import type { KindFacts, Reference } from './operator.ts';
import { producedSecret } from './produced.ts';

/** Where cert-manager looks for what a ClusterIssuer names: its own namespace. */
const CLUSTER_RESOURCES = 'cert-manager';

/** The kinds of cert-manager. */
export const certManagerKinds: Readonly<Record<string, KindFacts>> = {
  'cert-manager.io/Certificate': { references: certificateReferences, produces: certificateProduces },
  'cert-manager.io/Issuer': { references: issuerReferences, produces: issuerProduces },
  'cert-manager.io/ClusterIssuer': {
    references: issuerReferences,
    produces: issuerProduces,
    clusterScoped: true,
  },
};

function* certificateReferences(manifest: Manifest): Iterable<Reference> {
  const issuer = dig(manifest, 'spec', 'issuerRef');
  const name = textAt(issuer, 'name');
  const group = textAt(issuer, 'group') ?? 'cert-manager.io';
  if (name === undefined || group !== 'cert-manager.io') return;
  const kind = textAt(issuer, 'kind') ?? 'Issuer';
  const { namespace } = manifest.metadata;
  yield {
    field: 'spec.issuerRef',
    target: `${group}/${kind}`,
    ...(kind === 'Issuer' && namespace !== undefined && { namespace }),
    name,
  };
}

/** `ca.crt` is what the issuer says its authority is; ACME servers say nothing, and the key is then empty. */
function* certificateProduces(manifest: Manifest): Iterable<Manifest> {
  const name = textAt(manifest, 'spec', 'secretName');
  if (name === undefined) return;
  yield producedSecret({
    name,
    namespace: manifest.metadata.namespace,
    keys: ['ca.crt', 'tls.crt', 'tls.key'],
    type: 'kubernetes.io/tls',
    labels: labelsAt(manifest, 'spec', 'secretTemplate', 'labels'),
  });
}

const homeOf = (manifest: Manifest): { readonly namespace: string } => ({
  namespace: manifest.metadata.namespace ?? CLUSTER_RESOURCES,
});

function* issuerReferences(manifest: Manifest): Iterable<Reference> {
  const home = homeOf(manifest);
  const authority = textAt(manifest, 'spec', 'ca', 'secretName');
  if (authority !== undefined) {
    yield { field: 'spec.ca.secretName', target: '/Secret', ...home, name: authority, keys: ['tls.crt', 'tls.key'] };
  }
  for (const [index, solver] of listAt(manifest, 'spec', 'acme', 'solvers')) {
    const field = `spec.acme.solvers[${index}]`;
    const account = textAt(solver, 'dns01', 'route53', 'auth', 'kubernetes', 'serviceAccountRef', 'name');
    if (account !== undefined) {
      const path = 'dns01.route53.auth.kubernetes.serviceAccountRef';
      yield { field: `${field}.${path}`, target: '/ServiceAccount', ...home, name: account };
    }
    for (const [parent, ref] of listAt(solver, 'http01', 'gatewayHTTPRoute', 'parentRefs')) {
      const name = textAt(ref, 'name');
      if (name === undefined) continue;
      const namespace = textAt(ref, 'namespace') ?? home.namespace;
      yield {
        field: `${field}.http01.gatewayHTTPRoute.parentRefs[${parent}]`,
        target: 'gateway.networking.k8s.io/Gateway',
        namespace,
        name,
      };
    }
  }
}

/** The key of the ACME account; and, as long as a certificate is being made, pods that answer over HTTP. */
function* issuerProduces(manifest: Manifest): Iterable<Manifest> {
  if (listAt(manifest, 'spec', 'acme', 'solvers').some(([, solver]) => dig(solver, 'http01') !== undefined)) {
    yield* challengePods(homeOf(manifest).namespace);
  }
  const name = textAt(manifest, 'spec', 'acme', 'privateKeySecretRef', 'name');
  if (name === undefined) return;
  const key = textAt(manifest, 'spec', 'acme', 'privateKeySecretRef', 'key') ?? 'tls.key';
  yield producedSecret({ name, ...homeOf(manifest), keys: [key], type: 'Opaque' });
}

/** Where cert-manager answers challenges. Its names end in random letters. Source: pkg/issuer/acme/http. */
function* challengePods(namespace: string): Iterable<Manifest> {
  const labels = { 'acme.cert-manager.io/http01-solver': 'true' };
  const metadata = { name: 'cm-acme-http-solver', namespace, labels };
  yield {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'acmesolver', ports: [{ name: 'http', containerPort: 8089 }] }] },
  };
  yield {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: labels, ports: [{ name: 'http', port: 8089, targetPort: 8089 }] },
  };
}
