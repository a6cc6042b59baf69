import { createHash } from 'node:crypto';
import type { ComponentNode } from '../graph/component.ts';
import type { Manifest } from '../platform/manifest-set.ts';
import { grafanaJson } from './grafana.ts';

/** Longest address of a dashboard. Source: Grafana, its validation of a dashboard's uid. */
const LONGEST_UID = 40;

/**
 * By these, the sidecar that kube-prometheus-stack runs beside Grafana finds dashboards, in whichever namespace they are.
 * Source: its values, `grafana.sidecar.dashboards` (label, labelValue, searchNamespace: ALL).
 */
const LABEL = { grafana_dashboard: '1' };
/**
 * Folder that the sidecar puts the files into; Grafana shows it as one of its own when
 * `grafana.sidecar.dashboards.provider.foldersFromFilesStructure` is on. Source: k8s-sidecar, FOLDER_ANNOTATION.
 */
const FOLDER = 'k8s-sidecar-target-directory';

/** The dashboards of a component as one ConfigMap; none when it has none. */
export function dashboardsOf(
  { name, namespace, dashboards = [] }: ComponentNode,
  { environment }: { readonly environment: string },
): Manifest[] {
  if (dashboards.length === 0) return [];
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: `${name}-dashboards`,
        namespace,
        labels: LABEL,
        annotations: { [FOLDER]: `keelson-${environment}` },
      },
      data: Object.fromEntries(
        dashboards.map((dashboard) => {
          const uid = dashboardUid(environment, name, dashboard.name);
          return [
            // The sidecar puts the files of all namespaces side by side.
            `${uid}.json`,
            grafanaJson(dashboard, {
              uid,
              title: `${dashboard.title} (${environment})`,
              tags: ['keelson', environment, name],
            }),
          ];
        }),
      ),
    },
  ];
}

/** Where Grafana shows a dashboard: `/d/<uid>`. The same as long as the names are. */
export function dashboardUid(environment: string, component: string, dashboard: string): string {
  const uid = `${environment}-${component}${dashboard === component ? '' : `-${dashboard}`}`;
  if (uid.length <= LONGEST_UID) return uid;
  const hash = createHash('sha256')
    .update(JSON.stringify([environment, component, dashboard]))
    .digest('hex');
  return `${uid.slice(0, LONGEST_UID - 9)}-${hash.slice(0, 8)}`;
}
