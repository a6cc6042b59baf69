import type { KindFacts } from '../../operators/operator.ts';
import { groupOf } from '../../platform/manifest-set.ts';
import { dig, text } from '../read.ts';

const autoscaler: KindFacts = {
  references: ({ metadata, spec }) => {
    const kind = text(dig(spec, 'scaleTargetRef', 'kind'));
    const name = text(dig(spec, 'scaleTargetRef', 'name'));
    if (!kind || !name) return [];
    const group = groupOf(text(dig(spec, 'scaleTargetRef', 'apiVersion')) ?? '');
    const { namespace } = metadata;
    return [
      { field: 'spec.scaleTargetRef', target: `${group}/${kind}`, name, ...(namespace !== undefined && { namespace }) },
    ];
  },
};

const budget: KindFacts = {
  selects: ({ metadata, spec }) => [
    {
      field: 'spec.selector',
      target: '/Pod',
      within: { namespace: metadata.namespace ?? '' },
      selector: dig(spec, 'selector'),
    },
  ],
};

/** Kinds that decide how many pods there are. */
export const availability: Readonly<Record<string, KindFacts>> = {
  'autoscaling/HorizontalPodAutoscaler': autoscaler,
  'policy/PodDisruptionBudget': budget,
};
