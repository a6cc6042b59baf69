import type { PrometheusRule } from '../../imports/prometheus-operator.ts';
import type { ComponentNode } from '../graph/component.ts';
import { TEAM } from '../platform/labels.ts';
import type { Manifest } from '../platform/manifest-set.ts';

export interface AlertSurroundings {
  readonly environment: string;
  /** Helm release of kube-prometheus-stack, which only looks at rules that carry it. Source: its values, `ruleSelectorNilUsesHelmValues`. */
  readonly release: string;
}

/** The alerts of a component as one PrometheusRule; none when it has none. */
export function alertsOf(
  component: ComponentNode,
  graph: { readonly components: readonly ComponentNode[] },
  { environment, release }: AlertSurroundings,
): Manifest[] {
  const { name, namespace, alerts = [] } = component;
  if (alerts.length === 0) return [];
  const team = teamOf(component, graph);
  return [
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name, namespace, labels: { release } },
      spec: {
        groups: [
          {
            name,
            rules: alerts.map(({ name: alert, expr, for: duration, severity, summary, description }) => ({
              alert,
              expr,
              for: duration,
              labels: { severity, environment, component: name, ...(team !== undefined && { team }) },
              annotations: { summary, description },
            })),
          },
        ],
      },
    } satisfies PrometheusRule,
  ];
}

/** Whom the component belongs to: who owns the namespace it lives in. */
function teamOf(
  component: ComponentNode,
  graph: { readonly components: readonly ComponentNode[] },
): string | undefined {
  const owner = graph.components.find((other) => other.ownsNamespace && other.namespace === component.namespace);
  return component.namespaceLabels?.[TEAM] ?? owner?.namespaceLabels?.[TEAM];
}
