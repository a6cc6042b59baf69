import type { KindFacts, Reference, Selection } from '../../operators/operator.ts';
import type { Manifest } from '../../platform/manifest-set.ts';
import { dig, integer, items, text } from '../read.ts';

const home = ({ metadata }: Manifest) => (metadata.namespace === undefined ? {} : { namespace: metadata.namespace });

const networkPolicy: KindFacts = {
  *selects({ metadata, spec }): Generator<Selection> {
    const here = { namespace: metadata.namespace ?? '' };
    yield { field: 'spec.podSelector', target: '/Pod', within: here, selector: dig(spec, 'podSelector') };
    for (const [side, key] of [
      ['ingress', 'from'],
      ['egress', 'to'],
    ] as const) {
      for (const [rule, path] of items(dig(spec, side), `spec.${side}`)) {
        for (const [peer, field] of items(rule[key], `${path}.${key}`)) {
          if (peer.ipBlock !== undefined) continue;
          const namespaces = peer.namespaceSelector;
          const within = namespaces === undefined ? here : { namespaces };
          if (namespaces !== undefined)
            yield { field, target: '/Namespace', within: { namespace: '' }, selector: namespaces };
          if (peer.podSelector !== undefined) yield { field, target: '/Pod', within, selector: peer.podSelector };
        }
      }
    }
  },
};

const ingress: KindFacts = {
  *references(manifest): Generator<Reference> {
    const { spec } = manifest;
    const className = text(dig(spec, 'ingressClassName'));
    if (className) yield { field: 'spec.ingressClassName', target: 'networking.k8s.io/IngressClass', name: className };
    yield* backend(dig(spec, 'defaultBackend'), 'spec.defaultBackend', manifest);
    for (const [rule, rulePath] of items(dig(spec, 'rules'), 'spec.rules')) {
      for (const [path, pathField] of items(dig(rule, 'http', 'paths'), `${rulePath}.http.paths`)) {
        yield* backend(path.backend, `${pathField}.backend`, manifest);
      }
    }
    for (const [tls, field] of items(dig(spec, 'tls'), 'spec.tls')) {
      const name = text(tls.secretName);
      if (name) yield { field, target: '/Secret', name, keys: ['tls.crt', 'tls.key'], ...home(manifest) };
    }
  },
};

function* backend(value: unknown, field: string, manifest: Manifest): Generator<Reference> {
  const name = text(dig(value, 'service', 'name'));
  if (!name) return;
  const port = text(dig(value, 'service', 'port', 'name')) ?? integer(dig(value, 'service', 'port', 'number'));
  yield { field: `${field}.service`, target: '/Service', name, ...(port !== undefined && { port }), ...home(manifest) };
}

/** Kinds about traffic and about how many pods there are. */
export const traffic: Readonly<Record<string, KindFacts>> = {
  'networking.k8s.io/NetworkPolicy': networkPolicy,
  'networking.k8s.io/Ingress': ingress,
};
