import { dig, listAt, textAt } from '../kubernetes/read.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import type { KindFacts, Reference, Selection } from './operator.ts';

/** The kinds of the Prometheus operator that are written here. */
export const prometheusOperatorKinds: Readonly<Record<string, KindFacts>> = {
  'monitoring.coreos.com/ServiceMonitor': { selects: selectsOf('/Service'), references },
  'monitoring.coreos.com/PodMonitor': { selects: selectsOf('/Pod'), references },
  'monitoring.coreos.com/PrometheusRule': {},
  'monitoring.coreos.com/Probe': {},
  'monitoring.coreos.com/ScrapeConfig': {},
  'monitoring.coreos.com/AlertmanagerConfig': {},
};

/** Monitors look in their own namespace unless they name others. */
function selectsOf(target: string) {
  return function* (manifest: Manifest): Iterable<Selection> {
    const selector = dig(manifest, 'spec', 'selector');
    const elsewhere = listAt(manifest, 'spec', 'namespaceSelector', 'matchNames').flatMap(([, name]) =>
      typeof name === 'string' ? [name] : [],
    );
    const own = manifest.metadata.namespace;
    for (const namespace of elsewhere.length > 0 || own === undefined ? elsewhere : [own]) {
      yield { field: 'spec.selector', target, within: { namespace }, selector };
    }
  };
}

/** Where an endpoint names a key of a Secret or ConfigMap. Source: Prometheus operator, API reference, Endpoint. */
const KEYS = [
  [['basicAuth', 'username'], '/Secret'],
  [['basicAuth', 'password'], '/Secret'],
  [['authorization', 'credentials'], '/Secret'],
  [['bearerTokenSecret'], '/Secret'],
  [['oauth2', 'clientSecret'], '/Secret'],
  [['tlsConfig', 'ca', 'secret'], '/Secret'],
  [['tlsConfig', 'ca', 'configMap'], '/ConfigMap'],
  [['tlsConfig', 'cert', 'secret'], '/Secret'],
  [['tlsConfig', 'cert', 'configMap'], '/ConfigMap'],
  [['tlsConfig', 'keySecret'], '/Secret'],
] as const;

function* references(manifest: Manifest): Iterable<Reference> {
  const { namespace } = manifest.metadata;
  for (const list of ['endpoints', 'podMetricsEndpoints']) {
    for (const [index, endpoint] of listAt(manifest, 'spec', list)) {
      for (const [path, target] of KEYS) {
        const name = textAt(endpoint, ...path, 'name');
        const key = textAt(endpoint, ...path, 'key');
        if (name === undefined || key === undefined) continue;
        yield {
          field: `spec.${list}[${index}].${path.join('.')}`,
          target,
          ...(namespace !== undefined && { namespace }),
          name,
          keys: [key],
        };
      }
    }
  }
}
