import type { Manifest } from '../platform/manifest-set.ts';
import { environmentProject, operatorsProject } from './app-project.ts';
import { componentSet } from './application-set.ts';
import type { Delivery } from './delivery.ts';
import { operatorsApplication } from './operators-application.ts';

/** What Argo CD is given for an environment: the objects of `argocd/<cluster>/<environment>/`. */
export function argoCdManifests(delivery: Delivery): readonly Manifest[] {
  const installsOperators = delivery.manifests.entries.some(({ layer }) => layer === 'operators');
  return [
    environmentProject(delivery),
    componentSet(delivery),
    ...(installsOperators ? [operatorsProject(delivery), operatorsApplication(delivery)] : []),
  ];
}
