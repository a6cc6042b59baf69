import { z } from 'zod';
import {
  cpuQuantity,
  gpuModel,
  imageReference,
  kubernetesName,
  memoryQuantity,
  parseQuantity,
  storageQuantity,
} from '../config/scalars.ts';
import {
  KUBEFLOW_NAME_LIMIT,
  KubeflowNotebook,
  KubeflowPodDefault,
  KubeflowProfile,
  ownerAnnotation,
} from '../constructs/kubeflow/index.ts';
import { bindingSubjects } from '../constructs/tenancy/index.ts';
import { experimentTracking } from '../contracts/experiment-tracking.ts';
import { modelServing } from '../contracts/model-serving.ts';
import { rayCompute } from '../contracts/ray-compute.ts';
import { HOME_LABELS } from '../contracts/team-workspace.ts';
import type { Origin } from '../graph/component.ts';
import { everyNeed, optionalNeed } from '../graph/contract.ts';
import type { PodDemand } from '../graph/demand.ts';
import { place } from '../scheduling/place.ts';
import type { AnyComponent, KindProblem, TeamContext } from './component.ts';
import { defineComponent, defineTeamKind } from './component.ts';
import { environmentOf } from './team/variables.ts';

/** PodDefault with what every notebook of a team gets. */
const PLATFORM = 'platform';

const gpu = z
  .strictObject({
    model: gpuModel.describe('Model, as the node pools of the cluster call it, e.g. a10g.'),
    count: z.int().min(1).max(64).default(1).describe('GPUs of the notebook. Default 1.'),
    shared: z
      .boolean()
      .default(false)
      .describe('Whether others may use the same GPU, on pools that share theirs. Default: false.'),
  })
  .refine(({ count, shared }) => count === 1 || !shared, {
    path: ['count'],
    error: 'is more than one share of a GPU, of which a program has no more than from one; write 1, or whole GPUs',
  });

const notebook = z.strictObject({
  name: kubernetesName
    .max(KUBEFLOW_NAME_LIMIT)
    .regex(/^[a-z]/, { error: 'does not begin with a letter, as the name of its Service must' })
    .describe('Name of the notebook, unique in the team.'),
  image: imageReference.describe(
    'Server that answers on port 8888 below the path in NB_PREFIX, as the images of Kubeflow do, e.g. ghcr.io/kubeflow/notebooks/notebook-servers/jupyter-scipy:v1.11.0.',
  ),
  cpu: cpuQuantity.describe('CPU the notebook asks for; it may use more where the node has it idle.'),
  memory: memoryQuantity.describe('Memory the notebook asks for and is limited to.'),
  gpu: gpu.optional().describe('GPUs of the notebook. Default: none.'),
  spot: z
    .boolean()
    .default(false)
    .describe('Whether it may run on nodes that the provider can take back. Default: false.'),
  home: storageQuantity.default('10Gi').describe('Size of the volume for its files. Default 10Gi.'),
});

type NotebookSettings = z.output<typeof notebook>;

const settings = z.strictObject({
  notebooks: z
    .array(notebook)
    .max(200)
    .superRefine((notebooks, context) => {
      for (const [index, { name }] of notebooks.entries()) {
        if (notebooks.findIndex((other) => other.name === name) === index) continue;
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: 'is the name of two notebooks; each has one of its own',
        });
      }
    })
    .default([])
    .describe('Notebooks that git makes. People of the team can make others themselves. Default: none.'),
  profile: z
    .boolean()
    .default(false)
    .describe(
      'Whether the team has a Profile, by which the rest of Kubeflow knows it; the first of members.admins owns it. The cluster needs Istio, and the ClusterRoles of Kubeflow. Default: false.',
    ),
});

type Settings = z.output<typeof settings>;

const askOf = ({ cpu, memory, gpu: gpus, spot }: NotebookSettings) => ({ cpu, memory, gpu: gpus, spot });

/** Users before groups: Kubeflow's own pages know owners that are users. */
const ownerOf = ({ admins }: TeamContext) => bindingSubjects(admins)[0];

/** What a team has of Kubeflow: its notebooks, what each of them gets, and a Profile. */
export const kubeflowTeamKind = defineTeamKind({
  name: 'kubeflow',
  summary: 'Notebooks of Kubeflow, version 1, without the rest of Kubeflow or along with it.',
  settings,
  *problems({ notebooks, profile }, team): Generator<KindProblem> {
    for (const [index, one] of notebooks.entries()) {
      const placed = place(askOf(one), team.environment.cluster.nodePools);
      if (!('message' in placed)) continue;
      const path = ['notebooks', index];
      yield { path: placed.of === 'gpu' ? [...path, 'gpu'] : path, message: placed.message };
    }
    if (profile && ownerOf(team) === undefined) {
      const message =
        'needs an owner, and the team has no admins; name one in members.admins, or leave the Profile out';
      yield { path: ['profile'], message };
    }
  },
  components: (options, team, origin) => [kubeflow(options, team, origin)],
});

function kubeflow(options: Settings, team: TeamContext, origin: Origin): AnyComponent {
  const { notebooks, profile } = options;
  const { environment, namespace, sharedVolume, datasets } = team;
  const name = `${team.name}-kubeflow`;
  const present = datasets.flatMap((one) => (one.present ? [one.claim] : []));
  const owner = profile ? ownerOf(team) : undefined;
  return defineComponent({
    name,
    layer: 'teams',
    namespace,
    summary: `Notebooks of Kubeflow of team ${team.name}.`,
    origin,
    // The labels of a Notebook are those of its pod, and what people make gets this one from the PodDefault.
    podsMadeBy: 'people of the team',
    operators: ['kubeflow-notebooks', 'kubeflow-poddefaults', ...(owner ? ['kubeflow-profiles'] : [])],
    ...(owner && { namespaceAnnotations: ownerAnnotation(owner) }),
    ...(present.length > 0 && {
      optOuts: [
        {
          rule: 'references-resolve',
          object: `PodDefault/${PLATFORM}`,
          reason: `the file of the team says that it has the claims ${present.join(', ')} already`,
        },
      ],
    }),
    demand: { always: notebooks.map((one) => demandOf(one, team)) },
    images: notebooks.map(({ image }) => image),
    needs: {
      tracking: optionalNeed(experimentTracking, {}, 'runs in notebooks are tracked'),
      ray: everyNeed(rayCompute, {}, 'notebooks compute'),
      models: everyNeed(modelServing, {}, 'notebooks ask the models of the team'),
    },
    offers: {},
    credentials: {},
    build(chart, { needs }) {
      new KubeflowPodDefault(chart, 'platform', {
        name: PLATFORM,
        description: 'What the platform offers to the team',
        labels: { 'app.kubernetes.io/name': name },
        env: {
          KEELSON_ENVIRONMENT: environment.name,
          KEELSON_TEAM: team.name,
          ...environmentOf(needs),
        },
        volumes: [...(sharedVolume ? [sharedVolume] : []), ...datasets.map((one) => ({ ...one, readOnly: true }))],
      });
      const { block } = environment.cluster.storageClasses;
      for (const one of notebooks) {
        const placed = place(askOf(one), environment.cluster.nodePools);
        new KubeflowNotebook(chart, one.name, {
          name: one.name,
          namespace,
          image: one.image,
          cpu: one.cpu,
          memory: one.memory,
          ...('placement' in placed && { placement: placed.placement, ...(placed.gpu && { gpu: placed.gpu }) }),
          home: { size: one.home, labels: HOME_LABELS, ...(block !== undefined && { storageClass: block }) },
        });
      }
      // The PodDefault is of an earlier wave and needs the namespace: were the Profile there first, its controller would
      // make the namespace, and take it along when the Profile goes.
      if (owner) new KubeflowProfile(chart, 'profile', { namespace, owner, quota: team.hardLimits });
    },
  });
}

function demandOf(one: NotebookSettings, { environment }: TeamContext): PodDemand {
  const placed = place(askOf(one), environment.cluster.nodePools);
  const found = 'placement' in placed ? placed : undefined;
  return {
    what: `notebook "${one.name}"`,
    count: 1,
    requests: {
      cpu: parseQuantity(one.cpu),
      memory: parseQuantity(one.memory),
      ...(found?.gpu && { [found.gpu.resource]: found.gpu.count }),
    },
    ...(one.gpu && { gpuModel: one.gpu.model }),
    ...(found && { pools: found.pools }),
  };
}
