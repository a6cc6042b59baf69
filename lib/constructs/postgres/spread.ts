import type { TopologySpreadConstraint } from '../../../imports/k8s.ts';
import type { Labels } from '../../graph/component.ts';

/** Pods with these labels, spread over nodes or zones as well as it goes. */
export const spreadOver = (topologyKey: string, matchLabels: Labels): TopologySpreadConstraint => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels },
});
