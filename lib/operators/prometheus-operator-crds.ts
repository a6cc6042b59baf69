import { defineOperator } from './operator.ts';
import { prometheusOperatorKinds } from './prometheus-operator-kinds.ts';

/** The kinds that monitors and alerts are written in. Whatever acts on them is the cluster's own monitoring. */
export const prometheusOperatorCrds = defineOperator({
  name: 'prometheus-operator-crds',
  namespace: 'prometheus-operator-crds',
  summary: 'The kinds that monitors and alerts are written in.',
  chart: 'prometheus-operator-crds',
  values: () => ({}),
  kinds: prometheusOperatorKinds,
  pods: [],
});
