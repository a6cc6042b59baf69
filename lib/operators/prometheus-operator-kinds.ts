import type { Manifest } from '../platform/manifest-set.ts';
import type { KindFacts, Selection } from './operator.ts';
import { at, listAt } from './read.ts';

/** The kinds of the Prometheus operator that are written here. */
export const prometheusOperatorKinds: Readonly<Record<string, KindFacts>> = {
  'monitoring.coreos.com/ServiceMonitor': { selects: selectsOf('/Service') },
  'monitoring.coreos.com/PodMonitor': { selects: selectsOf('/Pod') },
  'monitoring.coreos.com/PrometheusRule': {},
  'monitoring.coreos.com/Probe': {},
  'monitoring.coreos.com/ScrapeConfig': {},
  'monitoring.coreos.com/AlertmanagerConfig': {},
};

/** Monitors look in their own namespace unless they name others. */
function selectsOf(target: string) {
  return function* (manifest: Manifest): Iterable<Selection> {
    const selector = at(manifest, 'spec', 'selector');
    const elsewhere = listAt(manifest, 'spec', 'namespaceSelector', 'matchNames').flatMap(([, name]) =>
      typeof name === 'string' ? [name] : [],
    );
    const own = manifest.metadata.namespace;
    for (const namespace of elsewhere.length > 0 || own === undefined ? elsewhere : [own]) {
      yield { field: 'spec.selector', target, within: { namespace }, selector };
    }
  };
}
