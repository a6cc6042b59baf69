import { z } from 'zod';
import type { EnvironmentContext } from '../config/context.ts';
import { duration, durationSeconds } from '../config/scalars.ts';
import { KUBEFLOW_CULLER, KUBEFLOW_IDLE } from '../contracts/kubeflow-culler.ts';
import type { Origin } from '../graph/component.ts';
import type { AnyComponent } from './component.ts';
import { defineComponent } from './component.ts';

/** The flavour of `notebooks` that is Kubeflow's controllers: who has notebooks is said in the files of the teams. */
export const kubeflowNotebooksSettings = z.strictObject({
  flavour: z.literal('kubeflow').describe("Kubeflow's controllers in place of a hub."),
  idle: duration
    .refine((text) => durationSeconds(text) >= 600, {
      error: 'is too short to be told from a pause; write at least 10m',
    })
    .default(KUBEFLOW_IDLE)
    .describe(
      `How long no kernel may be busy before a notebook is stopped; its volume stays. One time for the whole cluster, the longest that its environments want. Default ${KUBEFLOW_IDLE}.`,
    ),
});

export type KubeflowNotebooksSettings = z.output<typeof kubeflowNotebooksSettings>;

export const kubeflowNotebooksComponents = (
  { idle }: KubeflowNotebooksSettings,
  environment: EnvironmentContext,
  origin: Origin,
): readonly AnyComponent[] => [
  defineComponent({
    name: 'kubeflow-notebooks',
    layer: 'platform',
    namespace: environment.namespace('kubeflow-notebooks'),
    summary: "Kubeflow's notebooks, which teams have in their own namespaces.",
    origin,
    podless: true,
    operators: [KUBEFLOW_CULLER.operator, 'kubeflow-poddefaults'],
    operatorSettings: { [KUBEFLOW_CULLER.operator]: { [KUBEFLOW_CULLER.idle]: idle } },
    needs: {},
    offers: {},
    credentials: {},
    build: () => undefined,
  }),
];
