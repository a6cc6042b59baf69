import type { PodMonitor, ServiceMonitor } from '../../imports/prometheus-operator.ts';
import { groupBy } from '../collections.ts';
import type { ComponentNode, MetricsEndpoint } from '../graph/component.ts';
import { podLabels } from '../graph/component.ts';
import { NAME } from '../platform/labels.ts';
import type { Manifest } from '../platform/manifest-set.ts';

/**
 * A monitor for each way a component is scraped. kube-prometheus-stack only looks at monitors that carry its release
 * label. Source: its values, `*SelectorNilUsesHelmValues`.
 */
export function monitorsOf(component: ComponentNode, release: string): Manifest[] {
  const endpoints = component.metrics ?? [];
  const groups = groupBy(endpoints, ({ via, selector, podTargetLabels, jobLabel }) =>
    JSON.stringify([via, selector ?? null, podTargetLabels ?? null, jobLabel ?? null]),
  );
  return [...groups.values()].flatMap((group, index) => {
    const [first] = group;
    if (!first) return [];
    const name =
      index === 0 && first.name === undefined ? component.name : `${component.name}-${first.name ?? first.port.name}`;
    const metadata = { name, namespace: component.namespace, labels: { release } };
    const matchLabels = {
      ...(first.selector ?? (first.via === 'pod' ? podLabels(component) : { [NAME]: component.name })),
    };
    return first.via === 'service'
      ? ({
          apiVersion: 'monitoring.coreos.com/v1',
          kind: 'ServiceMonitor',
          metadata,
          spec: {
            jobLabel: first.jobLabel ?? NAME,
            ...(first.podTargetLabels && { podTargetLabels: [...first.podTargetLabels] }),
            selector: { matchLabels },
            endpoints: group.map(scrape),
          },
        } satisfies ServiceMonitor)
      : ({
          apiVersion: 'monitoring.coreos.com/v1',
          kind: 'PodMonitor',
          metadata,
          spec: {
            jobLabel: first.jobLabel ?? NAME,
            ...(first.podTargetLabels && { podTargetLabels: [...first.podTargetLabels] }),
            selector: { matchLabels },
            podMetricsEndpoints: group.map(scrape),
          },
        } satisfies PodMonitor);
  });
}

const scrape = ({ port, path, honorLabels }: MetricsEndpoint) => ({
  port: port.name,
  path: path ?? '/metrics',
  ...(honorLabels !== undefined && { honorLabels }),
});
