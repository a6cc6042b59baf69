import { listAt, numberAt, textAt } from '../kubernetes/read.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import type { KindFacts, Reference } from './operator.ts';

const GROUP = 'gateway.networking.k8s.io';

/** The kinds of Gateway API, whoever implements it: a controller of ours, or the one behind `cluster.gatewayClass`. */
export const gatewayApiKinds: Readonly<Record<string, KindFacts>> = {
  [`${GROUP}/GatewayClass`]: { references: gatewayClassReferences, clusterScoped: true },
  [`${GROUP}/Gateway`]: { references: gatewayReferences },
  [`${GROUP}/HTTPRoute`]: { references: routeReferences },
  [`${GROUP}/GRPCRoute`]: { references: routeReferences },
  [`${GROUP}/ReferenceGrant`]: {},
};

function* gatewayClassReferences(manifest: Manifest): Iterable<Reference> {
  const kind = textAt(manifest, 'spec', 'parametersRef', 'kind');
  const name = textAt(manifest, 'spec', 'parametersRef', 'name');
  if (kind === undefined || name === undefined) return;
  const namespace = textAt(manifest, 'spec', 'parametersRef', 'namespace');
  yield {
    field: 'spec.parametersRef',
    target: `${textAt(manifest, 'spec', 'parametersRef', 'group') ?? ''}/${kind}`,
    ...(namespace !== undefined && { namespace }),
    name,
  };
}

function* gatewayReferences(manifest: Manifest): Iterable<Reference> {
  const { namespace } = manifest.metadata;
  const here = namespace === undefined ? {} : { namespace };
  const gatewayClass = textAt(manifest, 'spec', 'gatewayClassName');
  if (gatewayClass !== undefined) {
    yield { field: 'spec.gatewayClassName', target: `${GROUP}/GatewayClass`, name: gatewayClass };
  }
  const parameters = textAt(manifest, 'spec', 'infrastructure', 'parametersRef', 'name');
  if (parameters !== undefined) {
    const group = textAt(manifest, 'spec', 'infrastructure', 'parametersRef', 'group') ?? '';
    const kind = textAt(manifest, 'spec', 'infrastructure', 'parametersRef', 'kind') ?? '';
    yield { field: 'spec.infrastructure.parametersRef', target: `${group}/${kind}`, ...here, name: parameters };
  }
  for (const [index, listener] of listAt(manifest, 'spec', 'listeners')) {
    for (const [position, ref] of listAt(listener, 'tls', 'certificateRefs')) {
      const name = textAt(ref, 'name');
      if (name === undefined) continue;
      const elsewhere = textAt(ref, 'namespace');
      yield {
        field: `spec.listeners[${index}].tls.certificateRefs[${position}]`,
        target: '/Secret',
        ...(elsewhere === undefined ? here : { namespace: elsewhere }),
        name,
        keys: ['tls.crt', 'tls.key'],
      };
    }
  }
}

function* routeReferences(manifest: Manifest): Iterable<Reference> {
  const place = (ref: unknown) => {
    const namespace = textAt(ref, 'namespace') ?? manifest.metadata.namespace;
    return namespace === undefined ? {} : { namespace };
  };
  for (const [index, ref] of listAt(manifest, 'spec', 'parentRefs')) {
    const name = textAt(ref, 'name');
    if (name === undefined) continue;
    const target = `${textAt(ref, 'group') ?? GROUP}/${textAt(ref, 'kind') ?? 'Gateway'}`;
    yield { field: `spec.parentRefs[${index}]`, target, ...place(ref), name };
  }
  for (const [index, rule] of listAt(manifest, 'spec', 'rules')) {
    for (const [position, ref] of listAt(rule, 'backendRefs')) {
      const name = textAt(ref, 'name');
      if (name === undefined) continue;
      const port = numberAt(ref, 'port');
      yield {
        field: `spec.rules[${index}].backendRefs[${position}]`,
        target: `${textAt(ref, 'group') ?? ''}/${textAt(ref, 'kind') ?? 'Service'}`,
        ...place(ref),
        name,
        ...(port !== undefined && { port }),
      };
    }
  }
}
