import { z } from 'zod';
import type { EnvironmentContext } from '../config/context.ts';
import {
  cpuQuantity,
  duration,
  durationSeconds,
  imageReference,
  kubernetesName,
  memoryQuantity,
  migProfile,
  parseQuantity,
  storageQuantity,
} from '../config/scalars.ts';
import {
  CALLBACK_PATH,
  HUB_CONNECTIONS,
  HUB_METRICS_PORT,
  HUB_PORT,
  hubAlerts,
  hubDashboard,
  JupyterHub,
  type NotebookProfile,
  type NotebookSize,
  PROXY_API_PORT,
  PROXY_PORT,
} from '../constructs/notebooks/index.ts';
import { notebookHub } from '../contracts/notebook-hub.ts';
import { notebooks } from '../contracts/notebooks.ts';
import { oidc } from '../contracts/oidc.ts';
import { postgres } from '../contracts/postgres.ts';
import { teamWorkspace } from '../contracts/team-workspace.ts';
import { everyNeed, need, offer } from '../graph/contract.ts';
import { credential, generated, SecretRef } from '../graph/credential.ts';
import { IMAGES, type ImageName } from '../platform/versions.ts';
import { type PodAsk, place } from '../scheduling/place.ts';
import { defineComponent, defineKind, type KindProblem } from './component.ts';

/** What the platform brings: images that were built to be started by a hub, the newest first. */
const CATALOGUE = {
  minimal: {
    displayName: 'Python',
    description: 'JupyterLab and Python, with nothing else in the way.',
    images: ['notebook-minimal', 'notebook-minimal-previous'],
  },
  scipy: {
    displayName: 'Data science',
    description: 'pandas, scikit-learn, matplotlib and what else comes with SciPy.',
    images: ['notebook-scipy', 'notebook-scipy-previous'],
  },
  pytorch: {
    displayName: 'PyTorch',
    description: 'PyTorch on the CPU, with all of Data science.',
    images: ['notebook-pytorch', 'notebook-pytorch-previous'],
  },
  'pytorch-gpu': {
    displayName: 'PyTorch on GPU',
    description: 'PyTorch with CUDA 12, with all of Data science.',
    images: ['notebook-pytorch-gpu', 'notebook-pytorch-gpu-previous'],
    gpu: true,
  },
  'tensorflow-gpu': {
    displayName: 'TensorFlow on GPU',
    description: 'TensorFlow with CUDA, with all of Data science.',
    images: ['notebook-tensorflow-gpu'],
    gpu: true,
  },
  rstudio: {
    displayName: 'RStudio',
    description: 'R in RStudio, through Jupyter.',
    images: ['notebook-rstudio'],
    url: '/rstudio',
    home: '/home/rstudio',
    user: { uid: 1000, gid: 1000 },
  },
} as const satisfies Record<string, BuiltIn>;

interface BuiltIn extends Pick<NotebookProfile, 'displayName' | 'description' | 'url' | 'home' | 'user'> {
  readonly images: readonly [ImageName, ...ImageName[]];
  /** Whether it runs on sizes with a GPU, and on those alone. */
  readonly gpu?: boolean;
}

type BuiltInName = keyof typeof CATALOGUE;
const BUILT_IN: Readonly<Record<BuiltInName, BuiltIn>> = CATALOGUE;
const NAMES = ['minimal', 'scipy', 'pytorch', 'pytorch-gpu', 'tensorflow-gpu', 'rstudio'] as const satisfies readonly [
  BuiltInName,
  ...BuiltInName[],
];

const DISPLAY_NAME = z.string().min(1).max(100);

const gpu = z.strictObject({
  model: z.string().min(1).describe('Model, as the node pools of the cluster call it, e.g. a10g.'),
  count: z.int().min(1).max(64).default(1).describe('GPUs, shares or slices of one server. Default 1.'),
  shared: z
    .boolean()
    .default(false)
    .describe('Whether others may use the same GPU, on pools that share theirs. Default: false.'),
  mig: migProfile
    .optional()
    .describe('Profile of a slice, on pools that divide their GPUs, e.g. 1g.10gb. Default: whole GPUs.'),
});

const size = z.strictObject({
  name: kubernetesName.describe('Name of the size, unique here. Users see it, and servers are remembered by it.'),
  displayName: DISPLAY_NAME.optional().describe('As people choose it. Default: what it has.'),
  cpu: cpuQuantity.describe('CPU that a server asks for; it may use more where the node has it idle.'),
  memory: memoryQuantity.describe('Memory that a server asks for and is limited to.'),
  gpu: gpu.optional().describe('GPUs of a server. Default: none.'),
  spot: z
    .boolean()
    .default(false)
    .describe('Whether servers may run on nodes that the provider can take back. Default: false.'),
});

type Size = z.output<typeof size>;

const profile = z.strictObject({
  name: kubernetesName.describe('Name of the profile, unique here; teams allow profiles by it.'),
  displayName: DISPLAY_NAME.describe('As people choose it.'),
  description: z.string().max(300).default('').describe('A sentence below it. Default: none.'),
  images: z
    .array(
      z.strictObject({
        version: kubernetesName.describe('Name of the version, unique in the profile, e.g. v3.'),
        reference: imageReference.describe(
          'Image with jupyterhub-singleuser in its PATH, as images built from those of quay.io/jupyter have, with tag or digest.',
        ),
      }),
    )
    .min(1)
    .max(50)
    .describe('Versions that people can choose, the default first.'),
  sizes: z
    .array(kubernetesName)
    .min(1)
    .optional()
    .describe('Names of sizes it can have. Default: every one without a GPU.'),
  url: z
    .string()
    .regex(/^\/[A-Za-z0-9/_-]*$/, { error: 'is not a path; write it like /lab or /vscode' })
    .default('/lab')
    .describe('Page on which it opens: /lab, or /vscode with jupyter-vscode-proxy in the image. Default /lab.'),
  home: z
    .string()
    .regex(/^\/[A-Za-z0-9/._-]+$/, { error: 'is not a directory; write it like /home/jovyan' })
    .default('/home/jovyan')
    .describe("Directory of the user's files in the image. Default /home/jovyan."),
});

/** A whole number of seconds, however it is written. */
const seconds = (standard: string, least: number, description: string) =>
  duration
    .refine((text) => Number.isInteger(durationSeconds(text)) && durationSeconds(text) >= least, {
      error: `is no time for this; write at least ${least} seconds, like 90s or 2h`,
    })
    .default(standard)
    .describe(`${description} Default ${standard}.`);

const limits = (idle: string, maxAge: string) =>
  z
    .strictObject({
      idle: seconds(
        idle,
        0,
        'How long it may be without use before it is stopped: no cell runs, nobody does anything. A browser that is only open is no use. 0s: for ever.',
      ),
      maxAge: seconds(maxAge, 0, 'How old it may get, whatever it does. 0s: any age.'),
    })
    .prefault({});

const unique =
  <T>(key: (entry: T) => string, what: string) =>
  (entries: readonly T[], context: z.core.$RefinementCtx<T[]>): void => {
    for (const [index, entry] of entries.entries()) {
      if (entries.findIndex((other) => key(other) === key(entry)) === index) continue;
      const message = `is the name of two ${what}; each has one of its own`;
      context.addIssue({ code: 'custom', path: [index], message });
    }
  };

const settings = z.strictObject({
  catalogue: z
    .array(z.enum(NAMES))
    .superRefine(unique((name: BuiltInName) => name, 'entries'))
    .default(['minimal', 'scipy', 'pytorch', 'pytorch-gpu', 'tensorflow-gpu'])
    .describe(
      'Profiles that the platform brings, the default first. Those with a GPU appear where a size has one. Default: all but rstudio.',
    ),
  profiles: z
    .array(profile)
    .max(100)
    .superRefine(unique(({ name }) => name, 'profiles'))
    .default([])
    .describe('Profiles of your own, behind those of the catalogue. Default: none.'),
  sizes: z
    .array(size)
    .min(1)
    .max(50)
    .superRefine(unique(({ name }) => name, 'sizes'))
    .default([
      { name: 'small', cpu: '500m', memory: '2Gi', spot: false },
      { name: 'medium', cpu: '2', memory: '8Gi', spot: false },
    ])
    .describe('What a server can have, the default first. Default: 500m CPU with 2Gi memory, and 2 CPU with 8Gi.'),
  adminGroups: z
    .array(z.string().min(1))
    .default([])
    .describe("Groups of the identity provider whose members may see and stop everybody's servers. Default: none."),
  culling: z
    .strictObject({
      cpu: limits('4h', '7d').describe('Servers without a GPU.'),
      gpu: limits('1h', '24h').describe('Servers with a GPU.'),
      warning: seconds('15m', 0, 'How long before its end a server says so, by a file in its home.'),
    })
    .prefault({})
    .describe('When servers are stopped. Their volumes stay, and they can be started again at once.'),
  home: z
    .strictObject({
      size: storageQuantity.default('10Gi').describe('Size of the home of a server. Default 10Gi.'),
    })
    .prefault({})
    .describe('The volume that a server keeps its files in, one for each server that a user names.'),
  namedServers: z
    .int()
    .min(0)
    .max(100)
    .default(4)
    .describe('Servers that a user may have beside the one without a name, running or not. Default 4.'),
  startTimeout: seconds(
    '20m',
    60,
    'How long a server may take to start; images are large, and nodes with GPUs take minutes to come.',
  ),
  announcement: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe("A line at the top of the hub's own pages. Default: none."),
  resources: z
    .strictObject({
      cpu: cpuQuantity.default('200m').describe('CPU the hub asks for. Default 200m.'),
      memory: memoryQuantity
        .default('512Mi')
        .describe('Memory the hub asks for and is limited to; a thousand users take about 1Gi. Default 512Mi.'),
    })
    .prefault({})
    .describe('Resources of the hub.'),
});

type Settings = z.output<typeof settings>;

const askOf = ({ cpu, memory, gpu: gpus, spot }: Size): PodAsk => ({ cpu, memory, gpu: gpus, spot });

function sizeOf(entry: Size, { cluster }: EnvironmentContext): NotebookSize {
  const placed = place(askOf(entry), cluster.nodePools);
  const { name, cpu, memory } = entry;
  return {
    key: name,
    displayName: entry.displayName ?? sizeInWords(entry),
    cpu,
    memory,
    // What no node can hold is refused before anything is built; the graph is made of it all the same.
    ...('placement' in placed && { placement: placed.placement, ...(placed.gpu && { gpu: placed.gpu }) }),
  };
}

const sizeInWords = ({ cpu, memory, gpu: gpus }: Size): string =>
  [
    `${cpu} CPU`,
    `${memory} memory`,
    ...(gpus ? [`${gpus.count} × ${gpus.model}${gpus.mig === undefined ? '' : ` (${gpus.mig})`}`] : []),
  ].join(', ');

function profilesOf(options: Settings, environment: EnvironmentContext): readonly NotebookProfile[] {
  const named = (withGpu: boolean) =>
    options.sizes.filter((entry) => (entry.gpu !== undefined) === withGpu).map(({ name }) => name);
  const builtIn = options.catalogue.flatMap((key): NotebookProfile[] => {
    const { images, gpu: withGpu = false, ...shown } = BUILT_IN[key];
    const sizes = named(withGpu);
    if (sizes.length === 0) return [];
    const [first, ...rest] = images;
    return [
      { key, ...shown, images: [version(first, environment), ...rest.map((i) => version(i, environment))], sizes },
    ];
  });
  const own = options.profiles.flatMap(({ name, displayName, description, images, sizes, url, home }) => {
    const [first, ...rest] = images.map((image) => ({
      key: image.version,
      displayName: image.version,
      reference: image.reference,
    }));
    return first
      ? [
          {
            key: name,
            displayName,
            description,
            images: [first, ...rest] as const,
            sizes: sizes ?? named(false),
            url,
            home,
          },
        ]
      : [];
  });
  return [...builtIn, ...own];
}

const version = (image: ImageName, environment: EnvironmentContext) => ({
  key: IMAGES[image].tag,
  displayName: IMAGES[image].tag,
  reference: environment.image(image),
});

/** Notebooks in the browser, for the members of teams. */
export const notebooksKind = defineKind({
  name: 'notebooks',
  summary: 'JupyterHub: notebooks in the browser, in the namespaces of their teams.',
  settings,
  offers: [notebooks, notebookHub],
  *problems(options, environment): Generator<KindProblem> {
    for (const [index, entry] of options.sizes.entries()) {
      const placed = place(askOf(entry), environment.cluster.nodePools);
      if ('message' in placed) {
        const path = ['sizes', index];
        yield { path: placed.of === 'gpu' ? [...path, 'gpu'] : path, message: placed.message };
      }
    }
    const sizes = new Set(options.sizes.map(({ name }) => name));
    for (const [index, own] of options.profiles.entries()) {
      if (NAMES.some((name) => name === own.name)) {
        const message = 'is a profile of the catalogue already; take another name';
        yield { path: ['profiles', index, 'name'], message };
      }
      for (const [at, name] of (own.sizes ?? []).entries()) {
        if (sizes.has(name)) continue;
        const message = `is no size here; there is ${[...sizes].join(', ')}`;
        yield { path: ['profiles', index, 'sizes', at], message };
      }
      if (own.sizes === undefined && options.sizes.every((entry) => entry.gpu !== undefined)) {
        const message = 'has no size: every one has a GPU; name its sizes';
        yield { path: ['profiles', index], message };
      }
    }
    if (profilesOf(options, environment).length === 0) {
      yield { path: ['catalogue'], message: 'leaves nothing to start; add minimal, or a size with a GPU' };
    }
  },
  components: (options, environment, origin) => {
    const name = 'jupyterhub';
    return [
      defineComponent({
        name,
        layer: 'platform',
        namespace: environment.namespace(name),
        summary: 'Notebooks in the browser, in the namespaces of their teams.',
        version: HUB_VERSION,
        origin,
        needs: {
          database: need(
            postgres,
            { database: 'jupyterhub', connections: HUB_CONNECTIONS },
            'keeps users, servers and tokens',
          ),
          login: need(oidc, { redirectPaths: [CALLBACK_PATH], title: 'Notebooks' }, 'people sign in to notebooks'),
          workspaces: everyNeed(
            teamWorkspace,
            { least: leastOf(options.sizes) },
            'starts notebooks and leads browsers to them',
          ),
        },
        offers: {
          web: offer(notebooks, {
            service: `${name}-proxy`,
            ports: [PROXY_PORT],
            handle: ({ publicUrl }) => ({ ...(publicUrl !== undefined && { publicUrl }) }),
          }),
          hub: offer(notebookHub, {
            ports: [HUB_PORT],
            handle: ({ endpoint: { host, port } }) => ({ apiUrl: `http://${host}:${port}/hub/api` }),
          }),
        },
        credentials: {
          hub: credential({
            keys: { cookieSecret: generated(64, 'hex'), cryptKey: generated(64, 'hex') },
            why: 'signs sessions of notebooks, and encrypts what the identity provider hands out; with another one everybody signs in again',
          }),
          proxy: credential({
            keys: { token: generated(64, 'hex') },
            why: "who knows it may change where the notebooks' proxy sends requests",
          }),
        },
        peers: {
          ports: [HUB_PORT, PROXY_API_PORT],
          why: 'the proxy sends browsers to the hub, which tells it where the servers are',
        },
        metrics: [{ via: 'service', port: HUB_METRICS_PORT }],
        alerts: hubAlerts({ job: name, namespace: environment.namespace(name) }),
        dashboards: [hubDashboard({ job: name, namespace: environment.namespace(name) })],
        // Kernels and terminals talk through one request for hours.
        exposes: [{ offer: 'web', host: 'notebooks', timeout: '0s' }],
        ambient: { apiServer: 'starts and stops notebooks' },
        images: options.profiles.flatMap(({ images }) => images.map(({ reference }) => reference)),
        build(chart, { needs, offers, credentials }) {
          const { publicUrl } = offers.web;
          const { block } = environment.cluster.storageClasses;
          new JupyterHub(chart, 'hub', {
            name,
            hubImage: environment.image('jupyterhub'),
            proxyImage: environment.image('configurable-http-proxy'),
            database: needs.database,
            oidc: needs.login,
            cookieSecret: SecretRef.to(credentials.hub, 'cookieSecret'),
            cryptKey: SecretRef.to(credentials.hub, 'cryptKey'),
            proxyToken: SecretRef.to(credentials.proxy, 'token'),
            ...(publicUrl !== undefined && { publicUrl }),
            workspaces: needs.workspaces,
            profiles: profilesOf(options, environment),
            sizes: options.sizes.map((entry) => sizeOf(entry, environment)),
            adminGroups: options.adminGroups,
            culling: { cpu: inSeconds(options.culling.cpu), gpu: inSeconds(options.culling.gpu) },
            warning: durationSeconds(options.culling.warning),
            namedServers: options.namedServers,
            startTimeout: durationSeconds(options.startTimeout),
            home: { size: options.home.size, ...(block !== undefined && { storageClass: block }) },
            ...(options.announcement !== undefined && { announcement: options.announcement }),
            monitored: environment.monitoring !== undefined,
            hubResources: options.resources,
          });
        },
      }),
    ];
  },
});

/** Of JupyterHub in the pinned image, whose tag is that of the chart it is built for. */
const HUB_VERSION = '5.5.0';

/** The smallest of each: a quota below that takes no server of any size. */
const leastOf = (sizes: readonly Size[]): { readonly cpu: string; readonly memory: string } => {
  const smallest = (of: 'cpu' | 'memory') =>
    sizes.map((entry) => entry[of]).reduce((a, b) => (parseQuantity(b) < parseQuantity(a) ? b : a));
  return { cpu: smallest('cpu'), memory: smallest('memory') };
};

const inSeconds = ({ idle, maxAge }: { readonly idle: string; readonly maxAge: string }) => ({
  idle: durationSeconds(idle),
  maxAge: durationSeconds(maxAge),
});
