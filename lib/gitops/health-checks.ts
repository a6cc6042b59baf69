import type { Manifest } from '../platform/manifest-set.ts';
import { NOTEBOOK } from './kubeflow-health.ts';
import { RAY_CLUSTER, RAY_JOB, RAY_SERVICE } from './ray-health.ts';
import type { ArgoCdSettings } from './settings.ts';

/**
 * How Argo CD finds out how an object is, by `group/Kind`: Lua that looks at `obj` and returns a status and a message.
 * Only kinds that Argo CD itself knows nothing of are here (source: its resource_customizations, 3.1 to 3.6). Without
 * a check it takes an object for healthy as soon as it is there, so that whatever waits for one waits for nothing.
 *
 * Lua 5.1 with the basic functions and `table`, and nothing of `string` or `math`: Argo CD opens no more.
 */
export const HEALTH_CHECKS: Readonly<Record<string, string>> = {
  'kubeflow.org/Notebook': NOTEBOOK,
  'ray.io/RayCluster': RAY_CLUSTER,
  'ray.io/RayJob': RAY_JOB,
  'ray.io/RayService': RAY_SERVICE,
};

/** Name of the ConfigMap that Argo CD reads its settings from; also of the file, which its Application leaves out. */
export const SETTINGS = 'argocd-cm';

/**
 * The keys that Argo CD's settings need for these checks, and no others. It is no part of what Argo CD follows: the
 * ConfigMap belongs to whoever installed Argo CD, who may have it under an Application of its own. A person applies it
 * on the server, where each key has its own owner and all others stay as they are; or it is a patch for kustomize.
 *
 * The checks are the same for every cluster, whatever runs there, so this is done once and again after an update.
 */
export const argoCdSettings = ({ namespace }: ArgoCdSettings): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: SETTINGS,
    namespace,
    // What Argo CD looks for, as on the ConfigMap that its installation makes.
    labels: { 'app.kubernetes.io/name': SETTINGS, 'app.kubernetes.io/part-of': 'argocd' },
  },
  data: Object.fromEntries(
    Object.entries(HEALTH_CHECKS).map(([kind, lua]) => [
      `resource.customizations.health.${kind.replace('/', '_')}`,
      lua,
    ]),
  ),
});
