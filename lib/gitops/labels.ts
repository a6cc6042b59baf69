import type { Labels } from '../graph/component.ts';
import { ENVIRONMENT, MANAGED_BY, PART_OF } from '../platform/labels.ts';

/** On everything that Argo CD is given; `environment` is absent on what serves a whole cluster. */
export const argoCdLabels = (environment?: string): Labels => ({
  [PART_OF]: 'keelson',
  [MANAGED_BY]: 'keelson',
  ...(environment !== undefined && { [ENVIRONMENT]: environment }),
});
