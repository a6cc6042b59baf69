import { z } from 'zod';
import { duration, durationSeconds, kubernetesName } from '../../config/scalars.ts';
import {
  IMPORT_PATH,
  type Json,
  RAY_NAME_LIMITS,
  RAY_PORTS,
  RayService,
  ROUTE_PREFIX,
  rayNames,
  rayServiceAlerts,
  rayServiceDashboard,
  type ServeApplication,
  type ServeDeployment,
  serveRuntimeEnvProblem,
} from '../../constructs/ray/index.ts';
import { modelServing } from '../../contracts/model-serving.ts';
import type { Origin } from '../../graph/component.ts';
import { offer } from '../../graph/contract.ts';
import type { AnyComponent, KindProblem, TeamContext } from '../component.ts';
import { defineComponent, defineTeamKind } from '../component.ts';
import { serviceAlertSettings } from './alert-settings.ts';
import {
  bindingsOf,
  clusterAlerts,
  clusterDashboard,
  faultTolerance,
  imagesOf,
  RAY_PEERS,
  rayAmbient,
  rayNeeds,
  rayPods,
  templateOf,
} from './cluster-props.ts';
import { fitProblems, nameProblems, podsOf } from './fit.ts';
import { replicaProblems, workersFor } from './replicas.ts';
import { clusterShape, namedList, rayName, runtimeEnv } from './settings.ts';

const json: z.ZodType<Json> = z.json();
const jsonMap = z.record(z.string(), json);

const deployment = z.strictObject({
  name: z.string().min(1).describe('As the program calls it: the name of its class, unless it says another.'),
  replicas: z
    .union([
      z.int().min(1).max(10_000),
      z
        .strictObject({
          min: z.int().min(0).max(10_000).describe('Fewest replicas; with 0 the first request waits for one.'),
          max: z.int().min(1).max(10_000).describe('Most replicas.'),
          targetOngoingRequests: z
            .number()
            .positive()
            .max(100_000)
            .optional()
            .describe('Requests of one replica at a time that Ray aims at. Default of Ray: 2.'),
        })
        .refine(({ min, max }) => min <= max, {
          path: ['min'],
          error: 'is above max; the fewest replicas cannot be more than the most',
        }),
    ])
    .optional()
    .describe('How many replicas, or the range in which Ray follows the requests. Default: what the program says.'),
  maxOngoingRequests: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Requests that a replica works on at a time. Default of Ray: 5.'),
  cpus: z.number().min(0).max(1000).optional().describe('CPUs that each replica takes of a worker. Default of Ray: 1.'),
  gpus: z
    .number()
    .min(0)
    .max(64)
    .refine((gpus) => gpus <= 1 || Number.isInteger(gpus), {
      error: 'is neither a part of one GPU nor a number of whole ones; write it like 0.5 or 2',
    })
    .optional()
    .describe(
      'GPUs that each replica takes: a part of one, whose memory it then shares, or whole ones. Default: none.',
    ),
  userConfig: jsonMap
    .optional()
    .describe("Given to the deployment's reconfigure(); a change of it alone starts nothing anew."),
});

const application = z.strictObject({
  name: kubernetesName.describe('Name of the application, unique in the service.'),
  importPath: z
    .string()
    .regex(IMPORT_PATH, { error: 'is not the path of an application; write it like fraud.app:app' })
    .describe('Where Python finds the bound application: module:variable.'),
  routePrefix: z
    .string()
    .regex(ROUTE_PREFIX, { error: 'is not a prefix of paths; write it like /v2, without a slash at the end' })
    .default('/')
    .describe("Path of the application below the service's own. Default /."),
  runtimeEnv: runtimeEnv(serveRuntimeEnvProblem).optional(),
  args: jsonMap.optional().describe('Arguments of the builder function that importPath names.'),
  deployments: namedList(deployment, 'deployments')
    .default([])
    .describe('Changes to how deployments of the program run.'),
});

const service = z
  .strictObject({
    name: rayName.describe('Name of the service, unique in the team; together with it at most 46 characters.'),
    path: kubernetesName
      .optional()
      .describe(
        'Where it answers below /api/ml/serve/ of the host api. Default: its name; unique among all teams of the environment.',
      ),
    ...clusterShape,
    alerts: serviceAlertSettings,
    applications: z
      .tuple([application], application)
      .superRefine((applications, context) => {
        for (const key of ['name', 'routePrefix'] as const) {
          for (const [index, one] of applications.entries()) {
            if (applications.findIndex((other) => other[key] === one[key]) === index) continue;
            // A default is not in the file, so what it stands for is said of the application.
            const written = key === 'routePrefix' && one[key] === '/' ? [index] : [index, key];
            const message =
              written.length === 1
                ? 'answers at /, as another application of the service does; give one of them a routePrefix'
                : 'is that of two applications of the service; each has one of its own';
            context.addIssue({ code: 'custom', path: written, message });
          }
        }
      })
      .describe('What it serves.'),
    upgrade: z
      .enum(['NewCluster', 'None'])
      .default('NewCluster')
      .describe(
        'What a change of image, resources or environment does: a second cluster takes over when it is ready, and needs the same CPUs and GPUs once more until then (NewCluster, the default), or nothing until the service is made anew (None). Applications always change in place.',
      ),
    proxyLocation: z
      .enum(['EveryNode', 'HeadOnly'])
      .default('EveryNode')
      .describe('Which pods take requests: every one with a replica (EveryNode, the default), or the head alone.'),
    timeout: duration
      .default('60s')
      .describe('How long a request may take, from the gateway on and in Ray. Default 60s.'),
    weight: z
      .int()
      .min(0)
      .max(1_000_000)
      .optional()
      .describe(
        'Share of the requests, relative to other services of the team with the same path: 90 and 10 send a tenth to the second. Default: no other has its path.',
      ),
  })
  .refine(({ timeout }) => Number.isInteger(durationSeconds(timeout)) && durationSeconds(timeout) > 0, {
    path: ['timeout'],
    error: 'is not a number of whole seconds; write it like 90s or 10m',
  })
  .refine(({ timeout }) => durationSeconds(timeout) <= 24 * 60 * 60, {
    path: ['timeout'],
    error: 'is more than a day; write at most 24h',
  });

type Service = z.output<typeof service>;

/** Where all services answer. */
export const SERVE_HOST = 'api';
const SERVE_PATH = '/api/ml/serve';

/** Models that a team serves. */
export const rayServicesTeamKind = defineTeamKind({
  name: 'rayServices',
  summary: 'Models that the team serves with Ray Serve.',
  settings: namedList(service, 'Ray services'),
  *problems(services, team): Generator<KindProblem> {
    for (const [index, one] of services.entries()) {
      yield* nameProblems(nameOf(one, team), RAY_NAME_LIMITS.RayService, [index]);
      yield* fitProblems(one, team.environment, [index]);
      yield* replicaProblems(one, [index]);
    }
  },
  components: (services, team, origin) =>
    services.map((one, index) => rayService(one, team, { file: origin.file, path: [...origin.path, index] })),
});

const nameOf = ({ name }: Pick<Service, 'name'>, team: TeamContext): string => `${team.name}-${name}`;

function rayService(settings: Service, team: TeamContext, origin: Origin): AnyComponent {
  const name = nameOf(settings, team);
  const { environment } = team;
  const template = templateOf(settings, team);
  const pods = podsOf(settings, environment, workersFor(settings));
  const seconds = durationSeconds(settings.timeout);
  return defineComponent({
    name,
    layer: 'teams',
    namespace: team.namespace,
    summary: `Ray service ${settings.name} of team ${team.name}.`,
    version: template.rayVersion,
    origin,
    needs: { ...rayNeeds(settings), state: faultTolerance(name) },
    offers: {
      serve: offer(modelServing, {
        service: rayNames.serveService(name),
        ports: [RAY_PORTS.serve],
        serves: (consumer) => consumer.namespace === team.namespace,
        handle: ({ endpoint: { host, port }, publicUrl }) => ({
          name: settings.name,
          url: `http://${host}:${port}`,
          ...(publicUrl !== undefined && { publicUrl }),
        }),
      }),
    },
    credentials: {},
    peers: RAY_PEERS,
    ...rayPods('RayService', name, settings),
    exposes: [
      {
        offer: 'serve',
        host: SERVE_HOST,
        path: `${SERVE_PATH}/${settings.path ?? settings.name}`,
        stripPath: true,
        timeout: `${seconds}s`,
        ...(settings.weight !== undefined && { weight: settings.weight }),
      },
    ],
    alerts: [
      ...clusterAlerts(settings, { name, namespace: team.namespace }, settings.alerts),
      ...rayServiceAlerts({ job: name, namespace: team.namespace, thresholds: settings.alerts }),
    ],
    dashboards: [
      rayServiceDashboard({ title: name, job: name, namespace: team.namespace, thresholds: settings.alerts }),
      clusterDashboard(`of ${name}`, settings, { name, namespace: team.namespace }, settings.alerts),
    ],
    operators: ['kuberay'],
    demand: {
      always: pods,
      ...(settings.upgrade === 'NewCluster' && {
        upgrade: {
          pods,
          why: 'a second cluster is made beside the first',
          instead: 'set upgrade: None',
        },
      }),
    },
    images: imagesOf(settings),
    ...rayAmbient(settings),
    build(chart, { needs }) {
      const [first, ...others] = settings.applications;
      new RayService(chart, 'service', {
        name,
        ...template,
        ...bindingsOf(needs),
        applications: [applicationOf(first), ...others.map(applicationOf)],
        proxyLocation: settings.proxyLocation,
        requestTimeout: seconds,
        upgrade: settings.upgrade,
      });
    },
  });
}

const applicationOf = ({ runtimeEnv, args, deployments, ...rest }: z.output<typeof application>): ServeApplication => ({
  ...rest,
  ...(runtimeEnv && { runtimeEnv }),
  ...(args && { args }),
  ...(deployments.length > 0 && { deployments: deployments.map(deploymentOf) }),
});

function deploymentOf(settings: z.output<typeof deployment>): ServeDeployment {
  const { name, replicas, maxOngoingRequests, cpus, gpus, userConfig } = settings;
  const actor = { ...(cpus !== undefined && { numCpus: cpus }), ...(gpus !== undefined && { numGpus: gpus }) };
  return {
    name,
    ...(typeof replicas === 'number' && { replicas }),
    ...(typeof replicas === 'object' && {
      replicas: {
        min: replicas.min,
        max: replicas.max,
        ...(replicas.targetOngoingRequests !== undefined && { targetOngoingRequests: replicas.targetOngoingRequests }),
      },
    }),
    ...(maxOngoingRequests !== undefined && { maxOngoingRequests }),
    ...(Object.keys(actor).length > 0 && { actor }),
    ...(userConfig && { userConfig }),
  };
}
