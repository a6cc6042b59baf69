import { z } from 'zod';
import { defineKind } from './component.ts';
// biome-ignore lint/style/noRestrictedImports: one key with two flavours, each of which is a component of its own
import { notebooksKind } from './jupyterhub.ts';
// biome-ignore lint/style/noRestrictedImports: as above
import { kubeflowNotebooksComponents, kubeflowNotebooksSettings } from './kubeflow-notebooks.ts';

const settings = z.discriminatedUnion(
  'flavour',
  [
    notebooksKind.settings.extend({
      flavour: z.literal('jupyterhub').optional().describe('A hub in the browser for all teams, which is the default.'),
    }),
    kubeflowNotebooksSettings,
  ],
  { error: 'is no flavour of notebooks; write jupyterhub or kubeflow' },
);

/** Notebooks, by a hub of ours or by the controllers of Kubeflow. */
export const flavouredNotebooksKind = defineKind({
  name: notebooksKind.name,
  summary: 'Notebooks in the namespaces of teams: JupyterHub in the browser, or the controllers of Kubeflow.',
  settings,
  ...(notebooksKind.offers && { offers: notebooksKind.offers }),
  problems: (options, environment) =>
    options.flavour === 'kubeflow' ? [] : (notebooksKind.problems?.(options, environment) ?? []),
  components: (options, environment, origin) =>
    options.flavour === 'kubeflow'
      ? kubeflowNotebooksComponents(options, environment, origin)
      : notebooksKind.components(options, environment, origin),
});
